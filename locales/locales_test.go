package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// messages reads one language's file as flat keys.
func messages(t *testing.T, l locales.Language) map[string]string {
	t.Helper()
	var tree map[string]any
	if _, err := toml.DecodeFile("active."+string(l)+".toml", &tree); err != nil {
		t.Fatal(err)
	}
	flat := map[string]string{}
	var walk func(prefix string, tree map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for k, v := range tree {
			if sub, ok := v.(map[string]any); ok {
				walk(prefix+k+".", sub)
			} else {
				flat[prefix+k] = v.(string)
			}
		}
	}
	walk("", tree)
	return flat
}

var (
	variable = regexp.MustCompile(`\.([A-Z][A-Za-z]*)`)
	action   = regexp.MustCompile(`{{[^}]*}}`)
	tag      = regexp.MustCompile(`<(/?)([a-z]+)[^>]*>`)
)

// variables are the values that a text shows or asks about.
func variables(text string) []string {
	names := map[string]bool{}
	for _, a := range action.FindAllString(text, -1) {
		for _, m := range variable.FindAllStringSubmatch(a, -1) {
			names[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func TestTexts_LanguagesAgree(t *testing.T) {
	zh, en := messages(t, locales.Chinese), messages(t, locales.English)
	if len(zh) < 300 {
		t.Fatalf("only %d texts were read", len(zh))
	}
	for key, text := range zh {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s is missing in English", key)
			continue
		}
		if strings.HasPrefix(key, "words.") {
			continue
		}
		a, b := variables(text), variables(other)
		if key != "value.date" && !slices.Equal(a, b) {
			t.Errorf("%s shows %v in Chinese and %v in English", key, a, b)
		}
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("%s is missing in Chinese", key)
		}
	}
}

// reserved are the names that go-i18n takes for plural forms and metadata.
var reserved = strings.Fields("id description hash leftdelim rightdelim translation zero one two few many other")

func TestTexts_AreWellFormed(t *testing.T) {
	for _, l := range locales.All {
		for key, text := range messages(t, l) {
			for part := range strings.SplitSeq(key, ".") {
				if slices.Contains(reserved, part) && !strings.HasPrefix(key, "words.") {
					t.Errorf("%s: %s is reserved by go-i18n", key, part)
				}
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s is empty in %s", key, l)
			}
			var open []string
			for _, m := range tag.FindAllStringSubmatch(text, -1) {
				switch {
				case !slices.Contains([]string{"b", "i", "u", "s", "code", "pre", "blockquote", "a"}, m[2]):
					t.Errorf("%s has a tag %s that Telegram refuses", key, m[0])
				case m[1] == "":
					open = append(open, m[2])
				case len(open) == 0 || open[len(open)-1] != m[2]:
					t.Errorf("%s in %s: %s closes nothing", key, l, m[0])
				default:
					open = open[:len(open)-1]
				}
			}
			if len(open) > 0 {
				t.Errorf("%s in %s leaves %v open", key, l, open)
			}
		}
	}
}

var halfWidth = regexp.MustCompile(`\p{Han}[,;:?!]|[,;:?!]\p{Han}`)

func TestTexts_ChineseHasFullWidthPunctuation(t *testing.T) {
	for key, text := range messages(t, locales.Chinese) {
		if strings.HasPrefix(key, "words.") {
			continue
		}
		if m := halfWidth.FindString(action.ReplaceAllString(text, "")); m != "" {
			t.Errorf("%s has half-width punctuation: %q", key, m)
		}
	}
}

// Every key that the code names is a text.
func TestTexts_KeysNamedInCodeExist(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, key := range keysIn(t, path) {
			checked++
			if !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") && !texts.Has(key) {
				t.Errorf("%s names %s, which no language or not every one has", path, key)
			}
		}
		return nil
	})
	if err != nil || checked < 80 {
		t.Errorf("%d keys checked, %v", checked, err)
	}
}

// keysIn returns the literal first arguments of form.T and invalid.New.
func keysIn(t *testing.T, path string) (keys []string) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		lit, ok := call.Args[0].(*ast.BasicLit)
		pkg, named := sel.X.(*ast.Ident)
		if !ok || !named || lit.Kind != token.STRING {
			return true
		}
		key, _ := strconv.Unquote(lit.Value)
		switch pkg.Name + "." + sel.Sel.Name {
		case "form.T":
			keys = append(keys, key)
		case "invalid.New":
			keys = append(keys, "problem."+key)
		}
		return true
	})
	return keys
}

func TestMatch(t *testing.T) {
	for code, want := range map[string]locales.Language{
		"zh": "zh-Hans", "zh-hans": "zh-Hans", "zh-TW": "zh-Hans", "zh-hant-raw": "zh-Hans", "classic-zh-cn": "zh-Hans", "yue": "zh-Hans", "": "zh-Hans",
		"en": "en", "en-GB": "en", "ru": "en",
	} {
		if got := locales.Match(code); got != want {
			t.Errorf("Match(%q) = %s, want %s", code, got, want)
		}
	}
}

func TestSays(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for said, key := range map[string]string{
		"上一步": "action.back", "上一步！": "action.back", "返回": "action.back", "BACK": "action.back", " 跳过。": "action.skip", "ｓｋｉｐ": "action.skip",
		"暂存": "action.save", "取消": "action.cancel", "cancel": "action.cancel", "没有了": "registration.others.option.none", "房东本人": "registration.role.option.owner",
	} {
		if !texts.Says(said)(form.T(key)) {
			t.Errorf("%q does not say %s", said, key)
		}
	}
	for _, said := range []string{"", "！", "上一", "王建国"} {
		if texts.Says(said)(form.T("action.back")) {
			t.Errorf("%q says action.back", said)
		}
	}
}

func TestValues(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.Date{Year: 2026, Month: time.November, Day: 23}
	for _, c := range []struct {
		v      any
		zh, en string
	}{
		{day, "2026年11月23日（周一）", "Mon 23 Nov 2026"},
		{day.At(9, 5), "2026年11月23日（周一） 09:05", "Mon 23 Nov 2026 09:05"},
		{tenancy.Fen(350000), "¥3,500.00", "¥3,500.00"},
		{tenancy.Fen(123456789), "¥1,234,567.89", "¥1,234,567.89"},
		{tenancy.Area(8950), "89.5 ㎡", "89.5 ㎡"},
		{"<b>&", "&lt;b&gt;&amp;", "&lt;b&gt;&amp;"},
	} {
		if zh, en := texts.In(locales.Chinese).Value(c.v), texts.In(locales.English).Value(c.v); zh != c.zh || en != c.en {
			t.Errorf("%v is written %q and %q, want %q and %q", c.v, zh, en, c.zh, c.en)
		}
	}
}
