package identity

import (
	"slices"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

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
	case permit && !permitStart.MatchString(n):
		return invalid.New("document_residence_permit")
	}
	return checkDateAndSum(n, today)
}

// checkDateAndSum checks the date in a number of 18 signs, at most 130 years ago
// and not after today, and its check digit. The date goes no further than this.
func checkDateAndSum(n string, today calendar.Date) error {
	var d calendar.Date
	err := d.UnmarshalText([]byte(n[6:10] + "-" + n[10:12] + "-" + n[12:14]))
	if err != nil || d.After(today) || d.Before(today.AddMonths(-130*12)) {
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
// by its province, date and check digit, the one of 2017 by its date. Both are
// still valid.
func checkPermanent(n string, today calendar.Date) error {
	if len(n) == 18 {
		if !slices.Contains(provinces, n[1:3]) {
			return invalid.New("document_province")
		}
		return checkDateAndSum(n, today)
	}
	if _, err := time.Parse("060102", n[7:13]); err != nil {
		return invalid.New("document_date")
	}
	return nil
}
