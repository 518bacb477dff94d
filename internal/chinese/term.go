package chinese

import (
	"math/big"
	"regexp"
	"strings"

	"zuji/internal/invalid"
)

var (
	term = regexp.MustCompile(`^(?:([^年个月季]+)年)?(?:零|又)?(?:([^年个月季]+)(个?月|个?季度?))?(半)?(?:整|期)?$`)

	termWords  = strings.NewReplacer("halfayear", "半年", "oneyear", "1年", "ayear", "1年", "years", "年", "year", "年", "months", "月", "month", "月")
	beforeTerm = regexp.MustCompile(`^(?:租期|租|一共|共|:|是|为)+`)
)

// ParseTerm reads how long a lease runs and returns whole months: 一年, 半年,
// 一年半, 12个月, 18, 两年, 6 months. Its only reason is term.
func ParseTerm(s string) (months int, err error) {
	text := termWords.Replace(strings.ToLower(compact(s)))
	text = beforeTerm.ReplaceAllString(text, "")
	if v, ok := Number(text); ok {
		return wholeMonths(v)
	}
	m := term.FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" {
		return 0, invalid.New("term")
	}
	total := new(big.Rat)
	month := int64(1)
	if strings.Contains(m[3], "季") {
		month = 3
	}
	for i, each := range []int64{12, month} {
		count := m[i+1]
		if count == "" {
			continue
		}
		v, ok := Number(count)
		if count == "半" {
			v, ok = big.NewRat(1, 2), true
		}
		if !ok {
			return 0, invalid.New("term")
		}
		total.Add(total, v.Mul(v, big.NewRat(each, 1)))
	}
	if m[4] != "" {
		if m[2] != "" {
			return 0, invalid.New("term")
		}
		total.Add(total, big.NewRat(6, 1))
	}
	return wholeMonths(total)
}

// maxTerm is a bound against slips: how long a lease may run is for the caller.
const maxTerm = 100 * 12

func wholeMonths(v *big.Rat) (int, error) {
	if !v.IsInt() || v.Sign() <= 0 || v.Cmp(big.NewRat(maxTerm, 1)) > 0 {
		return 0, invalid.New("term")
	}
	return int(v.Num().Int64()), nil
}
