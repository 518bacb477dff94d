package identity

import "strings"

// MaskNumber hides the middle of a document number: 119999********0012.
func MaskNumber(n string) string {
	switch l := len(n); {
	case l >= 15:
		return n[:6] + strings.Repeat("*", l-10) + n[l-4:]
	case l >= 8:
		return n[:2] + strings.Repeat("*", l-4) + n[l-2:]
	case l >= 4:
		return n[:1] + strings.Repeat("*", l-2) + n[l-1:]
	}
	return strings.Repeat("*", len(n))
}

// MaskPhone hides the middle of a phone number in E.164: 138****8000.
func MaskPhone(e164 string) string {
	n := strings.TrimPrefix(e164, "+86")
	if len(n) < 8 {
		return strings.Repeat("*", len(n))
	}
	return n[:3] + strings.Repeat("*", len(n)-7) + n[len(n)-4:]
}

// MaskName hides the middle of a name: 王*明, 李*.
func MaskName(name string) string {
	r := []rune(name)
	switch len(r) {
	case 0, 1:
		return name
	case 2:
		return string(r[:1]) + "*"
	}
	return string(r[:1]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1:])
}
