package chinese

import (
	"math/big"
	"regexp"
	"strings"

	"zuji/internal/invalid"
)

// MaxAmount is the greatest amount accepted, in fen.
const MaxAmount = 1e9

var amountTail = regexp.MustCompile(`(/|每|一个)?(个?月|年|季度?)$`)

// ParseAmount reads an amount of money and returns it in fen: ¥3,500, 3500元/月,
// 3500块, 三千五, 叁仟伍佰元整, 3.5k, 1.2万.
func ParseAmount(s string) (fen int64, err error) {
	s = strings.ToLower(compact(s))
	s = strings.NewReplacer("人民币", "", "rmb", "", "cny", "", "月租金", "", "月租", "", "租金", "", "押金", "", "每月", "", "大写", "").Replace(s)
	s = strings.TrimLeft(s, "¥￥:：")
	s = amountTail.ReplaceAllString(s, "")
	s = strings.TrimRight(s, "/整正。.")
	whole, rest := s, ""
	for _, unit := range []string{"元", "块钱", "块", "圆", "yuan"} {
		if before, after, ok := strings.Cut(s, unit); ok {
			whole, rest = before, after
			break
		}
	}
	v, ok := Number(whole)
	if !ok {
		return 0, invalid.New("amount")
	}
	v.Mul(v, big.NewRat(100, 1))
	cents, ok := small(rest)
	if !ok {
		return 0, invalid.New("amount")
	}
	v.Add(v, big.NewRat(cents, 1))
	if !v.IsInt() || v.Sign() <= 0 || v.Cmp(big.NewRat(MaxAmount, 1)) > 0 {
		return 0, invalid.New("amount")
	}
	return v.Num().Int64(), nil
}

// small reads what follows 元: 六角七分, 5毛, nothing.
func small(s string) (fen int64, ok bool) {
	s = strings.TrimPrefix(s, "零")
	for _, part := range []struct {
		names string
		fen   int64
	}{{"角毛", 10}, {"分", 1}} {
		at := strings.IndexAny(s, part.names)
		if at < 0 {
			continue
		}
		n, ok := Number(s[:at])
		if !ok || !n.IsInt() || n.Num().Int64() > 9 {
			return 0, false
		}
		fen += n.Num().Int64() * part.fen
		_, s, _ = strings.Cut(s, string([]rune(s[at:])[0]))
	}
	return fen, s == ""
}

var capitals = []string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}

// Capital writes an amount in fen in formal numerals, as contracts and receipts
// have it: 350000 is 叁仟伍佰元整.
func Capital(fen int64) string {
	if fen == 0 {
		return "零元整"
	}
	yuan, jiao, cent := fen/100, fen/10%10, fen%10
	var b strings.Builder
	if yuan > 0 {
		b.WriteString(capitalWhole(yuan) + "元")
	}
	switch {
	case jiao == 0 && cent == 0:
		b.WriteString("整")
	case jiao == 0 && yuan > 0:
		b.WriteString("零")
	}
	if jiao > 0 {
		b.WriteString(capitals[jiao] + "角")
	}
	if cent > 0 {
		b.WriteString(capitals[cent] + "分")
	}
	return b.String()
}

func capitalWhole(n int64) string {
	out, zero := "", false
	for _, group := range []struct {
		size int64
		name string
	}{{1e8, "亿"}, {1e4, "万"}, {1, ""}} {
		part := n / group.size
		n %= group.size
		if part == 0 {
			zero = zero || out != ""
			continue
		}
		if out != "" && (zero || part < 1000) {
			out += "零"
		}
		zero = false
		out += capitalSection(part) + group.name
	}
	return out
}

func capitalSection(n int64) string {
	out, zero := "", false
	for _, u := range []struct {
		size int64
		name string
	}{{1000, "仟"}, {100, "佰"}, {10, "拾"}, {1, ""}} {
		d := n / u.size
		n %= u.size
		if d == 0 {
			zero = out != ""
			continue
		}
		if zero {
			out += "零"
			zero = false
		}
		out += capitals[d] + u.name
	}
	return out
}
