package chinese

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// heteronyms asks for every reading: 长 is chang and zhang.
var heteronyms = func() pinyin.Args {
	a := pinyin.NewArgs()
	a.Heteronym = true
	return a
}()

// readings returns the pinyin of each letter of s, the usual one first; letters
// and digits of other scripts stand for themselves, signs are left out.
func readings(s string) [][]string {
	var all [][]string
	for _, r := range strings.ToLower(compact(s)) {
		if p := pinyin.SinglePinyin(r, heteronyms); len(p) > 0 {
			all = append(all, p)
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			all = append(all, []string{string(r)})
		}
	}
	return all
}

// Initials returns the first letters of the pinyin: 幸福小区 is xfxq.
func Initials(s string) string {
	var b strings.Builder
	for _, p := range readings(s) {
		b.WriteRune([]rune(p[0])[0])
	}
	return b.String()
}

// minPinyin is the length from which a query is tried as pinyin: one letter
// would find nearly everything.
const minPinyin = 2

// Matches reports whether query names name by a part of it, by its pinyin, by
// the initials of its pinyin or by a mixture, from any character on: 幸福, xfxq,
// xingfu and xingfxq find 幸福小区. Case, width and blanks do not count.
func Matches(name, query string) bool {
	q := strings.ToLower(compact(query))
	if q == "" {
		return false
	}
	if strings.Contains(strings.ToLower(compact(name)), q) {
		return true
	}
	if len(q) < minPinyin || len(q) > 60 || strings.ContainsFunc(q, func(r rune) bool { return r > unicode.MaxASCII }) {
		return false
	}
	all := readings(name)
	for i := range all {
		if spells(all[i:], q) {
			return true
		}
	}
	return false
}

// spells reports whether q is spelt by the readings from the first on, each by
// its whole or its initial, the last perhaps in part.
func spells(all [][]string, q string) bool {
	reached := []int{0} // lengths of q that the readings so far can spell
	for _, options := range all {
		var next []int
		for _, at := range reached {
			for _, p := range options {
				if strings.HasPrefix(p, q[at:]) {
					return true
				}
				for _, part := range []string{p, p[:1]} {
					if to := at + len(part); strings.HasPrefix(q[at:], part) && !slices.Contains(next, to) {
						next = append(next, to)
					}
				}
			}
		}
		reached = next
	}
	return false
}
