package chinese

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// digits are the Chinese digits, everyday and formal.
var digits = map[rune]int64{
	'零': 0, '〇': 0, '○': 0, 'Ｏ': 0,
	'一': 1, '壹': 1, '二': 2, '贰': 2, '两': 2, '三': 3, '叁': 3, '四': 4, '肆': 4,
	'五': 5, '伍': 5, '六': 6, '陆': 6, '七': 7, '柒': 7, '八': 8, '捌': 8, '九': 9, '玖': 9,
}

var units = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000}

var large = map[rune]int64{'万': 1e4, '萬': 1e4, '亿': 1e8}

// Number reads a number in Arabic or Chinese numerals, with 万, k or w behind:
// 3500, 3,500, 3.5k, 1.2万, 三千五, 两千零五, 二〇二六. It reports false for
// anything else.
func Number(s string) (*big.Rat, bool) {
	s = strings.ToLower(strings.NewReplacer(",", "", "，", "", " ", "").Replace(Normalise(s)))
	if s == "" || utf8.RuneCountInString(s) > 30 {
		return nil, false
	}
	if v, ok := arabic(s); ok {
		return v, true
	}
	if v, ok := mixed(s); ok {
		return v, true
	}
	n, ok := han(s)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetInt64(n), true
}

// arabic reads 3500, 3.5k, 1.2w and 1.2万.
func arabic(s string) (*big.Rat, bool) {
	scale := int64(1)
	for suffix, by := range map[string]int64{"k": 1000, "千": 1000, "w": 10000, "万": 10000} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			s, scale = rest, by
			break
		}
	}
	if s == "" || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") {
		return nil, false
	}
	v, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, false
	}
	return v.Mul(v, new(big.Rat).SetInt64(scale)), true
}

// mixed reads 1万2 and 3千5: Arabic digits around one Chinese unit.
func mixed(s string) (*big.Rat, bool) {
	for unit, by := range map[string]int64{"万": 10000, "千": 1000, "百": 100} {
		before, after, ok := strings.Cut(s, unit)
		if !ok || before == "" || after == "" {
			continue
		}
		head, ok1 := arabic(before)
		tail, ok2 := arabic(after)
		if !ok1 || !ok2 || !tail.IsInt() {
			continue
		}
		scale := new(big.Rat).SetInt64(by)
		if len(after) == 1 {
			tail.Mul(tail, new(big.Rat).SetInt64(by/10)) // 1万2 is 12000
		}
		return head.Mul(head, scale).Add(head, tail), true
	}
	return nil, false
}

// han reads a number in Chinese numerals, also with the last unit left out
// (三千五) and digit by digit (二〇二六).
func han(s string) (int64, bool) {
	runes := []rune(s)
	if n, ok := digitByDigit(runes); ok {
		return n, true
	}
	var total, section, digit, lastUnit int64
	seen, pending := false, false
	for _, r := range runes {
		if d, ok := digits[r]; ok {
			if pending && digit != 0 {
				return 0, false
			}
			digit, pending, seen = d, true, true
			if d == 0 {
				lastUnit = 0
			}
			continue
		}
		if u, ok := units[r]; ok {
			if !pending {
				if u != 10 || section%100 != 0 {
					return 0, false
				}
				digit = 1
			}
			section += digit * u
			digit, pending, seen, lastUnit = 0, false, true, u
			continue
		}
		u, ok := large[r]
		if !ok || !seen {
			return 0, false
		}
		total = (total + section + digit) * u
		section, digit, pending, lastUnit = 0, 0, false, u
	}
	if pending && lastUnit >= 100 {
		digit *= lastUnit / 10
	}
	return total + section + digit, seen && total >= 0 && total < 1e13
}

func digitByDigit(runes []rune) (int64, bool) {
	if len(runes) > 18 {
		return 0, false
	}
	var n int64
	for _, r := range runes {
		d, ok := digits[r]
		if !ok {
			return 0, false
		}
		n = n*10 + d
	}
	return n, len(runes) > 1 || n > 0 || len(runes) == 1 && runes[0] != '两'
}
