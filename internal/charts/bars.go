package charts

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"zuji/internal/stats"
)

// A series is the bars of one colour, one for each place on the axis.
type series struct {
	cells []stats.Cell
	color color.NRGBA
}

// share is how much of its place a group of bars takes.
const share = 0.92

// bars draws the bars of several series side by side, upright or lying, each with
// its number. A bar of one to four is pale and as long as four.
type bars struct {
	artist *Artist
	all    []series
	lying  bool
}

// length is how long a cell's bar is, and whether it is pale.
func length(c stats.Cell) (n float64, hidden bool) {
	switch c.Kind {
	case stats.Few:
		return stats.Least - 1, true
	case stats.Withheld:
		return 0, true
	}
	return float64(c.N), false
}

// longest is the length of the longest bar, at least 5.
func (b bars) longest() float64 {
	most := 5.0
	for _, s := range b.all {
		for _, c := range s.cells {
			n, _ := length(c)
			most = max(most, n)
		}
	}
	return most
}

// last leaves only the last n bars of each series.
func (b bars) last(n int) bars {
	var all []series
	for _, s := range b.all {
		all = append(all, series{cells: s.cells[len(s.cells)-n:], color: s.color})
	}
	b.all = all
	return b
}

// Plot draws the bars; it makes bars a plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	alongX, alongY := p.Transforms(&c)
	across, along := alongX, alongY
	if b.lying {
		across, along = alongY, alongX
	}
	slot := across(1) - across(0)
	wide := slot * share / vg.Length(len(b.all))
	size := b.size(wide)
	for n, s := range b.all {
		for i, cell := range s.cells {
			left := across(float64(i)) + (vg.Length(n)-vg.Length(len(b.all))/2)*wide
			tall, hidden := length(cell)
			fill := s.color
			if hidden {
				fill = pale(fill)
			}
			gap := max(wide/12, (wide-110)/2)
			b.bar(c, fill, left+gap, left+wide-gap, along(0), along(tall))
			b.label(c, size, left+wide/2, along(tall), cell.String())
		}
	}
}

func (b bars) bar(c draw.Canvas, fill color.Color, left, right, from, to vg.Length) {
	if b.lying {
		left, right, from, to = from, to, left, right
	}
	rect(c, fill, left, from, right, to)
}

func (b bars) label(c draw.Canvas, size, middle, end vg.Length, number string) {
	s := b.artist.style(size, ink)
	if b.lying {
		set(c, s, end+10, middle-size*digit/2, number)
		return
	}
	s.XAlign = text.XCenter
	set(c, s, middle, end+7, number)
}

// size is how large the numbers can be set without touching each other.
func (b bars) size(wide vg.Length) vg.Length {
	s := b.artist.style(26, ink)
	for _, one := range b.all {
		for _, cell := range one.cells {
			for !b.lying && s.Font.Size > 14 && s.Width(cell.String())+3 > wide {
				s.Font.Size--
			}
		}
	}
	return s.Font.Size
}

// grid draws a pale line at each tick of the axis of numbers.
type grid struct{ lying bool }

// Plot draws the lines; it makes grid a plot.Plotter.
func (g grid) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	ticks := p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max)
	if g.lying {
		ticks = p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max)
	}
	for _, t := range ticks {
		style := draw.LineStyle{Color: line, Width: 1.5}
		if t.Value == 0 {
			style = draw.LineStyle{Color: grey, Width: 2}
		}
		if g.lying {
			c.StrokeLine2(style, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		} else {
			c.StrokeLine2(style, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}
