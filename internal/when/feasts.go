package when

import (
	"fmt"
	"slices"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

const (
	feastNames = `(?<feast>元旦|除夕|春节|大年初一|元宵|清明|五一|劳动|端午|中秋|十一国庆|国庆|十一|平安夜|圣诞)`
	offsets    = `(?:节|假期?)?(?:(?<first>(?:结束)?A的?(?:第一|首)个(?:工作日|上班日)|(?:结束)?A的?上班第一天|(?:结束)?A的?第一天上班)|(?<last>B的?最后一个工作日|B最后一天上班)|` +
		`(?<dir>A|B)的?(?:第?(?<n>N)天|第?(?<weeks>N)周))`
)

// feasts are the days that keep their date.
var feasts = map[string]string{"元旦": "01-01", "五一": "05-01", "劳动": "05-01", "国庆": "10-01", "十一国庆": "10-01", "十一": "10-01", "平安夜": "12-24", "圣诞": "12-25"}

// moon are the days that follow the moon or the sun, by year (domain.md §3, and
// for 2026 the notice of the State Council): Spring Festival, Qingming, Dragon
// Boat, Mid-Autumn.
var moon = map[int][4]string{
	2026: {"02-17", "04-05", "06-19", "09-25"}, 2027: {"02-06", "04-05", "06-09", "09-15"}, 2028: {"01-26", "04-04", "05-28", "10-03"},
	2029: {"02-13", "04-04", "06-16", "09-22"}, 2030: {"02-03", "04-05", "06-05", "09-12"},
}

// moonFeasts say which of them a name means, and how many days away.
var moonFeasts = map[string][2]int{"除夕": {0, -1}, "春节": {0, 0}, "大年初一": {0, 0}, "元宵": {0, 14}, "清明": {1, 0}, "端午": {2, 0}, "中秋": {3, 0}}

// feast returns a day of festival in a year, or false if the year's is not known.
func feast(name string, year int) (d calendar.Date, known bool) {
	text, fixed := feasts[name]
	f := moonFeasts[name]
	if !fixed {
		dates, ok := moon[year]
		if !ok {
			return d, false
		}
		text = dates[f[0]]
	}
	if d.UnmarshalText(fmt.Appendf(nil, "%04d-%s", year, text)) != nil {
		return d, false
	}
	return d.AddDays(f[1]), true
}

// feastDay reads 中秋, 春节前一天 and 国庆后第一个工作日: the next that is not past,
// unless a year is named.
func feastDay(r reader, g groups) (calendar.Date, error) {
	year := r.today.Year
	named := g["rel"] != "" || g["year"] != ""
	if g["year"] != "" {
		year = g.num("year")
	}
	year += years[g["rel"]]
	for {
		d, err := r.nearFeast(g, year)
		if err != nil || named || !d.Before(r.today) {
			return d, err
		}
		year++
	}
}

func (r reader) nearFeast(g groups, year int) (calendar.Date, error) {
	d, known := feast(g["feast"], year)
	working := g["first"] != "" || g["last"] != ""
	if !known || working && !r.holidays.Covered(year) && !r.ended(d, g) {
		return d, invalid.New("when_holidays", "Year", fmt.Sprint(year))
	}
	switch {
	case g["first"] != "":
		return r.holidays.AddWorkdays(d, 1), nil
	case g["last"] != "":
		return r.workdayBefore(d), nil
	case g["dir"] == "":
		return d, nil
	}
	n := g.num("n")
	if g["weeks"] != "" {
		n = 7 * g.num("weeks")
	}
	if n < 1 || n > 60 {
		return d, invalid.New("when")
	}
	if slices.Contains([]string{"前", "之前", "以前"}, g["dir"]) {
		n = -n
	}
	return d.AddDays(n), nil
}

// ended reports whether a festival's working day is past whatever the year's
// arrangement was: no holiday is longer than ten days.
func (r reader) ended(d calendar.Date, g groups) bool {
	return d.AddDays(10).Before(r.today) && g["rel"] == "" && g["year"] == ""
}

// workdayBefore returns the last working day before d.
func (r reader) workdayBefore(d calendar.Date) calendar.Date { return previousWorkday(d, r.holidays) }

func previousWorkday(d calendar.Date, h *calendar.Holidays) calendar.Date {
	d = d.AddDays(-1)
	for !h.IsWorkday(d) && d.Year > 1 {
		d = d.AddDays(-1)
	}
	return d
}

func workdaysAway(r reader, g groups) (calendar.Date, error) {
	n := 1
	if g["n"] != "" {
		n = g.num("n")
	}
	if n < 1 || n > 250 {
		return calendar.Date{}, invalid.New("when")
	}
	return r.holidays.AddWorkdays(r.today, n), nil
}

func workdayOfMonth(r reader, g groups) (calendar.Date, error) {
	first := r.first(g)
	if !first.Valid() {
		return first, nil
	}
	d := r.nthWorkday(first, first.AddMonths(1), g)
	if g["month"] != "" && d.Valid() && d.Before(r.today) {
		first = first.AddMonths(12)
		d = r.nthWorkday(first, first.AddMonths(1), g)
	}
	return d, nil
}

func workdayOfWeek(r reader, g groups) (calendar.Date, error) {
	first := monday(r.today).AddDays(7 * periods[g["rel"]])
	return r.nthWorkday(first, first.AddDays(7), g), nil
}

// nthWorkday returns the working day that g counts from first up to the day before
// end, or none that exists.
func (r reader) nthWorkday(first, end calendar.Date, g groups) calendar.Date {
	n := 1
	if g["n"] != "" {
		n = g.num("n")
	}
	d := calendar.Date{Year: first.Year, Month: time.January}
	switch {
	case g["last"] != "":
		d = previousWorkday(end, r.holidays)
	case n >= 1 && n <= 31:
		d = r.holidays.AddWorkdays(first.AddDays(-1), n)
	}
	if d.Before(first) || !d.Before(end) {
		return calendar.Date{Year: first.Year}
	}
	return d
}
