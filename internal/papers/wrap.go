package papers

import (
	"strings"
	"unicode"
)

// closing are the signs that a line does not begin with, opening those that it
// does not end with (GB/T 15834).
const (
	closing = "，。、；：？！）》」』”’〕】％·,.;:?!)%"
	opening = "（《「『“‘〔【("
)

// wrap breaks text into lines that measure finds no wider than width: between
// hanzi, at blanks between words, and within a word only where it alone is wider.
func wrap(text string, width float64, measure func(string) float64) (lines []string) {
	for part := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, piece := range pieces(part) {
			if measure(line+strings.TrimRight(piece, " ")) > width && line != "" {
				lines = append(lines, strings.TrimRight(line, " "))
				line = ""
			}
			for _, r := range piece {
				if measure(line+string(r)) > width && line != "" && r != ' ' {
					lines = append(lines, line)
					line = ""
				}
				line += string(r)
			}
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// pieces splits text where a line may end; joined they are text again.
func pieces(text string) (all []string) {
	var piece []rune
	for _, r := range text {
		if len(piece) > 0 && mayBreak(piece[len(piece)-1], r) {
			all = append(all, string(piece))
			piece = piece[:0]
		}
		piece = append(piece, r)
	}
	return append(all, string(piece))
}

func mayBreak(before, after rune) bool {
	switch {
	case after == ' ', strings.ContainsRune(closing, after), strings.ContainsRune(opening, before):
		return false
	case before == ' ':
		return true
	}
	return wide(before) || wide(after)
}

func wide(r rune) bool { return unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0xFF5F }
