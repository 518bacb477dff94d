// Package identity checks the numbers by which people and companies are known:
// identity documents, company codes, phone numbers and names.
//
// It derives nothing from a document number: neither sex nor birthday is
// returned or kept.
package identity

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

// A Kind is a kind of identity document.
type Kind string

// The kinds.
const (
	ResidentID       Kind = "resident_id"       // 居民身份证, GB 11643
	ResidencePermit  Kind = "residence_permit"  // 港澳台居民居住证
	ForeignPermanent Kind = "foreign_permanent" // 外国人永久居留身份证
	HomeReturn       Kind = "home_return"       // 港澳居民来往内地通行证
	TaiwanPass       Kind = "taiwan_pass"       // 台湾居民来往大陆通行证
	ChinesePassport  Kind = "passport_cn"
	Passport         Kind = "passport" // of another country
	OtherDocument    Kind = "other_document"
)

// Kinds are all kinds, the most frequent first.
var Kinds = []Kind{ResidentID, HomeReturn, TaiwanPass, ResidencePermit, Passport, ForeignPermanent, ChinesePassport, OtherDocument}

// A Document is an identity document. An empty Kind is not yet known.
type Document struct {
	Kind   Kind   `json:"kind,omitempty"`
	Number string `json:"number,omitempty"`
}

// Foreign reports whether the holder's stay must be reported within 24 hours of
// moving in (出境入境管理法 Art. 39: foreigners who stay elsewhere than a hotel).
func (d Document) Foreign() bool { return d.Kind == Passport || d.Kind == ForeignPermanent }

// HKMOTW reports whether the document is one for residents of Hong Kong, Macau
// or Taiwan, for whom cities have rules of their own.
func (d Document) HKMOTW() bool {
	return d.Kind == HomeReturn || d.Kind == TaiwanPass || d.Kind == ResidencePermit
}

// NeedsConfirm reports whether the number carries no check digit, so that the
// person should look at it again.
func (d Document) NeedsConfirm() bool {
	switch d.Kind {
	case ResidentID, ResidencePermit:
		return false
	case ForeignPermanent:
		return len(d.Number) != 18
	}
	return true
}

// Key returns the form by which two documents of one person are found equal. A
// home-return permit is renewed with a new count behind the same number.
func (d Document) Key() string {
	if d.Kind == HomeReturn && len(d.Number) > 9 {
		return d.Number[:9]
	}
	return d.Number
}

// number brings a typed number into the form that is stored.
func number(text string) string {
	text = strings.ToUpper(chinese.Normalise(text))
	return strings.NewReplacer(" ", "", "-", "", "_", "", ".", "").Replace(text)
}

var forms = map[Kind]*regexp.Regexp{
	ForeignPermanent: regexp.MustCompile(`^(9\d{16}[\dX]|[A-Z]{3}\d{12})$`),
	HomeReturn:       regexp.MustCompile(`^[HM]\d{8}(\d{2})?$`),
	TaiwanPass:       regexp.MustCompile(`^(\d{8}|\d{10}[A-Z]?)$`),
	ChinesePassport:  regexp.MustCompile(`^(E\d{8}|E[A-HJ-NP-Z]\d{7}|[GDSP]\d{8}|(PE|SE|DE)\d{7}|MA\d{7}|K[A-Z]?\d{7,8})$`),
	Passport:         regexp.MustCompile(`^[A-Z0-9]{5,12}$`),
	OtherDocument:    regexp.MustCompile(`^\S{4,20}$`),
}

// ParseDocument reads the number of a document of a known kind.
func ParseDocument(kind Kind, text string, today calendar.Date) (Document, error) {
	n := number(text)
	var err error
	switch kind {
	case ResidentID:
		err = checkResident(n, today, false)
	case ResidencePermit:
		err = checkResident(n, today, true)
	default:
		form := forms[kind]
		if form == nil {
			return Document{}, invalid.New("choose")
		}
		if !form.MatchString(n) {
			return Document{}, invalid.New("document_" + string(kind))
		}
		if kind == ForeignPermanent {
			err = checkPermanent(n)
		}
	}
	if err != nil {
		return Document{}, err
	}
	return Document{Kind: kind, Number: n}, nil
}

