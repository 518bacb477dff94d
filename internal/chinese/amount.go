package chinese

import (
	"math/big"
	"regexp"
	"strings"

	"zuji/internal/invalid"
)

// MaxAmount is the greatest amount accepted, in fen.
const MaxAmount = 1e9

var (
	beforeAmount = regexp.MustCompile(`^(?:月?租金?|房租|押金|每个?月|一个月|大写|人民币|rmb|cny|¥|￥|是|为|:)+`)
	afterAmount  = regexp.MustCompile(`(?:(?:/|每|一|per|a)?(?:个?月|month|mo)|人民币|rmb|cny|整|正|/|\.)+$`)
	otherPeriod  = regexp.MustCompile(`(?:(?:/|每|一|per|a)(?:年|季度?|天|日|周|星期|year|week|day)|年|季度?)$|^(?:每年|每季|每天|年租|日租)`)
	yuan         = regexp.MustCompile(`^(.+?)(元|圆|块钱|块|yuan)(.*)$`)
	change       = regexp.MustCompile(`^零?(?:([0-9一二两三四五六七八九壹贰叁肆伍陆柒捌玖])[角毛])?零?(?:([0-9一二两三四五六七八九壹贰叁肆伍陆柒捌玖])分)?钱?$`)
)

// ParseAmount reads an amount of money, once or a month, and returns it in fen:
// ¥3,500, 3500元/月, 3500块, 三千五, 叁仟伍佰元整, 3.5k, 1.2万. What is no amount
// has the reason amount; one for a year or a day amount_period; one that is not
// more than nothing, over MaxAmount or finer than a fen amount_range.
func ParseAmount(s string) (fen int64, err error) {
	s = strings.ReplaceAll(strings.ToLower(compact(s)), "。", ".")
	if otherPeriod.MatchString(s) {
		return 0, invalid.New("amount_period")
	}
	s = afterAmount.ReplaceAllString(beforeAmount.ReplaceAllString(s, ""), "")
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	var cents int64
	if m := yuan.FindStringSubmatch(s); m != nil {
		var ok bool
		if cents, ok = jiaoFen(m[3], m[2]); !ok {
			return 0, invalid.New("amount")
		}
		s = m[1]
	}
	v, ok := Number(s)
	if !ok {
		return 0, invalid.New("amount")
	}
	v.Mul(v, big.NewRat(100, 1)).Add(v, big.NewRat(cents, 1))
	if negative || !v.IsInt() || v.Sign() <= 0 || v.Cmp(big.NewRat(MaxAmount, 1)) > 0 {
		return 0, invalid.New("amount_range")
	}
	return v.Num().Int64(), nil
}

// jiaoFen reads what follows 元 or 块: 六角七分, 5毛; 三块五 is 3.50.
func jiaoFen(s, after string) (fen int64, ok bool) {
	if after == "块" && len([]rune(s)) == 1 && s != "钱" {
		s += "角"
	}
	m := change.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	for i, each := range []int64{10, 1} {
		if v, ok := Number(m[i+1]); ok {
			fen += v.Num().Int64() * each
		}
	}
	return fen, true
}
