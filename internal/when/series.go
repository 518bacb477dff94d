package when

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// A seriesRule reads a form of repetition.
type seriesRule struct {
	form *regexp.Regexp
	read func(g groups) (Repeat, error)
}

const englishDays = `(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?`

var seriesRules = []seriesRule{
	{form(`(?:每|每隔)(?:一?个?|N个?)?(?:小时|分钟|半小时|刻钟)|每半个?小时|每[天日](?:N[次遍]|早晚.*)|every(?:[0-9]+|half)?(?:an)?(?:hours?|minutes?)|hourly`), often},
	{form(`不重复|一次|仅一次|只一次|只提醒一次|单次|只|仅|不用|不用重复|不需要|不重复提醒|无|没有|否|不|only一次|norepeat|none|no`), constant(Repeat{})},
	{form(`每[天日]|天天|每一天|日日|everyday|daily|eachday`), constant(Repeat{Unit: Day, Every: 1})},
	{form(`隔[天日]|每隔一?[天日]|everyotherday`), constant(Repeat{Unit: Day, Every: 2})},
	{form(`每(?<n>N)[天日]|every(?<n2>[0-9]{1,4})days`), everyN(Day)},
	{form(`(?:每个?|每天|每周|逢|每逢)?工作日(?:每天)?|every(?:workday|workingday|businessday)|workdays|onworkdays`), constant(Repeat{Unit: Workday, Every: 1})},
	{form(`(?:每|逢|每逢)?周末|everyweekend`), constant(Repeat{Unit: Week, Every: 1, On: WeekdaysOf(time.Saturday, time.Sunday)})},
	{form(`every?weekday|weekdays`), constant(Repeat{Unit: Week, Every: 1, On: workweek})},
	{form(`(?:每|每逢|逢|每个|每一)周(?:的?每?周?(?<days>W(?:[,和及与、]?(?:每?周)?W)*|(?<from>W)(?:到|至|-)周?(?<till>W)))?`), weekly(1)},
	{form(`(?:双|隔|每隔一|每两|每二|每2|每隔)个?周(?:的?周?(?<days>W(?:[,和及与、]?周?W)*))?`), weekly(2)},
	{form(`(?:每(?<n>N)周)(?:的?周(?<days>W(?:[,和及与、]?周?W)*))?`), weekly(0)},
	{form(`周(?<from>W)(?:到|至|-)周?(?<till>W)`), weekly(1)},
	{form(`weekly|everyweek`), constant(Repeat{Unit: Week, Every: 1})},
	{form(`every(?:(?<n>[0-9]{1,4})weekson)?(?<english>` + englishDays + `(?:(?:,|and|,and)` + englishDays + `)*)`), englishWeekly},
	{form(`every(?<n>[0-9]{1,4}|other|two|three|four)weeks?|biweekly|fortnightly`), englishWeeks},
	{form(`every(?<n>[0-9]{1,4}|other|two|three|four|six)months?(?:on(?:the)?(?<day>[0-9]{1,2})(?:st|nd|rd|th)?)?`), months(0)},
	{form(`(?:每个?|逢|每逢)月(?:的?` + dayOfMonth + `)?`), months(1)},
	{form(`每(?<n>N)个?月(?:的?` + dayOfMonth + `)?`), months(0)},
	{form(`(?:隔|每隔一个?)月(?:的?` + dayOfMonth + `)?`), months(2)},
	{form(`(?:每个?|每一个?)季度?(?:的?(?:` + monthOfQuarter + `的?)?` + dayOfMonth + `)?|quarterly|everyquarter`), quarterly},
	{form(`每个?半年|everyhalfyear|half-?yearly`), months(6)},
	{form(`(?:每个?|每一)年(?:的?(?:(?<month>N)月份?` + dayOfMonth + `|(?<month2>N)-(?<day2>[0-9]{1,2})|(?<feast>元旦|五一|劳动|国庆|圣诞|平安夜)节?(?:当天)?|年?(?<edge2>底|末|初)|(?<edge3>第一天|最后一天)))?|yearly|annually|everyyear`), yearly},
	{form(`每个?年.*(?:春节|清明|端午|中秋|除夕|元宵|正月|腊月|农历|阴历).*`), lunar},
	{form(`(?:monthly|everymonth)(?:on(?:the)?(?<day>[0-9]{1,2})(?:st|nd|rd|th)?)?|(?:on)?(?:the)?(?<day2>[0-9]{1,2})(?:st|nd|rd|th)?(?:of)?everymonth`), months(1)},
	{form(`每?隔N个?(?:天|日|周|月|年|季度)(?:的?周W|的?N[号日])?`), gap},
	{form(`(?:the)?(?:lastdayof|endof)(?:every|each)month`), constant(Repeat{Unit: Month, Every: 1, Day: 31})},
}

