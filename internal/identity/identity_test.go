package identity_test

import (
	"errors"
	"strings"
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/invalid"
)

var today = calendar.Date{Year: 2026, Month: 11, Day: 23}

func why(err error) string {
	if bad, ok := errors.AsType[*invalid.Error](err); ok {
		return bad.Reason
	}
	return ""
}

// The numbers are of county 9999, which was never assigned, or of province codes
// that stand for no county: nobody has them.
func TestDetect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"119999199001010012", "resident_id"},
		{"219999198802290025", "resident_id"},
		{"21999919900101018x", "resident_id"},
		{"１１９９９９ 19900101 0012", "resident_id"},
		{"119999-19900101-0012", "resident_id"},
		{"119999199001010013", "!document_check"},
		{"219999198902290022", "!document_date"},
		{"999999199001010016", "!document_province"},
		{"889999199001010016", "!document_province"},
		{"119999209001010012", "!document_date"},
		{"11999919900101001", "!document_length"},
		{"1199991990010100123", "!document_length"},
		{"119999900101001", "!document_fifteen"},
		{"810000199001010019", "residence_permit"},
		{"830000199001010039", "residence_permit"},
		{"810000199001010020", "!document_check"},
		{"911840199001010018", "foreign_permanent"},
		{"911840199001010017", "!document_check"},
		{"USA110090010101", "foreign_permanent"},
		{"USA110090130101", "!document_date"},
		{"H00000001", "home_return"},
		{"m0000000200", "home_return"},
		{"C00000001", "!document_unclear"},
		{"00000001", "!document_unclear"},
		{"E12345678", "passport_cn"},
		{"EA1234567", "passport_cn"},
		{"E1234567X", "!document_unclear"},
		{"身份证号：119999199001010012", "resident_id"},
		{"我的身份证号码是 21999919900101018x", "resident_id"},
		{"21999919900101018Ⅹ", "resident_id"},
		{"21999919900101018×", "resident_id"},
		{"21999919900101018*", "resident_id"},
		{"119999********0012", "!document"},
		{"1199991990O1010012", "!document_signs"},
		{"11999919900101001X", "!document_check"},
		{"119999199013010012", "!document_date"},
		{"119999188001010012", "!document_date"},
		{"119999202611240012", "!document_date"},
		{"009999199001010012", "!document_province"},
		{"119999000000001", "!document_fifteen"},
		{"6222020000000000000", "!document_length"},
		{"810000199013010019", "!document_date"},
		{"820000199001010029", "residence_permit"},
		{"911840199013010018", "!document_date"},
		{"990840199001010018", "!document_province"},
		{"H000000012", "!document_unclear"},
		{"13800138000", "!document_phone"},
		{"+86 138 0013 8000", "!document_phone"},
		{"ID: 119999199001010012", "resident_id"},
		{"没有", "!document"},
		{"", "!document"},
	} {
		doc, err := identity.Detect(c.text, today)
		got := string(doc.Kind)
		if err != nil {
			got = "!" + why(err)
		}
		if got != c.want {
			t.Errorf("Detect(%q) = %s, want %s", c.text, got, c.want)
		}
		if err != nil && len(c.text) > 7 && strings.Contains(err.Error(), c.text) {
			t.Errorf("the error shows the number: %v", err)
		}
	}
}

