package when

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

// A rule reads a form of day that package chinese does not, or reads as one that
// may be past.
type rule struct {
	form *regexp.Regexp
	read func(r reader, g groups) (calendar.Date, error)
}

var rules = []rule{
	{form(`(?<month>N)月份?(?:的?最后一天|底|末)`), monthEnd},
	{form(`(?:(?<month>N)|(?<rel>这个?|本|下下?)个?)?月(?<at>初|中)`), inMonth},
	{form(`(?:(?<rel>今|明|后)年)?年?初`), yearStart},
	{form(`(?<rel>今|明|后)年的?最后一天`), yearEnd},
	{form(`(?<rel>这个?|本|下)?个?季度?(?<at>第一天|初|最后一天|末|底)`), quarterEdge},
	{form(`(?<n>N)(?:个?周)A的?周(?<w>W)`), weeksAway},
	{form(`(?:(?<month>N)|(?<rel>这个?|本|下下?)个?)月份?的?第?(?<n>N|最后一)个?周(?<w>W)`), weekdayOfMonth},
	{form(`大(?<more>大+)后天`), daysAway},
	{form(`(?:(?<month>N)|(?<rel>这个?|本|下下?)个?)月份?的?(?:第(?<n>N)|首|(?<last>最后一))个?工作日|月底的?(?<last2>最后一)个?工作日`), workdayOfMonth},
	{form(`(?<rel>这|本|下下?)周的?(?:第(?<n>N)|首|(?<last>最后一))个?工作日`), workdayOfWeek},
	{form(`(?:下一?|(?:再?过)?(?<n>N))个?工作日(?:A)?`), workdaysAway},
	{form(`(?:(?<rel>今|明|后)年|(?<year>[0-9]{4})年)?的?` + feastNames + `(?:节|假期?)?(?:当天|那天)?(?:` + offsets + `)?`), feastDay},
	{form(`(?<next>next|this)?(?<day>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?`), englishWeekday},
	{form(`in(?<n>N|a|one|two|three|four|six)(?<unit>days?|weeks?|months?)|(?<n2>N|a|one|two|three|four|six)(?<unit2>days?|weeks?|months?)(?:later|fromnow)`), englishAway},
	{form(`(?:the)?endofthe?(?<unit>month|year)|monthend`), englishEnd},
}

// bareWeekday is a day of the week that does not say which week.
var bareWeekday = form(`周W|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?`)

// day reads a day from today on, or one that is past in plain words.
func (r reader) day(text string) (calendar.Date, error) {
	if someTime.MatchString(text) {
		return calendar.Date{}, invalid.New("when_vague")
	}
	for _, rule := range rules {
		if g := match(rule.form, text); g != nil {
			d, err := rule.read(r, g)
			if err == nil && !d.Valid() {
				err = invalid.New("date_impossible")
			}
			return d, err
		}
	}
	d, err := chinese.ParseDateAfter(text, r.today, r.today.AddDays(-1))
	if bad, ok := errors.AsType[*invalid.Error](err); ok && bad.Reason == "date" {
		return d, invalid.New("when")
	}
	return d, err
}

// first returns the first of the month that g names: 12月, 下个月. A month without
// a year is this one or the next to come.
func (r reader) first(g groups) calendar.Date {
	first := calendar.Date{Year: r.today.Year, Month: r.today.Month, Day: 1}
	if g["month"] == "" {
		return first.AddMonths(periods[g["rel"]])
	}
	m := g.num("month")
	if m < 1 || m > 12 {
		return calendar.Date{Year: r.today.Year}
	}
	return first.AddMonths((m - int(first.Month) + 12) % 12)
}

// periods from this one on.
var periods = map[string]int{"下": 1, "下下": 2, "next": 1}

// years from this one on.
var years = map[string]int{"明": 1, "后": 2}

func last(first calendar.Date) calendar.Date {
	if !first.Valid() {
		return first
	}
	return first.AddMonths(1).AddDays(-1)
}

