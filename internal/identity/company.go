package identity

import (
	"strings"

	"zuji/internal/invalid"
)

// codeSigns are the signs of a unified social credit code; a sign's value is its
// place. I, O, S, V and Z are left out (GB 32100).
const codeSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ParseCompanyCode reads a unified social credit code 统一社会信用代码 (GB 32100).
// doubtful says that a check is wrong: early codes break the rule though they
// are genuine, so the person should confirm it.
func ParseCompanyCode(text string) (code string, doubtful bool, err error) {
	code = number(text)
	if len(code) != 18 {
		return "", false, invalid.New("company_length", "Length", len(code))
	}
	if strings.Trim(code, codeSigns) != "" || !allDigits(code[2:8]) {
		return "", false, invalid.New("company_signs")
	}
	return code, !outerCheck(code) || !innerCheck(code[8:17]), nil
}

func outerCheck(code string) bool {
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(codeSigns, code[i]) * weight
		weight = weight * 3 % 31
	}
	return codeSigns[(31-sum%31)%31] == code[17]
}

// innerCheck checks the organisation code inside (GB 11714).
func innerCheck(org string) bool {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := int(org[i] - '0')
		if org[i] >= 'A' {
			v = int(org[i]-'A') + 10
		}
		sum += v * w
	}
	return "0123456789X0"[11-sum%11] == org[8]
}
