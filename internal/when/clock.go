package when

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zuji/internal/invalid"
)

// A clock is a time of day as it was said.
type clock struct {
	minute int  // after the midnight that begins the day; 24 hours or more are in the next
	either bool // twelve hours later can be meant as well
}

const (
	hour = 60
	day  = 24 * hour
)

// A part of the day: the hour meant when none is said, or -1, and what an hour
// from 0 to 24 means in it, or -1.
type part struct {
	alone int // minutes
	read  func(h int) int
}

const (
	unclear = -1 // no such hour in that part of the day
	asked   = -2 // which one is meant has to be asked
)

var (
	small     = part{unclear, twelveIs(0, within(0, 6, 0))}
	early     = part{9 * hour, morning}
	forenoon  = part{10 * hour, within(5, 12, 0)}
	noon      = part{12 * hour, midday}
	afternoon = part{15 * hour, twelveIs(12, within(1, 11, 12))}
	dusk      = part{18 * hour, within(4, 8, 12)}
	evening   = part{20 * hour, late}
	night     = part{unclear, late}
	midnight  = part{24 * hour, late}
)

// partsByName must name each part that partsOfDay does.
var partsByName = map[string]part{
	"凌晨": small, "清晨": early, "清早": early, "大清早": early, "一早": early, "一大早": early, "大早上": early, "早晨": early, "早上": early, "早": early, "晨": early,
	"上午": forenoon, "午前": forenoon, "中午": noon, "正午": noon, "午间": noon, "下午": afternoon, "午后": afternoon, "傍晚": dusk, "黄昏": dusk,
	"晚上": evening, "晚间": evening, "夜晚": evening, "晚": evening, "夜": evening, "夜里": night, "夜间": night, "半夜": night, "深夜": night, "大半夜": night, "午夜": midnight,
	"inthemorning": early, "morning": early, "afternoon": afternoon, "intheafternoon": afternoon, "evening": evening, "intheevening": evening, "night": evening, "am": {unclear, twelveIs(0, within(1, 11, 0))}, "pm": {unclear, twelveIs(12, halfDay)},
}

const partsOfDay = `凌晨|清晨|清早|大清早|一早|一大早|大早上|早晨|早上|早|晨|上午|午前|中午|正午|午间|下午|午后|傍晚|黄昏|晚上|晚间|夜晚|晚|夜|夜里|夜间|半夜|深夜|大半夜|午夜`

// within reads hours from low to high by adding plus. Hours of the 24-hour clock
// stand for themselves.
func within(low, high, plus int) func(int) int {
	return func(h int) int {
		switch {
		case h >= low && h <= high:
			return h + plus
		case h >= low+plus && h <= high+plus:
			return h
		}
		return unclear
	}
}

// twelveIs reads as read does, but for 12.
func twelveIs(meant int, read func(int) int) func(int) int {
	return func(h int) int {
		if h == 12 {
			return meant
		}
		return read(h)
	}
}

// halfDay reads 3 of 3 pm, where 15 pm is nothing.
func halfDay(h int) int {
	if h < 1 || h > 11 {
		return unclear
	}
	return h + 12
}

// morning reads 早上八点. 早一点 is no hour but a bit earlier.
func morning(h int) int {
	if h >= 1 && h <= 3 {
		return asked
	}
	return within(4, 11, 0)(h)
}

func midday(h int) int {
	switch {
	case h >= 11 && h <= 14:
		return h
	case h == 1 || h == 2:
		return h + 12
	}
	return unclear
}

// late reads an hour of the evening. After midnight people disagree on the day.
func late(h int) int {
	switch {
	case h == 0 || h == 12 || h == 24:
		return 24
	case h >= 5 && h <= 11:
		return h + 12
	case h >= 17 && h <= 23:
		return h
	case h >= 1 && h <= 4:
		return asked
	}
	return unclear
}

const (
	past   = `整|(?<half>半)|(?<quarter>[一1三3])刻|过?(?<min>T)(?<fen>分)?`
	before = `差(?:(?<before>T)分钟?|(?<before_quarter>[一1])刻钟?)`
)