const (
	dayOfMonth     = `月?(?:(?<day>N)[号日]?|(?<edge>第一天|1号|首日|初|最后一天|底|末))`
	monthOfQuarter = `(?:第(?<nth>[一二三1-3])个?月|(?<nth2>首|最后一?|末|中间?|头一?)个?月)`
)

var workweek = WeekdaysOf(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)

// startsSeries are the beginnings of what is a series and no single time.
var startsSeries = regexp.MustCompile(`每|天天|隔[天日周月]|^逢|^工作日|^周[一二三四五六日天](?:到|至|-)周?[一二三四五六日天]|^双周|[天周月年度]一次$|^不重复|every|daily|weekly|fortnightly|monthly|quarterly|yearly|annually|hourly|^work(?:ing)?days|^weekdays|^each|(?:起|开始)工作日`)

// ParseRepeat reads a repetition as people say it, with its time of day or
// without: 每周一三五, 每月5号上午九点, 工作日九点, 每季度最后一个月5号, 不重复,
// every Friday 3pm. What it leaves open Begin takes from a first occurrence. A
// text that is none has the reason repeat.
func ParseRepeat(text string) (Repeat, error) {
	s, ok := prepare(text)
	if !ok {
		return Repeat{}, invalid.New("repeat")
	}
	return parseSeries(s)
}

// onceEach is 一周一次 and 每周一次.
var onceEach = regexp.MustCompile(`^(每|隔)?(.+)一次$`)

func parseSeries(text string) (Repeat, error) {
	if m := onceEach.FindStringSubmatch(text); m != nil {
		text = cmp.Or(m[1], "每") + m[2]
	}
	if roughly.MatchString(text) {
		return Repeat{}, invalid.New("when_vague")
	}
	var reason error
	for _, s := range splits(text) {
		r, err := series(s)
		if err == nil {
			return r, nil
		}
		if reason == nil || reasonOf(reason) == "repeat" {
			reason = err
		}
	}
	return Repeat{}, reason
}

func series(s split) (Repeat, error) {
	c := clock{}
	if s.clock != "" {
		var is bool
		var err error
		if c, is, err = timeOfDay(s.clock); !is {
			return Repeat{}, invalid.New("repeat")
		} else if err != nil && startsSeries.MatchString(s.day) {
			return Repeat{}, err
		}
	}
	for _, rule := range seriesRules {
		g := match(rule.form, s.day)
		if g == nil {
			continue
		}
		r, err := rule.read(g)
		if err != nil {
			return Repeat{}, err
		}
		return r.at(c, s.clock != "")
	}
	return Repeat{}, invalid.New("repeat")
}

// at sets the time of day. A night belongs to two days, so of most series it
// cannot be said on which a midnight falls.
func (r Repeat) at(c clock, said bool) (Repeat, error) {
	if r.Unit == Day && c.minute >= day {
		c.minute -= day
	}
	if c.either || c.minute >= day {
		return Repeat{}, invalid.New("when_half")
	}
	r.Minute, r.HasTime = c.minute, said
	return r, nil
}

func constant(r Repeat) func(groups) (Repeat, error) {
	return func(groups) (Repeat, error) { return r, nil }
}

func often(groups) (Repeat, error) { return Repeat{}, invalid.New("repeat_often") }
func lunar(groups) (Repeat, error) { return Repeat{}, invalid.New("date_lunar") }

// gap reads 每隔三天, which some count as three days and some as four.
func gap(groups) (Repeat, error) { return Repeat{}, invalid.New("repeat_gap") }

// atMost are the longest intervals read: about three years.
var atMost = map[Unit]int{Day: 1000, Week: 150, Month: 36}

func interval(r Repeat) (Repeat, error) {
	switch {
	case r.Every < 1:
		return Repeat{}, invalid.New("repeat")
	case r.Every > atMost[r.Unit]:
		return Repeat{}, invalid.New("repeat_range")
	}
	return r, nil
}

