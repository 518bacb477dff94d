package chinese

import (
	"regexp"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// ParseDate reads a date as people write it: 2026-12-31, 2026.1.1, 20261231,
// 二〇二六年一月一日, 1月3号, 明天, 下周五, 下个月1号, 明年1月1日, 月底, 三天后.
// Without a year the date nearest to today is meant. A day that does not exist
// has the reason date_impossible, anything else that is no date the reason date.
func ParseDate(s string, today calendar.Date) (calendar.Date, error) {
	return parseDate(s, today, func(month, day int) (calendar.Date, bool) { return nearest(month, day, today) })
}

// ParseDateAfter is ParseDate for a date that comes after another one: without a
// year the first such date after it is meant.
func ParseDateAfter(s string, today, after calendar.Date) (calendar.Date, error) {
	return parseDate(s, today, func(month, day int) (calendar.Date, bool) {
		for year := after.Year; year <= after.Year+8; year++ {
			if d := date(year, month, day); d.Valid() && d.After(after) {
				return d, true
			}
		}
		return calendar.Date{}, false
	})
}

// A rule reads one form of date. It reports false for a day that does not exist.
type rule struct {
	form *regexp.Regexp
	read func(g groups, today calendar.Date) (calendar.Date, bool)
}

// groups are what a rule's form captured, by name.
type groups map[string]string

func (g groups) num(name string) int {
	v, ok := Number(g[name])
	if !ok || !v.IsInt() || !v.Num().IsInt64() {
		return -1
	}
	return int(v.Num().Int64())
}

// n is a number of at most four digits, Arabic or Chinese.
const n = `[0-9〇零○一二两三四五六七八九十廿卅]{1,4}`

func form(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(pattern, "N", n) + "$")
}

var rules = []rule{
	{form(`(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})`), full},
	{form(`(?P<y>[0-9]{2}|[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})`), full},
	{form(`(?P<y>N)年(?P<m>N)[月.](?P<d>N)[日号]?`), full},
	{form(`(?P<rel>前年|去年|今年|明年|后年|来年)的?(?P<m>N)[月.](?P<d>N)[日号]?`), ofYear},
	{form(`(?P<rel>前年|去年|今年|明年|后年|来年)?年?底`), endOfYear},
	{form(`(?P<rel>大前天|前天|昨天|昨日|今天|今日|现在|即日|今儿|明天|明日|明儿|后天|大后天)起?`), ofToday},
	{form(`(?P<n>N)(?P<unit>天|日|周|个?星期|个?礼拜|个月|年)(之|以)?(?P<dir>后|前)`), away},
	{form(`(?P<n>半)(?P<unit>个月|年)(之|以)?(?P<dir>后|前)`), away},
	{form(`(?P<rel>上上|上|这个?|本|下下|下)?个?(周|星期|礼拜)(?P<w>[一二三四五六日天末1-7])`), ofWeek},
	{form(`(?P<rel>上上|上|这|本|下下|下|当)个?月(份)?的?(?P<d>N)[日号]?`), ofMonth},
	{form(`(?P<rel>上|这|本|下下|下|当)?个?月(底|末|最后一天)`), endOfMonth},
	{form(`(?P<rel>上|这|本|下下|下|当)个?月初`), startOfMonth},
}

// yearless is a month and a day; which year is meant depends on the question.
var yearless = form(`(?P<m>N)[月/.-](?P<d>N)[日号]?`)

func parseDate(s string, today calendar.Date, pick func(month, day int) (calendar.Date, bool)) (calendar.Date, error) {
	text := strings.NewReplacer(" ", "", "，", "", "。", "", "廿", "二十", "卅", "三十", "元旦", "1月1日", "國", "国", "號", "号").Replace(compact(s))
	text = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(text, "从"), "开始"), "起")
	if i := strings.IndexAny(text, "（("); i > 0 {
		text = text[:i]
	}
	for _, r := range rules {
		if g := match(r.form, text); g != nil {
			return checked(r.read(g, today))
		}
	}
	if g := match(yearless, text); g != nil {
		m, d := g.num("m"), g.num("d")
		if m < 1 || m > 12 || d < 1 || d > 31 {
			return calendar.Date{}, invalid.New("date_impossible")
		}
		return checked(pick(m, d))
	}
	return calendar.Date{}, invalid.New("date")
}

