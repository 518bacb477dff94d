package chinese

import "strings"

var capitals = []string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}

// Capital writes an amount in fen in formal numerals, as contracts and receipts
// have it: 350000 is 叁仟伍佰元整. The rules are those for bills, 正确填写票据和
// 结算凭证的基本规定 (支付结算办法, appendix). An amount below nothing is 零元整.
func Capital(fen int64) string {
	if fen <= 0 {
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
