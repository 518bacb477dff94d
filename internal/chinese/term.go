package chinese

import (
	"math/big"
	"regexp"
	"strings"

	"zuji/internal/invalid"
)

var term = regexp.MustCompile(`^(租期?|一共|共)?(?:([^年个月]+)年)?(零|又)?(?:([^年个月]+)个?月)?(半)?(整|期)?$`)

// ParseTerm reads how long a lease runs and returns whole months: 一年, 半年,
// 一年半, 12个月, 18, 两年.
func ParseTerm(s string) (months int, err error) {
	text := strings.ToLower(compact(s))
	text = strings.NewReplacer("years", "年", "year", "年", "months", "个月", "month", "个月", "租期", "", ":", "").Replace(text)
	text = strings.TrimPrefix(text, "租")
	if v, ok := Number(text); ok {
		return wholeMonths(v)
	}
	m := term.FindStringSubmatch(text)
	if m == nil || m[2] == "" && m[4] == "" {
		return 0, invalid.New("term")
	}
	total := new(big.Rat)
	for i, each := range map[int]int64{2: 12, 4: 1} {
		if m[i] == "" {
			continue
		}
		v := big.NewRat(1, 2)
		if m[i] != "半" {
			var ok bool
			if v, ok = Number(m[i]); !ok {
				return 0, invalid.New("term")
			}
		}
		total.Add(total, v.Mul(v, big.NewRat(each, 1)))
	}
	if m[5] != "" {
		if m[4] != "" || m[2] == "" {
			return 0, invalid.New("term")
		}
		total.Add(total, big.NewRat(6, 1))
	}
	return wholeMonths(total)
}

// maxTerm is twenty years and some: how much is too much is for the caller.
const maxTerm = 100 * 12

func wholeMonths(v *big.Rat) (int, error) {
	if !v.IsInt() || v.Sign() <= 0 || v.Cmp(big.NewRat(maxTerm, 1)) > 0 {
		return 0, invalid.New("term")
	}
	return int(v.Num().Int64()), nil
}
