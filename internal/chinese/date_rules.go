package chinese

import (
	"regexp"
	"strings"

	"zuji/internal/calendar"
)

// A rule reads one form of date. It returns a day that does not exist where the
// form names one, and the zero Date where it can mean no date after all.
type rule struct {
	form *regexp.Regexp
	read func(g groups, a asked) calendar.Date
}

// abbreviations of the forms: N is a number, Arabic or Chinese, Y a word for a
// year, M one for a month, E an English month.
var abbreviations = strings.NewReplacer(
	"N", `[0-9〇零○一二两三四五六七八九十]{1,4}`,
	"Y", `前年|去年|今年|本年|明年|后年|来年`,
	"M", `上上|上|这|本|当|下下|下`,
	"E", `jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec`,
)

func form(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^(?:" + abbreviations.Replace(pattern) + ")$")
}

// rules are the grammar. Text comes to them without blanks and in lower case.
var rules = []rule{
	{form(`(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})`), full},
	{form(`(?P<y>[0-9]{2}|[0-9]{4})[-/._](?P<m>[0-9]{1,2})[-/._](?P<d>[0-9]{1,2})`), full},
	{form(`(?P<y>N)年(?P<m>N)[月.](?P<d>N)[日号]?`), full},
	{form(`(?P<mon>E)[a-z]*\.?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:,?(?P<y>[0-9]{4}))?`), english},
	{form(`(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?P<mon>E)[a-z]*\.?(?:,?(?P<y>[0-9]{4}))?`), english},
	{form(`(?P<rel>Y)的?(?P<m>N)[月.](?P<d>N)[日号]?`), ofYear},
	{form(`(?P<rel>Y)的?今[天日]`), sameDay},
	{form(`(?P<rel>M)个?月的?今[天日]`), sameDay},
	{form(`(?:(?P<y>N)年|(?P<rel>Y)年?|年)[底末]`), endOfYear},
	{form(`(?:(?P<y>N)年|(?P<rel>Y)的?)?(?P<m>N)月份?(?P<at>底|末|初)`), edgeOfNamedMonth},
	{form(`(?P<rel>大前天|前天|昨[天日]|今[天日]|现在|即日|今儿|明[天日]|明儿|后[天日]|大后天|today|now|tomorrow|yesterday|dayaftertomorrow)`), ofToday},
	{form(`再?过?(?P<n>N|半)(?P<unit>天|日|周|个?星期|个?礼拜|个月|年)(?:之|以)?(?P<dir>后|前)`), away},
	{form(`再?过(?P<n>N|半)(?P<unit>天|日|周|个?星期|个?礼拜|个月|年)`), away},
	{form(`(?P<rel>M|这个)?个?(?:周|星期|礼拜)(?P<w>[一二三四五六日天末1-7])`), ofWeek},
	{form(`(?P<rel>M)个?月份?的?(?P<d>N)[日号]?`), ofMonth},
	{form(`(?:(?P<rel>M)个?)?月(?P<at>底|末|最后一天|初)`), edgeOfMonth},
	{form(`(?P<m>N)月份?(?P<d>N)[日号]?`), yearless},
	{form(`(?P<m>[0-9]{1,2})[-/._](?P<d>[0-9]{1,2})[日号]?`), yearlessDigits},
	{form(`(?P<d>N)[日号]`), dayOnly},
}

// The years that two digits can mean, from today's.
const pastYears, comingYears = 10, 30

func full(g groups, a asked) calendar.Date {
	y, ok := namedYear(g, a)
	if !ok {
		return calendar.Date{}
	}
	return date(y, g.num("m"), g.num("d"))
}