func everyN(unit Unit) func(groups) (Repeat, error) {
	return func(g groups) (Repeat, error) {
		return interval(Repeat{Unit: unit, Every: g.num("n")})
	}
}

// weekly reads the days of a week; 0 weeks are the n that was said.
func weekly(n int) func(groups) (Repeat, error) {
	return func(g groups) (Repeat, error) {
		r := Repeat{Unit: Week, Every: n}
		if n == 0 {
			r.Every = g.num("n")
		}
		if g["from"] != "" {
			from, till := weekdays[g["from"]], weekdays[g["till"]]
			for i := from; i != till; i = (i + 1) % 7 {
				r.On |= 1 << i
			}
			r.On |= 1 << till
			return interval(r)
		}
		for _, c := range g["days"] {
			if i, ok := weekdays[string(c)]; ok && c != '末' {
				r.On |= 1 << i
			} else if c == '末' {
				r.On |= WeekdaysOf(time.Saturday, time.Sunday)
			}
		}
		return interval(r)
	}
}

var englishDay = regexp.MustCompile(`mon|tue|wed|thu|fri|sat|sun`)

func englishWeekly(g groups) (Repeat, error) {
	r := Repeat{Unit: Week, Every: max(g.num("n"), 1)}
	for _, name := range englishDay.FindAllString(g["english"], -1) {
		r.On |= 1 << weekdays[name]
	}
	return interval(r)
}

func englishWeeks(g groups) (Repeat, error) {
	if g["n"] == "" {
		g["n"] = "other"
	}
	return interval(Repeat{Unit: Week, Every: g.num("n")})
}

// months reads a day of every n months; 0 months are the n that was said.
func months(n int) func(groups) (Repeat, error) {
	return func(g groups) (Repeat, error) {
		r := Repeat{Unit: Month, Every: n}
		if n == 0 {
			r.Every = g.num("n")
		}
		d, err := g.dayOfMonth()
		if r.Day = d; err != nil {
			return Repeat{}, err
		}
		return interval(r)
	}
}

// dayOfMonth returns 1 to 31, 31 being the last day, or 0 for none said.
func (g groups) dayOfMonth() (int, error) {
	switch g["edge"] {
	case "":
	case "最后一天", "底", "末":
		return 31, nil
	default:
		return 1, nil
	}
	if g["day"] == "" {
		return 0, nil
	}
	d := g.num("day")
	if d < 1 || d > 31 {
		return 0, invalid.New("date_impossible")
	}
	return d, nil
}

var monthsOfQuarter = map[string]int{"一": 1, "1": 1, "首": 1, "头": 1, "头一": 1, "二": 2, "2": 2, "中": 2, "中间": 2, "三": 3, "3": 3, "最后": 3, "最后一": 3, "末": 3}

// quarterly reads 每季度第一天, 每季度末 and 每季度最后一个月5号. The quarters are
// those of the calendar.
func quarterly(g groups) (Repeat, error) {
	r := Repeat{Unit: Month, Every: 3, Month: monthsOfQuarter[g["nth"]]}
	var err error
	if r.Day, err = g.dayOfMonth(); err != nil {
		return Repeat{}, err
	}
	switch {
	case r.Month == 0 && r.Day == 31 && g["edge"] != "":
		r.Month = 3
	case r.Month == 0 && g["edge"] != "":
		r.Month = 1
	case r.Month == 0 && r.Day > 0:
		return Repeat{}, invalid.New("repeat_month")
	}
	return r, nil
}

func yearly(g groups) (Repeat, error) {
	r := Repeat{Unit: Month, Every: 12}
	switch {
	case g["feast"] != "":
		d, _ := feast(g["feast"], 2028)
		r.Month, r.Day = int(d.Month), d.Day
	case g["month"] != "":
		r.Month = g.num("month")
		var err error
		if r.Day, err = g.dayOfMonth(); err != nil || r.Month < 1 || r.Month > 12 {
			return Repeat{}, invalid.New("date_impossible")
		}
		longest := last(calendar.Date{Year: 2028, Month: time.Month(r.Month), Day: 1})
		if r.Day > longest.Day && g["edge"] == "" {
			return Repeat{}, invalid.New("date_impossible")
		}
	case strings.Contains("底末最后一天", g["edge"]) && g["edge"] != "":
		r.Month, r.Day = 12, 31
	case g["edge"] != "":
		r.Month, r.Day = 1, 1
	}
	return r, nil
}
