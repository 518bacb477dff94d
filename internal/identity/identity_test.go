package identity_test

import (
	"errors"
	"strings"
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/invalid"
)

var today = calendar.Date{Year: 2026, Month: 11, Day: 23}

func why(err error) string {
	var bad *invalid.Error
	if errors.As(err, &bad) {
		return bad.Reason
	}
	return ""
}

// The numbers are of county 9999, which was never assigned, or of province codes
// that stand for no county: nobody has them.
func TestDetect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"119999199001010012", "resident_id"},
		{"219999198802290025", "resident_id"},
		{"21999919900101018x", "resident_id"},
		{"１１９９９９ 19900101 0012", "resident_id"},
		{"119999-19900101-0012", "resident_id"},
		{"119999199001010013", "!document_check"},
		{"219999198902290022", "!document_date"},
		{"999999199001010016", "!document_province"},
		{"889999199001010016", "!document_province"},
		{"119999209001010012", "!document_date"},
		{"11999919900101001", "!document_length"},
		{"1199991990010100123", "!document_length"},
		{"119999900101001", "!document_fifteen"},
		{"810000199001010019", "residence_permit"},
		{"830000199001010039", "residence_permit"},
		{"810000199001010020", "!document_check"},
		{"911840199001010018", "foreign_permanent"},
		{"911840199001010017", "!document_check"},
		{"USA110090010101", "foreign_permanent"},
		{"USA110090130101", "!document_date"},
		{"H00000001", "home_return"},
		{"m0000000200", "home_return"},
		{"C00000001", "!document_unclear"},
		{"00000001", "!document_unclear"},
		{"E12345678", "passport_cn"},
		{"EA1234567", "passport_cn"},
		{"E1234567X", "!document_unclear"},
		{"没有", "!document"},
		{"", "!document"},
	} {
		doc, err := identity.Detect(c.text, today)
		got := string(doc.Kind)
		if err != nil {
			got = "!" + why(err)
		}
		if got != c.want {
			t.Errorf("Detect(%q) = %s, want %s", c.text, got, c.want)
		}
		if err != nil && len(c.text) > 7 && strings.Contains(err.Error(), c.text) {
			t.Errorf("the error shows the number: %v", err)
		}
	}
}

func TestParseDocument(t *testing.T) {
	for _, c := range []struct {
		kind identity.Kind
		text string
		ok   bool
	}{
		{identity.TaiwanPass, "00000001", true}, {identity.TaiwanPass, "0000000001B", true}, {identity.TaiwanPass, "T12345", false},
		{identity.HomeReturn, "C00000001", false}, {identity.Passport, "E1234567X", true}, {identity.Passport, "护照", false},
		{identity.OtherDocument, "军字第1234567号", true}, {identity.OtherDocument, "12", false}, {"zz", "1234", false},
		{identity.ResidencePermit, "119999199001010012", false}, {identity.ForeignPermanent, "911840199001010018", true},
	} {
		if _, err := identity.ParseDocument(c.kind, c.text, today); (err == nil) != c.ok {
			t.Errorf("ParseDocument(%s, %q): %v", c.kind, c.text, err)
		}
	}
}

func TestDocument_Facts(t *testing.T) {
	renewed := identity.Document{Kind: identity.HomeReturn, Number: "H0000000102"}
	if first := (identity.Document{Kind: identity.HomeReturn, Number: "H0000000100"}); renewed.Key() != first.Key() {
		t.Error("a renewed permit is another person")
	}
	if !(identity.Document{Kind: identity.Passport}).Foreign() || (identity.Document{Kind: identity.ResidentID}).Foreign() || !renewed.HKMOTW() {
		t.Error("who must be reported in hours is wrong")
	}
}