// namedYear reads 2026 or 26.
func namedYear(g groups, a asked) (int, bool) {
	y := g.num("y")
	if y >= 0 && y < 100 {
		y += 2000
		return y, y >= a.today.Year-pastYears && y <= a.today.Year+comingYears
	}
	return y, y >= 1900 && y < 2200
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

func english(g groups, a asked) calendar.Date {
	m := strings.Index(months, g["mon"])/3 + 1
	if g["y"] == "" {
		return nearby(m, g.num("d"), a)
	}
	return date(g.num("y"), m, g.num("d"))
}

var years = map[string]int{"前年": -2, "去年": -1, "今年": 0, "本年": 0, "": 0, "明年": 1, "来年": 1, "后年": 2}

func ofYear(g groups, a asked) calendar.Date {
	return date(a.today.Year+years[g["rel"]], g.num("m"), g.num("d"))
}

// sameDay reads 明年今天 and 下个月今天.
func sameDay(g groups, a asked) calendar.Date {
	if n, ok := years[g["rel"]]; ok {
		return a.today.AddMonths(12 * n)
	}
	return a.today.AddMonths(periods[g["rel"]])
}

func endOfYear(g groups, a asked) calendar.Date {
	if g["y"] != "" {
		g["m"], g["d"] = "12", "31"
		return full(g, a)
	}
	return date(a.today.Year+years[g["rel"]], 12, 31)
}

// edgeOfNamedMonth reads 12月底 and 2026年2月底.
func edgeOfNamedMonth(g groups, a asked) calendar.Date {
	g["d"] = "1"
	var first calendar.Date
	switch {
	case g["y"] != "":
		first = full(g, a)
	case g["rel"] != "":
		first = ofYear(g, a)
	default:
		first = yearless(g, a)
	}
	return edge(first, g["at"])
}

func edge(first calendar.Date, at string) calendar.Date {
	if at == "初" || !first.Valid() {
		return first
	}
	return first.AddMonths(1).AddDays(-1)
}

var days = map[string]int{"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "现在": 0, "即日": 0, "今儿": 0,
	"明天": 1, "明日": 1, "明儿": 1, "后天": 2, "后日": 2, "大后天": 3,
	"today": 0, "now": 0, "tomorrow": 1, "yesterday": -1, "dayaftertomorrow": 2}

func ofToday(g groups, a asked) calendar.Date { return a.today.AddDays(days[g["rel"]]) }

// away reads 三天后. Half a month is fifteen days.
func away(g groups, a asked) calendar.Date {
	count, half := g.num("n"), g["n"] == "半"
	if half {
		count = 1
	}
	if count < 0 {
		return calendar.Date{}
	}
	if g["dir"] == "前" {
		count = -count
	}
	switch unit := g["unit"]; {
	case unit == "年" && half:
		return a.today.AddMonths(6 * count)
	case unit == "年":
		return a.today.AddMonths(12 * count)
	case unit == "个月" && half:
		return a.today.AddDays(15 * count)
	case unit == "个月":
		return a.today.AddMonths(count)
	case half:
		return calendar.Date{}
	case unit == "天" || unit == "日":
		return a.today.AddDays(count)
	}
	return a.today.AddDays(7 * count)
}

var periods = map[string]int{"上上": -2, "上": -1, "这": 0, "这个": 0, "本": 0, "当": 0, "": 0, "下": 1, "下下": 2}

var weekdays = map[string]int{"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "末": 5, "日": 6, "天": 6,
	"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}

// ofWeek counts weeks from Monday. A bare 周五 that is past means the next one.
func ofWeek(g groups, a asked) calendar.Date {
	monday := a.today.AddDays(-(int(a.today.Weekday()) + 6) % 7)
	d := monday.AddDays(7*periods[g["rel"]] + weekdays[g["w"]])
	if g["rel"] == "" && d.Before(a.today) {
		d = d.AddDays(7)
	}
	return d
}

func thisMonth(a asked) calendar.Date { return date(a.today.Year, int(a.today.Month), 1) }

func ofMonth(g groups, a asked) calendar.Date {
	first := thisMonth(a).AddMonths(periods[g["rel"]])
	first.Day = g.num("d")
	return first
}

func edgeOfMonth(g groups, a asked) calendar.Date {
	return edge(thisMonth(a).AddMonths(periods[g["rel"]]), g["at"])
}

// yearless reads 1月1日. A 29 February is only meant where this year, the last
// or the next has one: it is more often a mistake than a day years away.
func yearless(g groups, a asked) calendar.Date { return nearby(g.num("m"), g.num("d"), a) }

// yearlessDigits reads 1.1; 2026.1 or 13.5 are something else.
func yearlessDigits(g groups, a asked) calendar.Date {
	if m := g.num("m"); m < 1 || m > 12 {
		return calendar.Date{}
	}
	return yearless(g, a)
}

func nearby(m, d int, a asked) calendar.Date {
	year := a.today.Year
	if !a.after.IsZero() {
		year = a.after.Year
	}
	return a.choose(date(year-1, m, d), date(year, m, d), date(year+1, m, d))
}

func dayOnly(g groups, a asked) calendar.Date {
	month := thisMonth(a)
	if !a.after.IsZero() {
		month = date(a.after.Year, int(a.after.Month), 1).AddMonths(1)
	}
	var all []calendar.Date
	for i := -1; i <= 1; i++ {
		d := month.AddMonths(i)
		d.Day = g.num("d")
		all = append(all, d)
	}
	return a.choose(all...)
}
