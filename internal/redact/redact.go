// Package redact takes numbers that identify a person, and tokens, out of the
// log. It is the second wall: what logs must not hand such a number over in the
// first place.
package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A form is something that must not stand in a log.
type form struct {
	name  string
	re    *regexp.Regexp
	alone bool // only where no letter or digit adjoins it
}

// The forms, those first that others would cut. Digits may be full width, since
// people type them so, and the groups of a number may be set apart by a space or
// a hyphen.
var forms = []form{
	{"token", compile(`\d{6,}:[A-Za-z0-9_-]{30,}`), false}, // addresses have it behind "bot"
	// GB 11643: 6 digits of the place, 8 of the birthday, 3 and a check character.
	{"document", compile(`\d{6}[ -]?\d{8}[ -]?\d{3}[\dXxＸｘ]`), true},
	// Mobile numbers of the mainland, with the country's code or without.
	{"phone", compile(`(?:(?:\+|00|００)?[8８][6６][ -]?)?[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}`), true},
	// The first generation of identity cards, and the old card of permanent
	// residents: three letters and 12 digits.
	{"document", compile(`\d{15}|[A-Za-z]{3}\d{12}`), true},
	// Passports and passes: one or two letters and 7 to 10 digits.
	{"document", compile(`[A-Za-z]{1,2}\d{7,10}`), true},
}

func compile(pattern string) *regexp.Regexp {
	return regexp.MustCompile(strings.NewReplacer(`[\d`, `[0-9０-９`, `\d`, `[0-9０-９]`).Replace(pattern))
}

// Text returns s with everything replaced by its kind in brackets that must not
// stand in a log: tokens of bots, numbers of identity documents, and mobile
// numbers of the mainland. Names can't be told from words, and are not replaced.
func Text(s string) string {
	if !digits(s) {
		return s
	}
	for _, f := range forms {
		s = f.replace(s)
	}
	return s
}

// digits reports whether s may hold anything: the shortest form has seven digits.
func digits(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			if n++; n == 7 {
				return true
			}
		}
	}
	return false
}

// replace masks what stands alone: digits within a longer run of letters and
// digits, as in a hash, are no number of a person.
func (f form) replace(s string) string {
	var b strings.Builder
	kept := 0 // s up to here is in b
	for at := 0; at < len(s); {
		m := f.re.FindStringIndex(s[at:])
		if m == nil {
			break
		}
		from, to := at+m[0], at+m[1]
		before, _ := utf8.DecodeLastRuneInString(s[:from])
		after, _ := utf8.DecodeRuneInString(s[to:])
		if f.alone && (word(before) || word(after)) {
			_, first := utf8.DecodeRuneInString(s[from:])
			at = from + first // another match may begin within this one
			continue
		}
		b.WriteString(s[kept:from] + "[" + f.name + "]")
		kept, at = to, to
	}
	return b.String() + s[kept:]
}

// word reports whether r goes on a run of letters and digits. Chinese
// characters do not: they stand next to numbers without a space.
func word(r rune) bool {
	return r == '_' || unicode.IsDigit(r) || r < utf8.RuneSelf && unicode.IsLetter(r)
}