var (
	spoken     = form(`(?<part>P)?的?(?<hour>T)(?:点|时)(?:钟)?(?:` + past + `)?`)
	beforeHour = form(`(?<part>P)?` + before + `到?(?<hour>T)点`)
	hourBefore = form(`(?<part>P)?(?<hour>T)点` + before)
	digital    = form(`(?<part>P)?(?<hour>[0-9]{1,2}):(?<min>[0-9]{1,2})(?::[0-9]{2})?`)
	dotted     = form(`(?<part>P)(?<hour>[0-9]{1,2})\.(?<min>[0-9]{2})`)
	english    = form(`(?:at)?(?<hour>[0-9]{1,2})(?::(?<min>[0-9]{2}))?点?(?<part>am|pm|inthemorning|intheafternoon|intheevening)`)
	alone      = form(`(?:inthe|this)?(?<part>P|morning|afternoon|evening|night)`)
)

// named are times of day that have a name. Offices work from nine to half past
// five.
var named = map[string]int{
	"下班前": 17*hour + 30, "下班之前": 17*hour + 30, "下班以前": 17*hour + 30, "下午下班前": 17*hour + 30, "下班": 17*hour + 30, "下班时": 17*hour + 30, "下班后": 18 * hour, "下班以后": 18 * hour,
	"上班": 9 * hour, "上班时": 9 * hour, "一上班": 9 * hour, "上班后": 9 * hour, "上班前": 8*hour + 30, "noon": 12 * hour, "atnoon": 12 * hour, "midday": 12 * hour, "midnight": 24 * hour,
}

// timeOfDay reads a time of day. It reports false for what is none, and errors
// for what is one but cannot be.
func timeOfDay(text string) (c clock, is bool, err error) {
	if minute, ok := named[text]; ok {
		return clock{minute: minute}, true, nil
	}
	if g := match(alone, text); g != nil {
		if p := partsByName[g["part"]]; p.alone != unclear {
			return clock{minute: p.alone}, true, nil
		}
		return c, true, invalid.New("when_vague")
	}
	for _, form := range []*regexp.Regexp{spoken, beforeHour, hourBefore, digital, dotted, english} {
		if g := match(form, text); g != nil {
			c, err = g.clock(form == digital)
			return c, true, err
		}
	}
	return c, false, nil
}

func (g groups) clock(digital bool) (clock, error) {
	h := g.num("hour")
	m, ok := g.minutes()
	if !ok || h < 0 || h > 24 || h == 24 && m > 0 {
		return clock{}, invalid.New("when_time")
	}
	if g["part"] == "" {
		if digital && (h > 5 || strings.HasPrefix(g["hour"], "0")) {
			return valid(h*hour + m)
		}
		return bare(h, m, digital)
	}
	switch h = partsByName[g["part"]].read(h); h {
	case unclear:
		return clock{}, invalid.New("when_time")
	case asked:
		return clock{}, invalid.New("when_half")
	}
	return valid(h*hour + m)
}

// valid refuses what is before midnight: 差五分零点.
func valid(minute int) (clock, error) {
	if minute < 0 {
		return clock{}, invalid.New("when_time")
	}
	return clock{minute: minute}, nil
}

// minutes returns the minutes past the hour, negative before it. It reports false
// for no such minute, and for a digit alone: 三点五 may be half past.
func (g groups) minutes() (int, bool) {
	switch {
	case g["half"] != "":
		return 30, true
	case g["before"] != "":
		n := g.num("before")
		return -n, n > 0 && n < 60
	case g["before_quarter"] != "":
		return -15, true
	case g["quarter"] != "":
		return 15 * g.num("quarter"), true
	case g["min"] == "":
		return 0, true
	}
	n := g.num("min")
	short := utf8.RuneCountInString(g["min"]) == 1 && g["min"] != "十" && g["fen"] == ""
	return n, n >= 0 && n < 60 && !short
}

// bare reads an hour without a part of the day. One written 3:30 is as often one
// of the night.
func bare(h, m int, digital bool) (clock, error) {
	switch {
	case h == 0 || h > 8:
		return valid(h*hour + m)
	case h <= 5 && !digital:
		return valid((h+12)*hour + m)
	}
	return clock{minute: h*hour + m, either: true}, nil
}
