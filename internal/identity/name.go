package identity

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

const (
	minName, maxName = 2, 50
	maxHanPart       = 10 // between two ·; longer is a sentence
)

var (
	beforeName = regexp.MustCompile(`^(?:姓名|名字|我叫|名叫)[:是为]*`)
	title      = regexp.MustCompile(`^(\p{Han}{2,})(?:先生|女士|小姐)$`)
	nameDots   = regexp.MustCompile(`(\p{Han}) ?[.•・‧·●∙⋅。] ?(\p{Han})`)
	// sentence are words that stand in answers but in no name.
	sentence = regexp.MustCompile(`[我您的吗呢]|你好|什么|怎么|登记|电话|手机|身份|证件|姓名|名字|租客|租户|房东|业主|没有|知道|谢谢|小区|先生|女士|小姐`)
)

// ParseName reads a person's name: 2 to 50 Han or Latin letters, with · between
// the parts of a transcribed name and blanks inside a Latin one. 先生 and 女士
// are left out: sex is not recorded. Its only reason is name.
func ParseName(text string) (string, error) {
	name := norm.NFC.String(strings.ReplaceAll(chinese.Normalise(text), "’", "'"))
	name = beforeName.ReplaceAllString(name, "")
	if !hasLatin(name) {
		name = strings.ReplaceAll(name, " ", "")
	}
	for nameDots.MatchString(name) {
		if next := nameDots.ReplaceAllString(name, "$1·$2"); next != name {
			name = next
			continue
		}
		break
	}
	name = strings.TrimRight(name, "。, ")
	name = title.ReplaceAllString(name, "$1")
	if n := utf8.RuneCountInString(name); n < minName || n > maxName || !nameLetters(name) || sentence.MatchString(name) {
		return "", invalid.New("name")
	}
	for part := range strings.SplitSeq(name, "·") {
		if part == "" || hanLetters(part) > maxHanPart {
			return "", invalid.New("name")
		}
	}
	return name, nil
}

// nameLetters reports whether s is letters with the marks of names between them.
func nameLetters(s string) bool {
	letter := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r), unicode.Is(unicode.Latin, r):
			letter = true
		case letter && (strings.ContainsRune("· '-.", r) || unicode.Is(unicode.Mn, r)):
		default:
			return false
		}
	}
	return letter && !strings.HasSuffix(s, "-") && !strings.HasSuffix(s, "'") && !strings.HasSuffix(s, "·")
}

func hanLetters(s string) (n int) {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

func hasLatin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}
