package when

import (
	"regexp"
	"time"

	"zuji/internal/invalid"
)

var (
	away = form(`(?:再?过)?(?:(?<half>半)个?小时|(?<quarter>[一1三3])刻钟|` +
		`(?:(?<hours>N)(?:个?(?<and>半)?|(?<and2>\.5)个?)(?:小时|h))?零?(?:(?<min>N)(?:分钟?|min))?)(?<after>A)?`)
	inEnglish = form(`(?:in)?(?:(?<half>halfanhour)|(?:(?<hours>[0-9]{1,4}|an|one|two|three|four|six)(?:hours?|hrs?))?(?:and)?(?:(?<min>[0-9]{1,4})(?:minutes?|mins?))?)(?<after>later|fromnow)?`)
	someTime  = form(`(?:等|待|过)?一?(?:会|会儿|下|阵子?)(?:A)?|等会儿?|待会儿?|稍后|[早晚](?:一?点|些)儿?|晚些时候|回头|改天|改日|有空|有时间|随时|尽快|现在|马上|立刻|立即|now|以后|将来|最近|这几天|过几天|过些天|过些日子|几天A|` +
		`(?:这|本|下|下下)周|(?:这个?|本|下|下个|下下个|N)月份?|(?:今|明|后|[0-9]{4})年(?:N月份?)?|[上下]半[月年]|(?:(?:这个?|本|下个?|N)月)?[上中下]旬|(?:这个?|本|下个?)季度|later|soon|sometime|next(?:week|month|year)|thisweek|thismonth|asap`)
)

// fromNow reads a time told from now, 半小时后, and says what is too vague. It
// reports false for anything else.
func (r reader) fromNow(text string) (w When, is bool, err error) {
	if someTime.MatchString(text) || roughly.MatchString(text) {
		return w, true, invalid.New("when_vague")
	}
	g := match(away, text)
	if g == nil {
		g = match(inEnglish, text)
	}
	if g == nil || g["after"] == "" && !saysAway.MatchString(text) {
		return w, false, nil
	}
	minutes := g.minutesAway()
	if minutes <= 0 {
		return w, true, invalid.New("when")
	}
	at := r.now.Add(time.Duration(minutes) * time.Minute).Truncate(time.Minute).In(r.zone)
	w, err = When{At: at, HasTime: true}.check(r.now)
	return w, true, err
}

// saysAway begins a text that needs no 后 to be told from now.
var saysAway = regexp.MustCompile(`^(?:再?过|in)`)

// minutesAway returns how many minutes away is meant, or 0.
func (g groups) minutesAway() int {
	switch {
	case g["half"] != "":
		return hour / 2
	case g["quarter"] != "":
		return 15 * g.num("quarter")
	}
	total := max(g.num("hours"), 0)*hour + max(g.num("min"), 0)
	if g["and"] != "" {
		total += hour / 2
	}
	return total
}
