package locales_test

import (
	"regexp"
	"strings"
	"testing"

	"zuji/internal/tenancy"
	"zuji/locales"
)

// unasked are the sentences that say what is not asked for.
var unasked = regexp.MustCompile(`[^。.\n]*(一概不问|不问|请不要写|write nothing|can’t be asked|can’t be written|不能问|不要问|不收|不登记|is ever asked|never ask|must not ask|may not ask|are not asked|not be asked)[^。.\n]*[。.]?`)

// commandName is /health: that of Zuji.
var commandName = regexp.MustCompile(`/[a-z]+`)

// No text asks for a forbidden subject; the only ones that name one say that it is
// not asked.
func TestTexts_AskForNothingForbidden(t *testing.T) {
	said := 0
	for _, l := range locales.All {
		for key, text := range messages(t, l) {
			text = commandName.ReplaceAllString(text, "")
			rest := unasked.ReplaceAllString(text, "")
			if tenancy.Forbidden(text) != "" && tenancy.Forbidden(rest) == "" {
				said++
			}
			if word := tenancy.Forbidden(rest); word != "" {
				t.Errorf("%s in %s names %q: %s", key, l, word, rest)
			}
			ask := strings.HasSuffix(key, ".ask") || strings.HasSuffix(key, ".label") || strings.HasPrefix(key, "extract.column.") || strings.Contains(key, ".option.")
			if word := tenancy.ForbiddenQuestion(rest); ask && word != "" {
				t.Errorf("%s in %s asks about %q: %s", key, l, word, rest)
			}
		}
	}
	if said < 2 {
		t.Errorf("only %d texts say that it is not asked: the notice must", said)
	}
}