func TestParseCompanyCode(t *testing.T) {
	for _, c := range []struct {
		text     string
		doubtful bool
		ok       bool
	}{
		{"91999999MA0TE5T08K", false, true}, {"52999999YYTE5T0110", false, true}, {"11999999000000019m", false, true},
		{"91999999MA0TE5T08L", true, true}, {"91999999MA0TE5T09N", true, true},
		{"91999999MA0TEST08K", false, false}, {"91999999MA0TE5T08", false, false}, {"", false, false},
	} {
		_, doubtful, err := identity.ParseCompanyCode(c.text)
		if doubtful != c.doubtful || (err == nil) != c.ok {
			t.Errorf("ParseCompanyCode(%q): doubtful %v, %v", c.text, doubtful, err)
		}
	}
}

func TestParsePhone(t *testing.T) {
	for text, want := range map[string]string{
		"13800138000": "+8613800138000", "138 0013 8000": "+8613800138000", "138-0013-8000": "+8613800138000", "１３８００１３８０００": "+8613800138000",
		"+86 138 0013 8000": "+8613800138000", "8613800138000": "+8613800138000", "+8619900000000": "+8619900000000", "电话：13800138000": "+8613800138000",
		"12800138000": "", "1380013800": "", "138001380001": "", "abc": "", "": "", "010-12345678": "",
	} {
		if got, err := identity.ParsePhone(text); got != want || (err == nil) != (want != "") {
			t.Errorf("ParsePhone(%q) = %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"010-12345678": "+861012345678", "0571 8765 4321": "+8657187654321", "13800138000": "+8613800138000", "12345": ""} {
		if got, _ := identity.ParseContactPhone(text); got != want {
			t.Errorf("ParseContactPhone(%q) = %q", text, got)
		}
	}
	if got := identity.FormatPhone("+8613800138000"); got != "138 0013 8000" {
		t.Errorf("FormatPhone = %q", got)
	}
}

func TestParseName(t *testing.T) {
	for text, want := range map[string]string{
		"王建国": "王建国", " 李 雷 ": "李雷", "阿凡提·买买提": "阿凡提·买买提", "阿凡提•买买提": "阿凡提·买买提", "John Smith": "John Smith", "O'Brien": "O'Brien", "José": "José", "王\u200b明": "王明",
		"王": "", "": "", "王1": "", "13800138000": "", "王明，电话": "", "·王明": "", "你好吗？": "", "<b>王明</b>": "", "=cmd": "",
	} {
		if got, err := identity.ParseName(text); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseName(%q) = %q, %v", text, got, err)
		}
	}
}

func TestMasks(t *testing.T) {
	for got, want := range map[string]string{
		identity.MaskNumber("119999199001010012"): "119999********0012",
		identity.MaskNumber("H00000001"):          "H0*****01",
		identity.MaskNumber("123"):                "***",
		identity.MaskPhone("+8613800138000"):      "138****8000",
		identity.MaskName("王小明"):                  "王*明",
		identity.MaskName("李雷"):                   "李*",
	} {
		if got != want {
			t.Errorf("mask %q, want %q", got, want)
		}
	}
}

func FuzzDocument(f *testing.F) {
	for _, s := range []string{"119999199001010012", "H00000001", "E12345678", "USA110090010101", "91999999MA0TE5T08K", "13800138000", "王明"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if doc, err := identity.Detect(s, today); err == nil {
			if again, err := identity.ParseDocument(doc.Kind, doc.Number, today); err != nil || again != doc {
				t.Errorf("Detect(%q) = %v, which ParseDocument refuses: %v", s, doc, err)
			}
			if m := identity.MaskNumber(doc.Number); m == doc.Number {
				t.Errorf("mask of %q shows it", doc.Number)
			}
		}
		for _, kind := range identity.Kinds {
			_, _ = identity.ParseDocument(kind, s, today)
		}
		_, _, _ = identity.ParseCompanyCode(s)
		if p, err := identity.ParsePhone(s); err == nil && len(p) != 14 {
			t.Errorf("ParsePhone(%q) = %q", s, p)
		}
		if n, err := identity.ParseName(s); err == nil {
			if again, err := identity.ParseName(n); err != nil || again != n {
				t.Errorf("ParseName(%q) = %q is not stable", s, n)
			}
		}
	})
}
