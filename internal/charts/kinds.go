package charts

import (
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"zuji/internal/form"
	"zuji/internal/stats"
)

// fewMonths is how many are drawn where the numbers are too long for more.
const fewMonths = 6

// Registrations draws the registrations of a group of s that were accepted and
// returned, by month: of more than six months only the last six where the numbers
// would else be too small to read.
func (a *Artist) Registrations(s stats.Stats, g stats.Group, name string) ([]byte, error) {
	return a.png(a.registrations(s, g, name))
}

func (a *Artist) registrations(s stats.Stats, g stats.Group, name string) *sheet {
	accepted, returned := series{color: blue}, series{color: orange}
	for _, r := range g.Rows {
		accepted.cells = append(accepted.cells, r.Accepted)
		returned.cells = append(returned.cells, r.Returned)
	}
	b, months := bars{artist: a, all: []series{accepted, returned}}, a.months(s.Months)
	if n := len(months); n > fewMonths && b.size(1150/vg.Length(n)*share/2) < 18 {
		b, months = b.last(fewMonths), a.months(s.Months[n-fewMonths:])
	}
	sh := a.begin(form.T("stats.chart.registrations"), s, name)
	sh.legend = []key{{blue, a.say(form.T("stats.chart.accepted"))}, {orange, a.say(form.T("stats.chart.returned"))}}
	sh.plot.X.Label.Text = a.say(form.T("stats.chart.month_axis"))
	a.upright(sh, b, months)
	return sh
}

// OnTime draws the share of filings that were made on time, by the month in which
// they were due.
func (a *Artist) OnTime(s stats.Stats, g stats.Group, name string) ([]byte, error) {
	return a.png(a.onTime(s, g, name))
}

func (a *Artist) onTime(s stats.Stats, g stats.Group, name string) *sheet {
	l := shares{artist: a}
	bounded := false
	for _, r := range g.Rows {
		l.all = append(l.all, r.OnTime)
		bounded = bounded || r.OnTime.Low < r.OnTime.High
	}
	sh := a.begin(form.T("stats.chart.on_time"), s, name)
	sh.left = a.say(form.T("stats.chart.share"))
	if bounded {
		sh.legend = []key{{pale(blue), a.say(form.T("stats.chart.range"))}}
	}
	p := sh.plot
	p.X.Label.Text = a.say(form.T("stats.chart.on_time_axis"))
	p.Y.Min, p.Y.Max = 0, 114
	p.Y.Tick.Marker = ticks(20, 100, "%")
	a.places(p, a.months(s.Months))
	p.Add(grid{}, l)
	return sh
}

// Ending draws how many leases end in the coming days.
func (a *Artist) Ending(s stats.Stats, g stats.Group, name string) ([]byte, error) {
	return a.png(a.ending(s, g, name))
}

func (a *Artist) ending(s stats.Stats, g stats.Group, name string) *sheet {
	var labels []string
	for i := range stats.Bands {
		first := i*stats.BandDays + 1
		if i == 0 {
			first = 0
		}
		labels = append(labels, a.say(form.T("stats.chart.days", "First", first, "Last", (i+1)*stats.BandDays)))
	}
	sh := a.begin(form.T("stats.chart.ending"), s, name)
	sh.plot.X.Label.Text = a.say(form.T("stats.chart.ending_axis"))
	a.upright(sh, bars{artist: a, all: []series{{cells: g.Ending[:], color: blue}}}, labels)
	return sh
}

// Reasons draws why registrations were returned, over all months of s.
func (a *Artist) Reasons(s stats.Stats, g stats.Group, name string) ([]byte, error) {
	return a.png(a.reasons(s, g, name))
}

func (a *Artist) reasons(s stats.Stats, g stats.Group, name string) *sheet {
	sum := g.Total()
	one := series{color: orange}
	var labels []string
	names := stats.ByCount(sum)
	slices.Reverse(names) // the axis begins at the bottom
	for _, why := range names {
		one.cells = append(one.cells, sum.Reasons[why])
		labels = append(labels, a.say(stats.ReasonText(why)))
	}
	sh := a.begin(form.T("stats.chart.reasons"), s, name)
	first, last := s.Months[0], s.Months[len(s.Months)-1]
	sh.left = a.say(form.T("stats.chart.period", "First", stats.MonthText(first), "Last", stats.MonthText(last)))
	b := bars{artist: a, all: []series{one}, lying: true}
	p := sh.plot
	if len(labels) == 0 {
		labels = []string{a.say(form.T("stats.chart.empty"))}
	}
	p.X.Label.Text = a.say(form.T("stats.chart.homes"))
	numbers := scale(b.longest(), "")
	p.X.Tick.Marker = numbers
	p.X.Min, p.X.Max = 0, numbers[len(numbers)-1].Value*1.08
	var marks plot.ConstantTicks
	for i, l := range labels {
		_, l = a.fit(a.style(26, ink), l, Width/3)
		marks = append(marks, plot.Tick{Value: float64(i), Label: l})
	}
	p.Y.Tick.Marker = marks
	p.Y.Min, p.Y.Max = -0.5, float64(len(labels))-0.5
	p.Add(grid{lying: true}, b)
	return sh
}

// upright puts upright bars on a sheet.
func (a *Artist) upright(sh *sheet, b bars, labels []string) {
	sh.left = a.say(form.T("stats.chart.homes"))
	p := sh.plot
	numbers := scale(b.longest(), "")
	p.Y.Tick.Marker = numbers
	p.Y.Min, p.Y.Max = 0, numbers[len(numbers)-1].Value*1.1
	a.places(p, labels)
	p.Add(grid{}, b)
}

// places names the places on the horizontal axis.
func (a *Artist) places(p *plot.Plot, labels []string) {
	var marks plot.ConstantTicks
	for i, l := range labels {
		marks = append(marks, plot.Tick{Value: float64(i), Label: l})
	}
	p.X.Tick.Marker = marks
	p.X.Min, p.X.Max = -0.5, float64(len(labels))-0.5
}

// months names months, with the year at the first and at each January.
func (a *Artist) months(all []stats.Month) (labels []string) {
	for i, m := range all {
		name := form.T(fmt.Sprintf("value.month.m%d", int(m.Month)))
		if i == 0 || m.Month == time.January {
			labels = append(labels, a.say(form.T("stats.chart.january", "Month", name, "Year", m.Year)))
		} else {
			labels = append(labels, a.say(name)+"\n ") // two lines too, to stand as high
		}
	}
	return labels
}
