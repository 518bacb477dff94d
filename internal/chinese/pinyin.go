package chinese

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

var plainPinyin = pinyin.NewArgs()

// syllables returns the pinyin of each character; others stand for themselves.
func syllables(s string) []string {
	var all []string
	for _, r := range strings.ToLower(compact(s)) {
		if p := pinyin.SinglePinyin(r, plainPinyin); len(p) > 0 {
			all = append(all, p[0])
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			all = append(all, string(r))
		}
	}
	return all
}

// Initials returns the first letters of the pinyin: 幸福小区 is xfxq.
func Initials(s string) string {
	var b strings.Builder
	for _, p := range syllables(s) {
		b.WriteRune([]rune(p)[0])
	}
	return b.String()
}

// Matches reports whether query names name by a part of it, by its pinyin or by
// the initials of its pinyin.
func Matches(name, query string) bool {
	q := strings.ToLower(compact(query))
	if q == "" {
		return false
	}
	n := strings.ToLower(compact(name))
	return strings.Contains(n, q) || strings.Contains(Initials(name), q) && len(q) > 1 ||
		strings.Contains(strings.Join(syllables(name), ""), q) && len(q) > 2
}
