package tenancy

import (
	"strings"
	"testing"
)

// Every word of the one list is refused wherever a manager or an administrator may
// use words of their own, however it is spaced.
func TestForbidden_EveryWordEverywhere(t *testing.T) {
	spaced := func(word string) string { return strings.Join(strings.Split(word, ""), " ") }
	for _, word := range append(append([]string{}, forbidden...), unasked...) {
		for _, text := range []string{word, "请问：" + word + "？", spaced(word)} {
			if ForbiddenQuestion(text) == "" {
				t.Errorf("a question may say %q", text)
			}
		}
	}
	for _, word := range unaskedWords {
		if ForbiddenQuestion("The "+word+"?") == "" {
			t.Errorf("a question may say %q", word)
		}
	}
	for _, word := range forbidden {
		if Forbidden("a"+word+"b") == "" || ForbiddenParagraph(spaced(word)) == "" {
			t.Errorf("a column or a paragraph may say %q", word)
		}
	}
	for _, word := range telling {
		if ForbiddenParagraph(word) == "" {
			t.Errorf("a paragraph may say %q", word)
		}
	}
}
