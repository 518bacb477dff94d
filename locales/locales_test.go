package locales_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"zuji/locales"
)

// messages reads one language's files as flat keys.
func messages(t *testing.T, l locales.Language) map[string]string {
	t.Helper()
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
	names, err := filepath.Glob("*." + string(l) + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		var tree map[string]any
		if _, err := toml.DecodeFile(name, &tree); err != nil {
			t.Fatal(err)
		}
		walk("", tree)
	}
	return flat
}

var (
	variable = regexp.MustCompile(`\.([A-Z][A-Za-z]*)`)
	action   = regexp.MustCompile(`{{[^}]*}}`)
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
		// A date names its month in one language and numbers it in the other.
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
