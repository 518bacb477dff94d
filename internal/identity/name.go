package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

// ParseName reads a person's name: 2 to 50 Han or Latin letters, with · between
// the parts of a transcribed name and blanks inside a Latin one.
func ParseName(text string) (string, error) {
	name := strings.NewReplacer("•", "·", "・", "·", "‧", "·", "．", "·", " · ", "·").Replace(chinese.Normalise(text))
	if !hasLatin(name) {
		name = strings.ReplaceAll(name, " ", "")
	}
	if n := utf8.RuneCountInString(name); n < 2 || n > 50 {
		return "", invalid.New("name")
	}
	han := 0
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Latin, r), unicode.Is(unicode.Mn, r), strings.ContainsRune("· '-.", r):
		default:
			return "", invalid.New("name")
		}
	}
	if strings.Trim(name, "· '-.") != name && !strings.HasSuffix(name, ".") || han > 20 {
		return "", invalid.New("name")
	}
	return name, nil
}

func hasLatin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}
