// Package chinese reads what people write in Chinese chats: full-width forms,
// numerals, amounts, dates, terms, and names by their pinyin.
package chinese

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Normalise returns s with full-width letters, digits and signs as ASCII, blanks
// collapsed to one, and what cannot be seen (zero-width and direction marks)
// removed. Han characters and Chinese punctuation marks stay.
func Normalise(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u3000':
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == '\ufeff' || r == '\ufffd':
			return -1
		}
		if narrow := width.LookupRune(r).Narrow(); narrow != 0 && narrow <= unicode.MaxASCII {
			return narrow
		}
		return dash(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// Tidy returns s with blanks collapsed to one and what cannot be seen removed.
// Unlike Normalise it leaves width and punctuation as they were typed.
func Tidy(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsSpace(r) && (unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == '\ufffd') {
			return -1
		}
		return r
	}, s)), " ")
}

// TidyLines is Tidy for each line of s; of empty lines at most one stays.
func TidyLines(s string) string {
	var all []string
	for line := range strings.Lines(s) {
		line = Tidy(line)
		if line != "" || len(all) > 0 && all[len(all)-1] != "" {
			all = append(all, line)
		}
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// dash turns the many dashes into one.
func dash(r rune) rune {
	switch r {
	case '–', '—', '−', '‐', '‑', '﹣':
		return '-'
	}
	return r
}

// compact is Normalise without any blanks.
func compact(s string) string { return strings.ReplaceAll(Normalise(s), " ", "") }
