// Package identity checks the numbers by which people and companies are known:
// identity documents, company codes, phone numbers and names.
//
// It derives nothing from a document number: neither sex nor birthday is
// returned or kept.
package identity

import (
	"regexp"
	"strings"

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

// Foreign reports whether the holder is a foreigner, whose stay outside a hotel
// must be reported to the police within 24 hours of moving in (出境入境管理法
// Art. 39 ¶2). A permanent resident is a foreigner too. Chinese citizens who
// live abroad show a Chinese passport and are not.
func (d Document) Foreign() bool { return d.Kind == Passport || d.Kind == ForeignPermanent }

// HKMOTW reports whether the document is one for residents of Hong Kong, Macau
// or Taiwan, for whom cities have rules of their own (Taiwan: 24 hours in towns,
// 72 in the country, 中国公民往来台湾地区管理办法 Art. 16).
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

var (
	beforeNumber = regexp.MustCompile(`^(?:[\p{Han}()]|(?i:id|no|card|passport)[.:])*[:=]*`)
	lastTen      = regexp.MustCompile(`^(\d{17})[ⅩⅹΧχ×✕*]$`)
	numberMarks  = strings.NewReplacer("-", "", "_", "", ".", "", "。", "", ",", "", "、", "", "/", "")
)

func compact(text string) string { return strings.ReplaceAll(chinese.Normalise(text), " ", "") }

// number brings a typed number into the form that is stored: ASCII, upper case,
// without the words before it and the marks people put between its parts. The
// last sign of an identity number is the Roman ten (GB 11643), which people type
// in many ways.
func number(text string) string {
	n := beforeNumber.ReplaceAllString(compact(text), "")
	return lastTen.ReplaceAllString(strings.ToUpper(numberMarks.Replace(n)), "${1}X")
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
	if kind == OtherDocument {
		n = strings.ToUpper(compact(text)) // its words belong to it: 军字第1234567号
	}
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
			err = checkPermanent(n, today)
		}
	}
	if err != nil {
		return Document{}, err
	}
	return Document{Kind: kind, Number: n}, nil
}

var (
	fifteen      = regexp.MustCompile(`^\d{15}$`)
	permanentOld = regexp.MustCompile(`^[A-Z]{3}\d{12}$`)
	permitStart  = regexp.MustCompile(`^8[123]0000`)
	anyNumber    = regexp.MustCompile(`^[A-Z0-9]{4,20}$`)
)

// Detect reads a number and tells its kind where the form leaves no doubt. A
// number that looks like a resident identity card but is wrong is refused with
// what is wrong, a mobile number with document_phone; any other number has the
// reason document_unclear: ask the kind. What is no number has the reason
// document.
func Detect(text string, today calendar.Date) (Document, error) {
	n := number(text)
	switch {
	case forms[HomeReturn].MatchString(n):
		return Document{HomeReturn, n}, nil
	case len(n) == 18 && n[0] == '9' && forms[ForeignPermanent].MatchString(n), permanentOld.MatchString(n):
		return ParseDocument(ForeignPermanent, n, today)
	case len(n) == 18 && permitStart.MatchString(n):
		return ParseDocument(ResidencePermit, n, today)
	case residentLike(n):
		return ParseDocument(ResidentID, n, today)
	case mobile.MatchString(n):
		return Document{}, invalid.New("document_phone")
	case forms[ChinesePassport].MatchString(n):
		return Document{ChinesePassport, n}, nil
	case anyNumber.MatchString(n) && strings.ContainsAny(n, "0123456789"):
		return Document{}, invalid.New("document_unclear")
	}
	return Document{}, invalid.New("document")
}

// residentLike reports whether n was probably meant as the number of a resident
// identity card: 14 to 20 signs, nearly all of them digits.
func residentLike(n string) bool {
	digits := 0
	for i := range len(n) {
		if n[i] >= '0' && n[i] <= '9' {
			digits++
		}
	}
	return len(n) >= 14 && len(n) <= 20 && digits >= 13 && digits >= len(n)-3 && !mobile.MatchString(n)
}
