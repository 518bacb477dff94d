package charts

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"zuji/internal/stats"
)

// shares draws shares as a line: a dot where a share is exact, a ring in a pale bar
// from the least to the most that it can be where it is not, and a gap where nothing is known.
type shares struct {
	artist *Artist
	all    []stats.Share
}

// Plot draws the line; it makes shares a plot.Plotter.
func (l shares) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	middle := func(i int) vg.Point {
		s := l.all[i]
		return vg.Point{X: x(float64(i)), Y: y(float64(s.Low+s.High) / 2)}
	}
	for i, s := range l.all {
		if s.Known && s.Low < s.High {
			rect(c, pale(blue), x(float64(i))-16, y(float64(s.Low)), x(float64(i))+16, y(float64(s.High)))
		}
	}
	for i := 1; i < len(l.all); i++ {
		if l.all[i-1].Known && l.all[i].Known {
			c.StrokeLines(draw.LineStyle{Color: blue, Width: 5}, []vg.Point{middle(i - 1), middle(i)})
		}
	}
	size := l.size(x(1) - x(0))
	for i, s := range l.all {
		style := l.artist.style(size, ink)
		style.XAlign = text.XCenter
		at := vg.Point{X: x(float64(i)), Y: y(0) + 7}
		switch {
		case s.Known && l.under(i):
			at.Y = y(float64(s.Low)) - 16 - digit*size
		case s.Known:
			at.Y = y(float64(s.High)) + 16
		}
		if s.Known {
			wide := style.Width(s.String()) / 2
			rect(c, color.NRGBA{0xFF, 0xFF, 0xFF, 0xC0}, at.X-wide, at.Y-3, at.X+wide, at.Y+digit*size+3)
		}
		set(c, style, at.X, at.Y, s.String())
	}
	for i, s := range l.all {
		if s.Known {
			c.DrawGlyph(draw.GlyphStyle{Color: blue, Radius: 9, Shape: draw.CircleGlyph{}}, middle(i))
		}
		if s.Low < s.High {
			c.DrawGlyph(draw.GlyphStyle{Color: color.White, Radius: 5, Shape: draw.CircleGlyph{}}, middle(i))
		}
	}
}

// under reports whether a share's label stands under its dot: where the line
// comes or goes upwards, unless there is no room.
func (l shares) under(i int) bool {
	higher := 0
	for _, n := range []int{i - 1, i + 1} {
		if n >= 0 && n < len(l.all) && l.all[n].Known {
			higher += l.all[n].Low + l.all[n].High - l.all[i].Low - l.all[i].High
		}
	}
	return higher > 0 && l.all[i].Low >= 15
}

// size is how large the labels can be set without touching each other.
func (l shares) size(slot vg.Length) vg.Length {
	s := l.artist.style(26, ink)
	for _, one := range l.all {
		for s.Font.Size > 14 && s.Width(one.String())+6 > slot {
			s.Font.Size--
		}
	}
	return s.Font.Size
}
