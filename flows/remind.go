package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
	"zuji/internal/when"
)

// A Remindful is what is known when somebody sets a reminder.
type Remindful struct {
	Now       time.Time
	Zone      *time.Location
	Holidays  *calendar.Holidays
	Compounds []tenancy.Compound // whose staff the person belongs to
	Lodger    bool               // rents a home: may want to be reminded of the residence card

	// Receivers counts who would get the reminder now.
	Receivers func(tenancy.OwnReminder) int
}

// A Reminder is a reminder being set.
type Reminder struct {
	tenancy.OwnReminder
	When  string `json:"when,omitempty"` // as it was understood
	Early string `json:"early,omitempty"`
}

// noTime is the hour of a reminder for which only a day was named, in minutes.
const noTime = 9 * 60

// Remind asks what to remind of, whom, when and how often.
func Remind(k Remindful) form.Flow[Reminder] {
	return form.Flow[Reminder]{
		Name: "own",
		Fields: func(d *Reminder) []form.Field {
			staff := len(k.Compounds) > 0
			return []form.Field{
				{Key: "whom", Input: form.Choice(&d.Whom, tenancy.Myself, tenancy.OneHome, tenancy.OneBlock, tenancy.AllOwners, tenancy.Colleagues), Hide: !staff},
				{Key: "compound", Input: ofMine(&d.Compound, k.Compounds), Hide: !staff || d.Whom == tenancy.Myself || len(k.Compounds) < 2},
				{Key: "building", Input: building(&d.Building), Hide: d.Whom != tenancy.OneBlock},
				{Key: "home", Input: home(&d.Home), Hide: d.Whom != tenancy.OneHome},
				{Key: "what", Input: words(&d.What, 200), Suggest: common(k)},
				{Key: "when", Input: moment(d, k), Suggest: offered(k), Calendar: true},
				{Key: "before", Input: early(d), Assume: func() { d.Early = "none" }},
			}
		},
		Warnings: func(d *Reminder) []form.Text { return preview(d, k) },
	}
}

// StartReminder begins a reminder, or the change of one.
func StartReminder(k Remindful, id string, o tenancy.OwnReminder) (form.Session, error) {
	d := Reminder{OwnReminder: o}
	if len(k.Compounds) == 0 {
		d.Whom = tenancy.Myself
	}
	if len(k.Compounds) > 0 && d.Compound == "" {
		d.Compound = k.Compounds[0].ID
	}
	flow := Remind(k)
	if o.ID == "" {
		return flow.Start(id, d)
	}
	d.When = o.Series.From.String()
	d.Early = earlyOf(o.Before)
	return flow.Start(id, d, "whom", "compound", "building", "home", "what", "when", "before")
}

func ofMine(p *string, mine []tenancy.Compound) form.Input {
	in := form.Choice(p)
	for _, c := range mine {
		label := form.T("value.compound", "Name", c.Name)
		in.Options = append(in.Options, form.Option{Value: c.ID, Label: &label})
	}
	return in.Reading(func(answer string) error {
		if !slices.ContainsFunc(mine, func(c tenancy.Compound) bool { return c.ID == answer }) {
			return invalid.New("choose")
		}
		*p = answer
		return nil
	}).Kept()
}

func building(p *string) form.Input {
	read := func(s string) (string, error) {
		all, ok := names(s)
		if !ok || len(all) != 1 {
			return "", invalid.New("building")
		}
		return all[0], nil
	}
	return form.Typed(p, read, func(b string) any { return form.T("own.building.value", "Name", b) })
}

func home(p *string) form.Input {
	read := func(s string) (string, error) {
		u, err := address.ParseUnit(s)
		return u.Key(), err
	}
	return form.Typed(p, read, func(k string) any {
		u, _ := address.ParseKey(k)
		return u.String()
	})
}

// moment reads a time or a series as people say them.
func moment(d *Reminder, k Remindful) form.Input {
	read := func(answer string) (string, error) {
		w, series, err := when.ParseBoth(answer, k.Now, k.Zone, k.Holidays)
		if err != nil {
			return "", err
		}
		if !w.HasTime {
			series = series.Begin(when.On(w.Date(), noTime, k.Zone), k.Holidays)
		}
		if series.Next(k.Now, k.Zone, k.Holidays).IsZero() {
			return "", invalid.New("when_past")
		}
		d.Series = series
		return answer, nil
	}
	return form.Typed(&d.When, read, func(string) any { return SeriesValue(d.Series) })
}

// SeriesValue is a series as it is shown.
func SeriesValue(r when.Repeat) form.Text {
	p := r.Describe()
	var days []form.Text
	for _, d := range p.Weekdays {
		days = append(days, form.T("value.weekday.d"+strconv.Itoa(int(d))))
	}
	return form.T("series."+string(p.Kind), "Every", p.Every, "Weekdays", days, "Day", p.Day, "Last", p.LastDay, "Month", p.Month,
		"Date", p.Date, "Time", fmt.Sprintf("%02d:%02d", p.Hour, p.Minute))
}

// common is what people like to be reminded of. The residence card is
// endorsed in the month before each full year (居住证暂行条例, 2016); only the day
// is asked for.
func common(k Remindful) []string {
	switch {
	case k.Lodger:
		return []string{"居住证签注", "交房租"}
	case len(k.Compounds) == 0:
		return []string{"收房租", "抄水电表"}
	}
	return nil
}

func offered(k Remindful) []string {
	all := []string{"明天上午九点", "下周一上午九点", "每月5号上午九点", "每周五下午三点"}
	if k.Now.In(k.Zone).Hour() < 18 {
		all = append([]string{"今天18:00"}, all...)
	}
	return all
}

// earlier are the ways to be reminded before the time, in minutes.
var earlies = map[string]int{"none": 0, "hour": 60, "day": 24 * 60, "three": 3 * 24 * 60, "week": 7 * 24 * 60, "month": 30 * 24 * 60}

func earlyOf(minutes int) string {
	for name, n := range earlies {
		if n == minutes {
			return name
		}
	}
	return "none"
}

func early(d *Reminder) form.Input {
	in := form.Choice(&d.Early, "none", "hour", "day", "three", "week", "month")
	return in.Reading(func(answer string) error {
		n, ok := earlies[answer]
		if !ok {
			return invalid.New("choose")
		}
		d.Early, d.Before = answer, n
		return nil
	})
}

// preview says when the next ones come and how many people get them.
func preview(d *Reminder, k Remindful) []form.Text {
	var all []form.Text
	var times []string
	at := k.Now.Add(time.Duration(d.Before) * time.Minute)
	for range 3 {
		if at = d.Series.Next(at, k.Zone, k.Holidays); at.IsZero() {
			break
		}
		times = append(times, at.Add(-time.Duration(d.Before)*time.Minute).In(k.Zone).Format("2006-01-02 15:04"))
	}
	if len(times) > 0 {
		all = append(all, form.T("own.preview", "Times", strings.Join(times, "、")))
	}
	if d.Whom != tenancy.Myself && k.Receivers != nil {
		all = append(all, form.T("own.receivers", "Count", k.Receivers(d.OwnReminder)))
	}
	return all
}