var (
	fifteen      = regexp.MustCompile(`^\d{15}$`)
	residentLike = regexp.MustCompile(`^[1-8]\d{13,18}[\dX]?$`)
	permanentOld = regexp.MustCompile(`^[A-Z]{3}\d{12}$`)
	anyNumber    = regexp.MustCompile(`^[A-Z0-9]{4,20}$`)
)

// Detect reads a number and tells its kind where the form leaves no doubt. A
// number that looks like a resident identity card but is wrong is refused with
// what is wrong; any other has the reason document_unclear: ask the kind.
func Detect(text string, today calendar.Date) (Document, error) {
	n := number(text)
	switch {
	case forms[HomeReturn].MatchString(n):
		return Document{HomeReturn, n}, nil
	case len(n) == 18 && n[0] == '9' && forms[ForeignPermanent].MatchString(n):
		return ParseDocument(ForeignPermanent, n, today)
	case permanentOld.MatchString(n):
		return ParseDocument(ForeignPermanent, n, today)
	case fifteen.MatchString(n):
		return Document{}, invalid.New("document_fifteen")
	case len(n) == 18 && slices.Contains([]string{"81", "82", "83"}, n[:2]) && strings.HasPrefix(n[2:], "0000"):
		return ParseDocument(ResidencePermit, n, today)
	case len(n) == 18 && allDigits(n[:17]), residentLike.MatchString(n):
		return ParseDocument(ResidentID, n, today)
	case forms[ChinesePassport].MatchString(n):
		return Document{ChinesePassport, n}, nil
	case anyNumber.MatchString(n) && strings.ContainsAny(n, "0123456789"):
		return Document{}, invalid.New("document_unclear")
	}
	return Document{}, invalid.New("document")
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// provinces are the two-digit prefixes of GB/T 2260. County codes change over
// the years and are not checked.
var provinces = strings.Fields("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83")

// checkResident checks a citizen identity number (GB 11643): province, date,
// check digit.
func checkResident(n string, today calendar.Date, permit bool) error {
	switch {
	case fifteen.MatchString(n):
		return invalid.New("document_fifteen")
	case len(n) != 18:
		return invalid.New("document_length", "Length", len(n))
	case !allDigits(n[:17]) || n[17] != 'X' && !allDigits(n[17:]):
		return invalid.New("document_signs")
	case !slices.Contains(provinces, n[:2]):
		return invalid.New("document_province")
	case permit && !slices.Contains([]string{"810000", "820000", "830000"}, n[:6]):
		return invalid.New("document_residence_permit")
	}
	born, err := time.Parse("20060102", n[6:14])
	if err != nil {
		return invalid.New("document_date")
	}
	if d := calendar.DateOf(born.Add(4 * time.Hour)); d.After(today) || d.Before(today.AddMonths(-130*12)) {
		return invalid.New("document_date")
	}
	if check112(n[:17]) != n[17] {
		return invalid.New("document_check")
	}
	return nil
}

// check112 is ISO 7064 MOD 11-2 with the weights of GB 11643.
func check112(digits string) byte {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(digits[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// checkPermanent checks a foreigner's permanent residence card: the card of 2023
// by its check digit, the one of 2017 by its date.
func checkPermanent(n string) error {
	if len(n) == 18 {
		if !slices.Contains(provinces, n[1:3]) {
			return invalid.New("document_province")
		}
		if check112(n[:17]) != n[17] {
			return invalid.New("document_check")
		}
		return nil
	}
	if _, err := time.Parse("060102", n[7:13]); err != nil {
		return invalid.New("document_date")
	}
	return nil
}