func TestParseDocument(t *testing.T) {
	for _, c := range []struct {
		kind identity.Kind
		text string
		want string // a reason stands behind !
	}{
		{identity.ResidentID, "119999199001010012", "119999199001010012"}, {identity.ResidentID, "H00000001", "!document_length"},
		{identity.ResidencePermit, "810000199001010019", "810000199001010019"}, {identity.ResidencePermit, "830000199001010039", "830000199001010039"}, {identity.ResidencePermit, "810000199001010020", "!document_check"}, {identity.ResidencePermit, "119999199001010012", "!document_residence_permit"},
		{identity.ForeignPermanent, "911840199001010018", "911840199001010018"}, {identity.ForeignPermanent, "911840199001010017", "!document_check"}, {identity.ForeignPermanent, "usa 1100 900101 01", "USA110090010101"}, {identity.ForeignPermanent, "USA110090130101", "!document_date"}, {identity.ForeignPermanent, "USA1100901", "!document_foreign_permanent"},
		{identity.HomeReturn, "h00000001", "H00000001"}, {identity.HomeReturn, "M0000000200", "M0000000200"}, {identity.HomeReturn, "C00000001", "!document_home_return"}, {identity.HomeReturn, "H000000011", "!document_home_return"},
		{identity.TaiwanPass, "00000001", "00000001"}, {identity.TaiwanPass, "0000000001B", "0000000001B"}, {identity.TaiwanPass, "0000000001(B)", "!document_taiwan_pass"}, {identity.TaiwanPass, "T12345", "!document_taiwan_pass"},
		{identity.ChinesePassport, "E12345678", "E12345678"}, {identity.ChinesePassport, "EA1234567", "EA1234567"}, {identity.ChinesePassport, "EI1234567", "!document_passport_cn"}, {identity.ChinesePassport, "G00000001", "G00000001"}, {identity.ChinesePassport, "PE1234567", "PE1234567"}, {identity.ChinesePassport, "MA1234567", "MA1234567"}, {identity.ChinesePassport, "X12345678", "!document_passport_cn"},
		{identity.Passport, "E1234567X", "E1234567X"}, {identity.Passport, "ab 123456", "AB123456"}, {identity.Passport, "1234", "!document_passport"}, {identity.Passport, "护照", "!document_passport"}, {identity.Passport, "1234567890123", "!document_passport"},
		{identity.OtherDocument, "军字第1234567号", "军字第1234567号"}, {identity.OtherDocument, "12", "!document_other_document"},
		{"zz", "1234", "!choose"}, {"", "119999199001010012", "!choose"},
	} {
		doc, err := identity.ParseDocument(c.kind, c.text, today)
		got := doc.Number
		if err != nil {
			got += "!" + why(err)
		} else if doc.Kind != c.kind {
			got += " of kind " + string(doc.Kind)
		}
		if got != c.want {
			t.Errorf("ParseDocument(%s, %q) = %s, want %s", c.kind, c.text, got, c.want)
		}
	}
}

func TestDocument_LengthIsToldButNotTheNumber(t *testing.T) {
	_, err := identity.Detect("11999919900101001", today)
	bad, ok := errors.AsType[*invalid.Error](err)
	if !ok || bad.Reason != "document_length" || bad.Args["Length"] != 17 || len(bad.Args) != 1 {
		t.Errorf("error %+v", bad)
	}
}

func TestDocument_NeedsConfirm(t *testing.T) {
	for _, kind := range identity.Kinds {
		checked := kind == identity.ResidentID || kind == identity.ResidencePermit || kind == identity.ForeignPermanent
		if got := (identity.Document{Kind: kind, Number: "911840199001010018"}).NeedsConfirm(); got == checked {
			t.Errorf("%s needs to be confirmed: %v", kind, got)
		}
	}
	if !(identity.Document{Kind: identity.ForeignPermanent, Number: "USA110090010101"}).NeedsConfirm() {
		t.Error("the card of 2017 has no check digit")
	}
}

func TestDocument_WhoMustBeReportedSooner(t *testing.T) {
	foreign := map[identity.Kind]bool{identity.Passport: true, identity.ForeignPermanent: true}
	compatriot := map[identity.Kind]bool{identity.HomeReturn: true, identity.TaiwanPass: true, identity.ResidencePermit: true}
	for _, kind := range identity.Kinds {
		d := identity.Document{Kind: kind}
		if d.Foreign() != foreign[kind] || d.HKMOTW() != compatriot[kind] {
			t.Errorf("%s: foreign %v, HK, Macau or Taiwan %v", kind, d.Foreign(), d.HKMOTW())
		}
	}
}

func TestDocument_Key(t *testing.T) {
	first := identity.Document{Kind: identity.HomeReturn, Number: "H0000000100"}
	for _, other := range []string{"H0000000102", "H00000001"} {
		if first.Key() != (identity.Document{Kind: identity.HomeReturn, Number: other}).Key() {
			t.Errorf("renewed as %s the permit is another person's", other)
		}
	}
	if first.Key() == (identity.Document{Kind: identity.HomeReturn, Number: "H0000000200"}).Key() {
		t.Error("two people have one key")
	}
}

func TestParseCompanyCode(t *testing.T) {
	for _, c := range []struct {
		text     string
		doubtful bool
		ok       bool
	}{
		{"91999999MA0TE5T08K", false, true}, {"52999999YYTE5T0110", false, true}, {"11999999000000019m", false, true},
		{"91999999MA0TE5T08L", true, true}, {"91999999MA0TE5T09N", true, true},
		{"91999999MA0TEST08K", false, false}, {"91999999MA0TE5T08", false, false}, {"", false, false},
	} {
		_, doubtful, err := identity.ParseCompanyCode(c.text)
		if doubtful != c.doubtful || (err == nil) != c.ok {
			t.Errorf("ParseCompanyCode(%q): doubtful %v, %v", c.text, doubtful, err)
		}
	}
}
