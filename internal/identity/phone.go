package identity

import (
	"regexp"
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

var (
	mobile = regexp.MustCompile(`^(?:\+?86|0086)?(1[3-9]\d{9})$`)
	fixed  = regexp.MustCompile(`^(?:\+?86|0086)?0?([1-9]\d{1,2}\d{7,8})$`)
)

func phoneDigits(text string) string {
	return strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "电话", "", "手机", "", ":", "").Replace(chinese.Normalise(text))
}

// ParsePhone reads a mobile number of mainland China and returns it in E.164.
func ParsePhone(text string) (string, error) {
	m := mobile.FindStringSubmatch(phoneDigits(text))
	if m == nil {
		return "", invalid.New("phone")
	}
	return "+86" + m[1], nil
}

// ParseContactPhone reads a mobile or fixed-line number, for companies.
func ParseContactPhone(text string) (string, error) {
	if e164, err := ParsePhone(text); err == nil {
		return e164, nil
	}
	digits := phoneDigits(text)
	m := fixed.FindStringSubmatch(digits)
	if m == nil || !strings.Contains(digits, "0") || strings.HasPrefix(m[1], "1") && !strings.HasPrefix(m[1], "10") {
		return "", invalid.New("phone")
	}
	return "+86" + m[1], nil
}

// FormatPhone writes an E.164 number of mainland China as people write it:
// 138 0013 8000.
func FormatPhone(e164 string) string {
	n := strings.TrimPrefix(e164, "+86")
	if len(n) == 11 && n[0] == '1' {
		return n[:3] + " " + n[3:7] + " " + n[7:]
	}
	return n
}