func match(form *regexp.Regexp, text string) groups {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	g := groups{}
	for i, name := range form.SubexpNames() {
		if name != "" {
			g[name] = m[i]
		}
	}
	return g
}

func checked(d calendar.Date, ok bool) (calendar.Date, error) {
	if !ok || !d.Valid() {
		return calendar.Date{}, invalid.New("date_impossible")
	}
	return d, nil
}

func date(y, m, d int) calendar.Date { return calendar.Date{Year: y, Month: time.Month(m), Day: d} }

// nearest is the date of a month and day that is nearest to today.
func nearest(month, day int, today calendar.Date) (best calendar.Date, found bool) {
	for year := today.Year - 4; year <= today.Year+4; year++ {
		d := date(year, month, day)
		if d.Valid() && (!found || distance(d, today) <= distance(best, today)) {
			best, found = d, true
		}
	}
	return best, found
}

func distance(a, b calendar.Date) int {
	if d := a.DaysUntil(b); d > 0 {
		return d
	}
	return b.DaysUntil(a)
}

func full(g groups, _ calendar.Date) (calendar.Date, bool) {
	y := g.num("y")
	if y < 100 {
		y += 2000
	}
	return date(y, g.num("m"), g.num("d")), y >= 1900 && y < 2200
}

var years = map[string]int{"前年": -2, "去年": -1, "今年": 0, "": 0, "明年": 1, "来年": 1, "后年": 2}

func ofYear(g groups, today calendar.Date) (calendar.Date, bool) {
	return date(today.Year+years[g["rel"]], g.num("m"), g.num("d")), true
}

func endOfYear(g groups, today calendar.Date) (calendar.Date, bool) {
	return date(today.Year+years[g["rel"]], 12, 31), true
}

var days = map[string]int{"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "现在": 0, "即日": 0, "今儿": 0,
	"明天": 1, "明日": 1, "明儿": 1, "后天": 2, "大后天": 3}

func ofToday(g groups, today calendar.Date) (calendar.Date, bool) {
	return today.AddDays(days[g["rel"]]), true
}

func away(g groups, today calendar.Date) (calendar.Date, bool) {
	count, half := g.num("n"), g["n"] == "半"
	if half {
		count = 1
	}
	if count < 0 || count > 9999 {
		return calendar.Date{}, false
	}
	if g["dir"] == "前" {
		count = -count
	}
	switch unit := g["unit"]; {
	case unit == "年" && half:
		return today.AddMonths(6 * count), true
	case unit == "年":
		return today.AddMonths(12 * count), true
	case unit == "个月" && half:
		return today.AddDays(15 * count), true
	case unit == "个月":
		return today.AddMonths(count), true
	case unit == "天" || unit == "日":
		return today.AddDays(count), true
	}
	return today.AddDays(7 * count), true
}

var periods = map[string]int{"上上": -2, "上": -1, "这": 0, "这个": 0, "本": 0, "当": 0, "": 0, "下": 1, "下下": 2}

var weekdays = map[string]int{"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "末": 5, "日": 6, "天": 6,
	"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}

// ofWeek counts weeks from Monday. A bare 周五 that is past means the next one.
func ofWeek(g groups, today calendar.Date) (calendar.Date, bool) {
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	d := monday.AddDays(7*periods[g["rel"]] + weekdays[g["w"]])
	if g["rel"] == "" && d.Before(today) {
		d = d.AddDays(7)
	}
	return d, true
}

func ofMonth(g groups, today calendar.Date) (calendar.Date, bool) {
	first := date(today.Year, int(today.Month), 1).AddMonths(periods[g["rel"]])
	return date(first.Year, int(first.Month), g.num("d")), true
}

func endOfMonth(g groups, today calendar.Date) (calendar.Date, bool) {
	first := date(today.Year, int(today.Month), 1)
	return first.AddMonths(periods[g["rel"]] + 1).AddDays(-1), true
}

func startOfMonth(g groups, today calendar.Date) (calendar.Date, bool) {
	return date(today.Year, int(today.Month), 1).AddMonths(periods[g["rel"]]), true
}
