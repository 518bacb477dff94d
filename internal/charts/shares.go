package charts

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"zuji/internal/stats"
)

// shares draws shares as a line: a dot where a share is exact, a pale bar from the
// least to the most that it can be, and a gap where nothing is known.
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
		style.XAlign, style.YAlign = text.XCenter, text.YBottom
		at := vg.Point{X: x(float64(i)), Y: y(0) + 2}
		if s.Known {
			at.Y = y(float64(s.High)) + 12
			c.DrawGlyph(draw.GlyphStyle{Color: blue, Radius: 9, Shape: draw.CircleGlyph{}}, middle(i))
		}
		c.FillText(style, at, s.String())
	}
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
