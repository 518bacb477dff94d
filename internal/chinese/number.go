package chinese

import (
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"
)

// digits are the Chinese digits, everyday and formal.
var digits = map[rune]int64{
	'零': 0, '〇': 0, '○': 0,
	'一': 1, '壹': 1, '二': 2, '贰': 2, '貳': 2, '两': 2, '兩': 2, '三': 3, '叁': 3, '叄': 3, '四': 4, '肆': 4,
	'五': 5, '伍': 5, '六': 6, '陆': 6, '陸': 6, '七': 7, '柒': 7, '八': 8, '捌': 8, '九': 9, '玖': 9,
}

// units are the powers of ten inside a group of four, and k for 千.
var units = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000, 'k': 1000}

// groupUnits close a group of four.
var groupUnits = map[rune]int64{'万': 1e4, '萬': 1e4, 'w': 1e4, '亿': 1e8, '億': 1e8}

var (
	plain     = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	thousands = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+($|[^0-9,])`)
)

// maxNumber is the number of characters of the longest number read.
const maxNumber = 30

// Number reads a number in Arabic or Chinese numerals, mixed as people mix them:
// 3500, 3,500, 3.5k, 1.2万, 1万2, 3千5百, 三千五 (3500), 两千零五, 叁仟伍佰,
// 二〇二六. The value is exact. It reports false for anything else.
func Number(s string) (*big.Rat, bool) {
	s = strings.ToLower(compact(s))
	if s == "" || utf8.RuneCountInString(s) > maxNumber {
		return nil, false
	}
	if thousands.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	if plain.MatchString(s) {
		return new(big.Rat).SetString(s)
	}
	if v, ok := digitByDigit(s); ok {
		return v, true
	}
	return new(numeral).read(s)
}

// digitByDigit reads 二〇二六.
func digitByDigit(s string) (*big.Rat, bool) {
	v := new(big.Rat)
	for _, r := range s {
		d, ok := digits[r]
		if !ok {
			return nil, false
		}
		v.Mul(v, big.NewRat(10, 1)).Add(v, big.NewRat(d, 1))
	}
	return v, true
}

// A numeral is a number being read from the left: 一万二千零五.
type numeral struct {
	total, section big.Rat
	pending        *big.Rat // a digit, or Arabic digits, that wait for their unit
	short          bool     // pending is one digit, so 三千五 can mean 三千五百
	fraction       bool     // pending was 1.2, which only a unit may follow
	zero           bool     // a 零 stands before pending
	unit           int64    // the last unit; what follows is less
	group          int64    // the last of 亿 and 万
}

func (n *numeral) read(s string) (*big.Rat, bool) {
	for s != "" {
		if arabic := leading(s); arabic != "" {
			if !plain.MatchString(arabic) || !n.value(arabic) {
				return nil, false
			}
			s = s[len(arabic):]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		if d, ok := digits[r]; ok {
			if !n.digit(d) {
				return nil, false
			}
		} else if u, ok := units[r]; ok {
			if !n.times(u) {
				return nil, false
			}
		} else if u, ok := groupUnits[r]; !ok || !n.close(u) {
			return nil, false
		}
	}
	return n.end()
}

func leading(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789."))] }

func (n *numeral) value(arabic string) bool {
	if n.pending != nil || n.fraction {
		return false
	}
	n.pending, _ = new(big.Rat).SetString(arabic)
	n.short, n.fraction = len(arabic) == 1, strings.Contains(arabic, ".")
	return !n.fraction || n.unit == 0
}

func (n *numeral) digit(d int64) bool {
	switch {
	case n.pending != nil || n.fraction || n.zero && d == 0:
		return false
	case d == 0:
		n.zero = true
		return n.unit > 0
	}
	n.pending, n.short = big.NewRat(d, 1), true
	return true
}

// times reads 十, 百 or 千. Units go down: 五百三千 is no number.
func (n *numeral) times(u int64) bool {
	if n.pending == nil {
		if u != 10 || n.fraction {
			return false
		}
		n.pending = big.NewRat(1, 1) // 十五, 三百十五
	}
	v := n.pending.Mul(n.pending, big.NewRat(u, 1))
	if n.unit > 0 && v.Cmp(big.NewRat(n.unit, 1)) >= 0 {
		return false
	}
	n.section.Add(&n.section, v)
	n.pending, n.zero, n.unit = nil, false, u
	return true
}

// close reads 万 or 亿.
func (n *numeral) close(u int64) bool {
	if n.pending != nil {
		n.section.Add(&n.section, n.pending)
	}
	if n.section.Sign() == 0 || n.group > 0 && u >= n.group {
		return false
	}
	n.total.Add(&n.total, n.section.Mul(&n.section, big.NewRat(u, 1)))
	n.section, n.pending, n.zero, n.unit, n.group = big.Rat{}, nil, false, u, u
	return true
}

func (n *numeral) end() (*big.Rat, bool) {
	if n.pending != nil {
		if n.short && !n.zero && n.unit >= 100 {
			n.pending.Mul(n.pending, big.NewRat(n.unit/10, 1))
		}
		if n.unit > 0 && n.pending.Cmp(big.NewRat(n.unit, 1)) >= 0 {
			return nil, false
		}
		n.section.Add(&n.section, n.pending)
	} else if n.zero {
		return nil, false
	}
	return n.total.Add(&n.total, &n.section), n.unit > 0
}
