package identity

import "strings"

// MaskNumber hides the middle of a document number: 119999********0012. Of a
// shorter one less is shown, of three signs nothing.
func MaskNumber(number string) string {
	r := []rune(number)
	switch n := len(r); {
	case n >= 15:
		return hide(r, 6, 4)
	case n >= 8:
		return hide(r, 2, 2)
	case n >= 4:
		return hide(r, 1, 1)
	}
	return hide(r, 0, 0)
}

// MaskPhone hides the middle of a phone number in E.164 and leaves out +86:
// 138****8000, 010****5678.
func MaskPhone(e164 string) string {
	area, rest := split(e164)
	n := []rune(area + rest)
	if len(n) < 8 {
		return hide(n, 0, 0)
	}
	return hide(n, 3, 4)
}

// MaskName hides the middle of a name: 王*明, 李*.
func MaskName(name string) string {
	r := []rune(name)
	if len(r) <= 2 {
		return hide(r, 1, 0)
	}
	return hide(r, 1, 1)
}

// hide puts a star in place of each sign but the first and last few.
func hide(r []rune, first, last int) string {
	if len(r) <= first {
		return string(r)
	}
	return string(r[:first]) + strings.Repeat("*", len(r)-first-last) + string(r[len(r)-last:])
}
