package tenancy

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"zuji/internal/calendar"
)

// checkLetters leave out I, O and S, which are read as 1, 0 and 5. There are 23:
// with a prime modulus every single wrong digit and every swap of two digits
// changes the letter.
const checkLetters = "ABCDEFGHJKLMNPQRTUVWXYZ"

// ReceiptNumber returns the n-th receipt number of the month of at, in Shanghai:
// ZJ-YYYYMM-NNNN and a check letter.
func ReceiptNumber(at time.Time, n int) string {
	body := fmt.Sprintf("%s-%04d", at.In(calendar.Shanghai).Format("200601"), n)
	return "ZJ-" + body + "-" + string(receiptLetter(body))
}

func receiptLetter(body string) byte {
	sum, weight := 0, 2
	for _, c := range body {
		if c >= '0' && c <= '9' {
			sum += weight * int(c-'0')
			weight++
		}
	}
	return checkLetters[sum%len(checkLetters)]
}

var receiptForm = regexp.MustCompile(`^ZJ-?(\d{6})-?(\d{4,6})-?([A-Z])$`)

// ParseReceipt reads a receipt number as typed and reports whether its check
// letter is right.
func ParseReceipt(text string) (string, bool) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	m := receiptForm.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	body := m[1] + "-" + m[2]
	return "ZJ-" + body + "-" + m[3], m[3][0] == receiptLetter(body)
}
