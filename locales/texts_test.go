package locales_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"unicode/utf8"

	"zuji/locales"
)

// reserved are the names that go-i18n takes for plural forms and metadata.
var reserved = strings.Fields("id description hash leftdelim rightdelim translation zero one two few many other")

func TestTexts_AreWellFormed(t *testing.T) {
	for _, l := range locales.All {
		for key, text := range messages(t, l) {
			for part := range strings.SplitSeq(key, ".") {
				if slices.Contains(reserved, part) {
					t.Errorf("%s: %s is reserved by go-i18n", key, part)
				}
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s is empty in %s", key, l)
			}
			if _, err := template.New(key).Parse(text); err != nil {
				t.Errorf("%s in %s: %v", key, l, err)
			}
			if wrong := badMarkup(text); wrong != "" {
				t.Errorf("%s in %s: %s", key, l, wrong)
			}
		}
	}
}

var tag = regexp.MustCompile(`<(/?)(b|i|u|s|code|pre|blockquote|a)( href="[^"<>]*")?>`)

// badMarkup says what Telegram would refuse in text, or nothing. Entities are
// refused too: a button would show them as they stand.
func badMarkup(text string) string {
	text = action.ReplaceAllString(text, "")
	if rest := tag.ReplaceAllString(text, ""); strings.ContainsAny(rest, "<>&") {
		return "has a sign or tag that Telegram refuses"
	}
	var open []string
	for _, m := range tag.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			return m[0] + " closes nothing"
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return "leaves " + strings.Join(open, ", ") + " open"
	}
	return ""
}

func TestBadMarkup(t *testing.T) {
	for text, good := range map[string]bool{
		"<b>a</b> {{if gt .N 1}}<i>b</i>{{end}}": true, `<a href="https://x.y">z</a>`: true, "1 {{.A}} 2": true,
		"<b>a": false, "a</b>": false, "<b><i>a</b></i>": false, "<br>": false, "a < b": false, "a &amp; b": false, "<h1>a</h1>": false,
	} {
		if (badMarkup(text) == "") != good {
			t.Errorf("%q: %q", text, badMarkup(text))
		}
	}
}

var (
	code = regexp.MustCompile(`<code>.*?</code>`)
	// halfWidth is a sign of the wrong width beside a Han character. A title's
	// number keeps its round brackets, as certificates print it.
	halfWidth   = regexp.MustCompile(`\p{Han}[,;:?!().]|[,;:?!()]\p{Han}`)
	titleNumber = regexp.MustCompile(`辽\(2025\)大连市`)
	fullWidth   = regexp.MustCompile(`[，。：；？！（）、「」《》　]`)
)

func TestTexts_PunctuationFitsTheLanguage(t *testing.T) {
	plain := func(text string) string {
		return tag.ReplaceAllString(titleNumber.ReplaceAllString(code.ReplaceAllString(action.ReplaceAllString(text, ""), ""), ""), "")
	}
	for key, text := range messages(t, locales.Chinese) {
		if m := halfWidth.FindString(plain(text)); m != "" && !strings.HasPrefix(key, "words.") {
			t.Errorf("%s has half-width punctuation: %q", key, m)
		}
	}
	for key, text := range messages(t, locales.English) {
		if m := fullWidth.FindString(plain(text)); m != "" {
			t.Errorf("%s has Chinese punctuation in English: %q", key, m)
		}
	}
}

// Buttons stand three in a row on a phone, a toast is cut at 200 characters by
// Telegram and a command's description at 256.
func TestTexts_FitTheirPlace(t *testing.T) {
	places := map[string]int{"button.": 20, "action.": 20, "command.": 256, "toast.": 100, "group.private": 100}
	for _, l := range locales.All {
		checked := map[string]int{}
		for key, text := range messages(t, l) {
			for place, most := range places {
				if !strings.HasPrefix(key, place) {
					continue
				}
				checked[place]++
				shown := strings.ReplaceAll(action.ReplaceAllString(text, ""), "\ufe0f", "") // drawn as part of the sign before
				if n := utf8.RuneCountInString(shown); n > most || n == 0 && len(variables(text)) == 0 {
					t.Errorf("%s in %s is %d long, at most %d fit", key, l, n, most)
				}
			}
		}
		if len(checked) != len(places) {
			t.Errorf("in %s only these were found: %v", l, checked)
		}
	}
}

// A language is found by those who cannot read the one shown.
func TestTexts_LanguagesAreNamedInTheirOwn(t *testing.T) {
	for _, l := range locales.All {
		m := messages(t, l)
		if m["language.zh-Hans"] != "简体中文" || m["language.en"] != "English" {
			t.Errorf("%s names the languages %q and %q", l, m["language.zh-Hans"], m["language.en"])
		}
		if !strings.Contains(m["command.language"], "Language") || !strings.Contains(m["command.language"], "语言") {
			t.Errorf("%s: /language is described as %q", l, m["command.language"])
		}
	}
}
