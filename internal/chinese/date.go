package chinese

import (
	"regexp"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// ParseDate reads a date as people write it: 2026-12-31, 2026.1.1, 20261231,
// 二〇二六年一月一日, 1月3号, 明天, 下周五, 下个月1号, 明年1月1日, 月底, 三天后,
// January 1 2026. Without a year, or with a day only, the date nearest to today
// is meant, earlier or later; a bare weekday is the next one, today included.
//
// A day that does not exist has the reason date_impossible, one that is not the
// weekday written with it date_weekday, one of the lunar calendar date_lunar,
// and anything else that is no date the reason date.
func ParseDate(s string, today calendar.Date) (calendar.Date, error) {
	return parseDate(s, asked{today: today})
}

// ParseDateAfter is ParseDate for a date that comes after another one: without a
// year or month the first such date after it is meant.
func ParseDateAfter(s string, today, after calendar.Date) (calendar.Date, error) {
	return parseDate(s, asked{today: today, after: after})
}

// asked is what a date is read against.
type asked struct {
	today calendar.Date
	after calendar.Date // or zero
}

// choose returns the one of several possible dates, in order, that is meant. If
// none will do it returns one that does not exist.
func (a asked) choose(all ...calendar.Date) calendar.Date {
	best := date(a.today.Year, 0, 0)
	for _, d := range all {
		switch {
		case !d.Valid():
		case !a.after.IsZero():
			if d.After(a.after) {
				return d
			}
		case !best.Valid() || distance(d, a.today) <= distance(best, a.today):
			best = d
		}
	}
	return best
}

func distance(a, b calendar.Date) int { return max(a.DaysUntil(b), b.DaysUntil(a)) }

func date(y, m, d int) calendar.Date { return calendar.Date{Year: y, Month: time.Month(m), Day: d} }

// groups are what a rule's form captured, by name.
type groups map[string]string

// num returns a captured number, or -1.
func (g groups) num(name string) int {
	v, ok := Number(g[name])
	if !ok || !v.IsInt() || !v.Num().IsInt64() {
		return -1
	}
	return int(v.Num().Int64())
}

var (
	spacedDate = regexp.MustCompile(`^([0-9]{4}) ([0-9]{1,2}) ([0-9]{1,2})$`)
	manyDashes = regexp.MustCompile(`-{2,}`)
	remark     = regexp.MustCompile(`\([^()]*\)?$`)
	weekday    = regexp.MustCompile(`([0-9日号])\(?(?:星期|周|礼拜)([一二三四五六日天])\)?$`)
	lunar      = regexp.MustCompile(`农历|阴历|正月|腊月|冬月|初[一二三四五六七八九十]`)
	around     = regexp.MustCompile(`^(?:从|自|于|到|至|在|是|就|:)+|(?:开始|起租|起算|入住|到期|为止|起|止|\.)+$`)
	otherNames = strings.NewReplacer("。", ".", "、", ".", "廿", "二十", "卅", "三十", "號", "号", "週", "周",
		"元旦节", "1月1日", "元旦", "1月1日", "五一劳动节", "5月1日", "劳动节", "5月1日", "国庆节", "10月1日", "国庆", "10月1日")
)

// parseDate strips what people write around a date and tries the rules in turn.
func parseDate(s string, a asked) (calendar.Date, error) {
	text := spacedDate.ReplaceAllString(Normalise(s), "$1-$2-$3")
	text = otherNames.Replace(strings.ToLower(compact(text)))
	text = around.ReplaceAllString(manyDashes.ReplaceAllString(text, "-"), "")
	if lunar.MatchString(text) {
		return calendar.Date{}, invalid.New("date_lunar")
	}
	day := ""
	if m := weekday.FindStringSubmatch(text); m != nil {
		day, text = m[2], strings.TrimSuffix(text, m[0])+m[1]
	}
	text = remark.ReplaceAllString(text, "")
	for _, r := range rules {
		if g := match(r.form, text); g != nil {
			return checked(r.read(g, a), day)
		}
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
		if name != "" && g[name] == "" {
			g[name] = m[i]
		}
	}
	return g
}

func checked(d calendar.Date, day string) (calendar.Date, error) {
	switch {
	case d.IsZero():
		return d, invalid.New("date")
	case !d.Valid():
		return calendar.Date{}, invalid.New("date_impossible")
	case day != "" && time.Weekday((weekdays[day]+1)%7) != d.Weekday():
		return calendar.Date{}, invalid.New("date_weekday", "Date", d)
	}
	return d, nil
}
