package chinese_test

import (
	"errors"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

var monday = calendar.Date{Year: 2026, Month: time.November, Day: 23}

// why is the reason of an error, "" for none.
func why(err error) string {
	if bad, ok := errors.AsType[*invalid.Error](err); ok {
		return bad.Reason
	}
	return ""
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        bool
	}{
		{"幸福小区", "幸福", true}, {"幸福小区", "xfxq", true}, {"幸福小区", "XFXQ", true}, {"幸福小区", "ｘｆｘｑ", true}, {"幸福小区", "xingfu", true}, {"幸福小区", "xingfuxq", true}, {"幸福小区", "xiaoq", true},
		{"幸福小区", "福小", true}, {"幸福小区", "幸 福", true}, {"幸福小区", "xf", true}, {"幸福小区", "xing fu", true},
		{"幸福小区", "", false}, {"幸福小区", "阳光", false}, {"幸福小区", "x", false}, {"幸福小区", "ygjy", false}, {"幸福小区", "xq1", false}, {"幸福小区", "xfxqx", false}, {"幸福小区", "幸xq", false},
		{"长江花园", "chang", true}, {"长江花园", "zhangjiang", true}, {"重阳苑", "cyy", true}, {"绿城", "lvcheng", true}, {"SOHO现代城", "soho", true}, {"SOHO现代城", "xdc", true}, {"阳光100", "yg100", true}, {"", "xf", false},
	} {
		if got := chinese.Matches(c.name, c.query); got != c.want {
			t.Errorf("%q finds %q: %v", c.query, c.name, got)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"幸福小区": "xfxq", "SOHO 现代城": "sohoxdc", "阳光100·二期": "yg100eq", "": ""} {
		if got := chinese.Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNormalise(t *testing.T) {
	for text, want := range map[string]string{"　１３８　００１３ ": "138 0013", "Ａ座": "A座", "a\u200bb\u202ec": "abc", "３—１－５０２": "3-1-502", "王，明": "王,明"} {
		if got := chinese.Normalise(text); got != want {
			t.Errorf("Normalise(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("　１３８　００１３ ")
	f.Fuzz(func(t *testing.T, s string) {
		once := chinese.Normalise(s)
		if chinese.Normalise(once) != once {
			t.Errorf("Normalise(%q) is not stable", s)
		}
	})
}

func FuzzMatches(f *testing.F) {
	f.Add("幸福小区", "xfxq")
	f.Fuzz(func(t *testing.T, name, query string) {
		if chinese.Matches(name, query) && chinese.Normalise(query) == "" {
			t.Errorf("nothing finds %q", name)
		}
		chinese.Initials(name)
	})
}