func monthEnd(r reader, g groups) (calendar.Date, error) { return last(r.first(g)), nil }

// inMonth reads 月初 and 月中; those of this month may be past.
func inMonth(r reader, g groups) (calendar.Date, error) {
	d := r.first(g)
	if g["at"] == "中" {
		d.Day = 15
	}
	if d.Valid() && d.Before(r.today) && g["rel"] == "" {
		next := 1
		if g["month"] != "" {
			next = 12
		}
		d = d.AddMonths(next)
	}
	return d, nil
}

func yearStart(r reader, g groups) (calendar.Date, error) {
	ahead := years[g["rel"]]
	if g["rel"] == "" {
		ahead = 1
	}
	return calendar.Date{Year: r.today.Year + ahead, Month: time.January, Day: 1}, nil
}

func yearEnd(r reader, g groups) (calendar.Date, error) {
	return calendar.Date{Year: r.today.Year + years[g["rel"]], Month: time.December, Day: 31}, nil
}

// quarterEdge reads 季度末 and 下季度第一天. A bare 季度初 is the next one's.
func quarterEdge(r reader, g groups) (calendar.Date, error) {
	first := calendar.Date{Year: r.today.Year, Month: (r.today.Month-1)/3*3 + 1, Day: 1}.AddMonths(3 * periods[g["rel"]])
	start := strings.Contains("第一天初", g["at"])
	if g["rel"] == "" && start && first.Before(r.today) {
		first = first.AddMonths(3)
	}
	if start {
		return first, nil
	}
	return last(first.AddMonths(2)), nil
}

func daysAway(r reader, g groups) (calendar.Date, error) {
	return r.today.AddDays(3 + len(g["more"])/len("大")), nil
}

var weekdays = map[string]int{"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "末": 5, "日": 6, "天": 6,
	"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6, "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}

func monday(d calendar.Date) calendar.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

func weeksAway(r reader, g groups) (calendar.Date, error) {
	n := g.num("n")
	if n < 1 {
		return calendar.Date{}, invalid.New("when")
	}
	return monday(r.today).AddDays(7*n + weekdays[g["w"]]), nil
}

// weekdayOfMonth reads 下个月第一个周一. Of a named month that is past, next
// year's is meant.
func weekdayOfMonth(r reader, g groups) (calendar.Date, error) {
	d := nthWeekday(r.first(g), g)
	if g["month"] != "" && d.Valid() && d.Before(r.today) {
		d = nthWeekday(r.first(g).AddMonths(12), g)
	}
	return d, nil
}

func nthWeekday(first calendar.Date, g groups) calendar.Date {
	if !first.Valid() {
		return first
	}
	n := g.num("n")
	if g["n"] == "最后一" {
		end := last(first)
		return end.AddDays(-((int(end.Weekday())+6)%7 - weekdays[g["w"]] + 7) % 7)
	}
	d := first.AddDays((weekdays[g["w"]] - (int(first.Weekday())+6)%7 + 7) % 7).AddDays(7 * (max(n, 1) - 1))
	if n < 1 || d.Month != first.Month {
		return calendar.Date{Year: first.Year}
	}
	return d
}

func englishWeekday(r reader, g groups) (calendar.Date, error) {
	d := monday(r.today).AddDays(weekdays[g["day"][:3]] + 7*periods[g["next"]])
	if g["next"] == "" && d.Before(r.today) {
		d = d.AddDays(7)
	}
	return d, nil
}

func englishAway(r reader, g groups) (calendar.Date, error) {
	n := g.num("n")
	switch strings.TrimSuffix(g["unit"], "s") {
	case "day":
		return r.today.AddDays(n), nil
	case "week":
		return r.today.AddDays(7 * n), nil
	}
	return r.today.AddMonths(n), nil
}

func englishEnd(r reader, g groups) (calendar.Date, error) {
	if g["unit"] == "year" {
		return yearEnd(r, g)
	}
	return last(r.first(g)), nil
}
