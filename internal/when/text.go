package when

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zuji/internal/chinese"
)

// maxText is the number of characters of the longest text read.
const maxText = 60

var (
	isoT     = regexp.MustCompile(`([0-9])t([0-9])`)
	digitGap = regexp.MustCompile(`([0-9]) ([0-9])`)
	polite   = regexp.MustCompile(`^(?:请|麻烦|帮我|记得|到时候?|在|于|等到|到|就|(?:提醒|通知|叫)我|at|by|the|please|remindme)+|(?:再?(?:提醒|通知|叫|告诉)(?:我|一下|一次|大家)[^0-9点号日周早晚]*|的时候|左右|前后|吧|哦|啊|呢|[.。!,;~])+$`)
	simple   = strings.NewReplacer("點", "点", "號", "号", "週", "周", "後", "后", "鐘", "钟", "個", "个", "兩", "两", "時", "时", "開", "开", "禮", "礼", "請", "请", "於", "于", "廿", "二十", "卅", "三十", "。", ".", "、", ",",
		"“", "", "”", "", "\"", "", "「", "", "」", "", "【", "", "】", "", "·", "")
	words = strings.NewReplacer("个星期", "周", "个礼拜", "周", "星期", "周", "礼拜", "周", "个钟头", "个小时", "钟头", "小时", "个钟", "个小时",
		"今儿个", "今天", "明儿个", "明天", "今儿", "今天", "明儿", "明天", "后儿", "后天", "今日", "今天", "明日", "明天", "后日", "后天",
		"once", "一次", "a.m.", "am", "p.m.", "pm", "o'clock", "点")
	tonight    = regexp.MustCompile(`tonight(?:at)?(.)`)
	everyNight = regexp.MustCompile(`^每(早|晚|晨|夜|上午|中午|下午|傍晚)`)
	shortDay   = regexp.MustCompile(`^(今|明|后|昨)(早|晨|晚|夜|上午|中午|下午|傍晚|凌晨)`)
)

// prepare returns text in the one spelling that the rules know: lower case, and
// without blanks but those between two digits.
func prepare(text string) (string, bool) {
	if utf8.RuneCountInString(text) > maxText {
		return "", false
	}
	text = isoT.ReplaceAllString(strings.ToLower(chinese.Normalise(text)), "$1 $2")
	text = digitGap.ReplaceAllString(digitGap.ReplaceAllString(text, "$1\x00$2"), "$1\x00$2")
	text = strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "\x00", " ")
	text = polite.ReplaceAllString(words.Replace(simple.Replace(text)), "")
	text = strings.Replace(tonight.ReplaceAllString(text, "today$1"), "tonight", "todaynight", 1)
	text = everyNight.ReplaceAllString(text, "每天$1")
	return shortDay.ReplaceAllString(text, "${1}天$2"), text != ""
}

// A split is a text's day, or rule, and its time of day. Either may be empty.
type split struct{ day, clock string }

// splits returns every way to part text, the longest time of day first, after the
// day and, as in English, before it.
func splits(text string) (all []split) {
	for i := range text {
		if parts(text, i) {
			all = append(all, split{trim(text[:i]), trim(text[i:])})
		}
	}
	all = append(all, split{trim(text), ""})
	for i := range text {
		if i > 0 && parts(text, i) {
			all = append(all, split{trim(text[i:]), trim(text[:i])})
		}
	}
	return all
}

// parts reports whether text may be parted before its i-th byte: not within a
// number, nor between 周 and its day: 每周二十点 is ten o'clock.
func parts(text string, i int) bool {
	if strings.HasSuffix(text[:i], "周") && weekdayFirst.MatchString(text[i:]) {
		return false
	}
	return i == 0 || !digit(text[i-1]) || !digit(text[i])
}

var weekdayFirst = regexp.MustCompile(`^[一二三四五六日天1-7]`)

// roughly is a number that is meant as a few: 两三天, 三四点, which digit by digit
// would be 23 and 34.
var roughly = regexp.MustCompile(`(?:^|[^周零〇一二两三四五六七八九,和及与])[一二两三四五六七八九]{2}(?:个|天|周|月|年后|小时|分钟|点|号|日)|[0-9十]几|几[个天点号]|[十个天]来天`)

func digit(b byte) bool { return b >= '0' && b <= '9' }

var joints = regexp.MustCompile(`^(?: |,|的|在|于|at|on)+|(?: |,|的|在)+$`)

func trim(text string) string { return joints.ReplaceAllString(text, "") }

// number reads a number, or returns -1.
func number(s string) int {
	v, ok := chinese.Number(s)
	if !ok || !v.IsInt() || !v.Num().IsInt64() || v.Num().Int64() > 1e6 {
		return -1
	}
	return int(v.Num().Int64())
}

// form compiles a pattern in which N is a number, Arabic or Chinese, T one of a
// clock, P a part of the day, W a day of the week, A is after and B before.
func form(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^(?:" + abbreviations.Replace(pattern) + ")$")
}

var abbreviations = strings.NewReplacer(
	"N", `[0-9零〇一二两三四五六七八九十百]{1,4}`,
	"T", `(?:[0-9]{1,2}|[零〇]?[一二两三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?|[零〇])`,
	"P", partsOfDay,
	"W", `[一二三四五六日天末1-7]`,
	"A", `(?:之|以)?后`,
	"B", `(?:之|以)?前`,
)

// groups are what a form captured, by name; day2 is another place for day.
type groups map[string]string

func match(form *regexp.Regexp, text string) groups {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	g := groups{}
	for i, name := range form.SubexpNames() {
		if name = strings.TrimRight(name, "0123456789"); name != "" && g[name] == "" {
			g[name] = m[i]
		}
	}
	return g
}

// englishNumbers are those that people write out.
var englishNumbers = map[string]int{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "other": 2}

// num reads a captured number, in Arabic, Chinese or English. It returns -1 for
// none.
func (g groups) num(name string) int {
	if n, ok := englishNumbers[g[name]]; ok {
		return n
	}
	return number(g[name])
}
