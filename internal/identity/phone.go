package identity

import (
	"regexp"
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

var (
	mobile  = regexp.MustCompile(`^(?:\+?86|0086)?(1[3-9]\d{9})$`)
	fixed   = regexp.MustCompile(`^(?:\+?86|0086)?0?(10\d{7,8}|[2-9]\d{8,10})$`)
	service = regexp.MustCompile(`^([48]00\d{7})$`)
	slip    = regexp.MustCompile(`^1\d{4,15}$`)

	beforePhone = regexp.MustCompile(`^\p{Han}*:*`)
	afterPhone  = regexp.MustCompile(`\(\p{Han}+\)$|[。,;]+$`)
	phoneMarks  = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "_", "")
)

// phoneDigits leaves out the words and marks around and between: 电话：138-0013-8000
// （微信同号）.
func phoneDigits(text string) string {
	s := beforePhone.ReplaceAllString(chinese.Normalise(text), "")
	return phoneMarks.Replace(afterPhone.ReplaceAllString(s, ""))
}

// ParsePhone reads a mobile number of mainland China and returns it in E.164,
// +8613800138000. A number with a digit too many or too few has the reason
// phone_length, anything else the reason phone.
func ParsePhone(text string) (string, error) {
	digits := phoneDigits(text)
	if m := mobile.FindStringSubmatch(digits); m != nil {
		return "+86" + m[1], nil
	}
	if digits = strings.TrimPrefix(digits, "+86"); slip.MatchString(digits) && len(digits) != 11 {
		return "", invalid.New("phone_length", "Length", len(digits))
	}
	return "", invalid.New("phone")
}

// ParseContactPhone reads a mobile number, a fixed line with its area code or a
// 400 number, for companies, and returns it in E.164. Its reasons are those of
// ParsePhone, with contact_phone for phone.
func ParseContactPhone(text string) (string, error) {
	e164, err := ParsePhone(text)
	if err == nil {
		return e164, nil
	}
	digits := phoneDigits(text)
	if m := service.FindStringSubmatch(digits); m != nil {
		return "+86" + m[1], nil
	}
	if m := fixed.FindStringSubmatch(digits); m != nil && (digits[0] == '0' || digits[0] == '+') {
		return "+86" + m[1], nil
	}
	if slip.MatchString(digits) && len(digits) != 11 {
		return "", err
	}
	return "", invalid.New("contact_phone")
}

// split returns the area code with its 0, or "", and the rest of an E.164 number
// of mainland China. Peking and the 2x cities have two digits after the 0.
func split(e164 string) (area, rest string) {
	n, ok := strings.CutPrefix(e164, "+86")
	switch {
	case !ok || len(n) < 9 || service.MatchString(n) || mobile.MatchString(n):
		return "", n
	case n[0] == '1' || n[0] == '2':
		return "0" + n[:2], n[2:]
	}
	return "0" + n[:3], n[3:]
}

// FormatPhone writes an E.164 number of mainland China as people write it:
// 138 0013 8000, 010-12345678, 400 123 4567.
func FormatPhone(e164 string) string {
	area, n := split(e164)
	switch {
	case area != "":
		return area + "-" + n
	case len(n) == 11 && n[0] == '1':
		return n[:3] + " " + n[3:7] + " " + n[7:]
	case service.MatchString(n):
		return n[:3] + " " + n[3:6] + " " + n[6:]
	}
	return n
}
