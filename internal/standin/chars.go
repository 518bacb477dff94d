package standin

import "strings"

// decodeReference reads a character reference at the start of s, which begins
// with &. n is 0 if there is none: then the & stands for itself.
func decodeReference(s string) (r rune, n int) {
	n = 1
	if strings.HasPrefix(s, "&#") {
		base := 10
		if n = 2; strings.HasPrefix(s, "&#x") {
			base, n = 16, 3
		}
		for n < len(s) && n < 10 && digitValue(s[n]) < base {
			r = r*rune(base) + rune(digitValue(s[n]))
			n++
		}
		if r == 0 || r >= 0x10ffff || n >= 10 {
			return 0, 0
		}
	} else {
		for n < len(s) && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
			n++
		}
		if r = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}[s[1:n]]; r == 0 {
			return 0, 0
		}
	}
	if n < len(s) && s[n] == ';' {
		n++
	}
	return r, n
}

func digitValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// isSpace counts the end of the source as a space, as tdlib does with its NUL.
func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0 || c == '\v'
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		return r
	}, s)
}

func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}
