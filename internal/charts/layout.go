package charts

import (
	"image/color"
	"strconv"

	"golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The places on a sheet, in pixels from the left and the top.
const (
	margin  = 36
	titleAt = 24
	underAt = 78
	legend  = 124
	plotAt  = 158
	noteAt  = 682
)

// draw draws a sheet.
func (a *Artist) draw(sh *sheet, c draw.Canvas) {
	bold := a.style(38, ink)
	bold.Font.Weight = font.WeightBold
	a.put(c, bold, margin, titleAt, sh.title, Width-2*margin)
	a.put(c, a.style(26, grey), margin, underAt, sh.under, Width-2*margin)
	a.put(c, a.style(24, grey), margin, legend, sh.left, Width/3)
	right := vg.Length(Width - margin)
	for i := len(sh.legend) - 1; i >= 0; i-- {
		right = a.swatch(c, sh.legend[i], right)
	}
	sh.plot.Draw(draw.Crop(c, margin, -margin, Height-noteAt+16, -plotAt))
	a.put(c, a.style(22, grey), margin, noteAt, sh.note, Width-2*margin)
}

// put sets a line whose hanzi begin at a place, smaller or cut where it is wider
// than it may be.
func (a *Artist) put(c draw.Canvas, s text.Style, left, top vg.Length, line string, most vg.Length) {
	s, line = a.fit(s, line, most)
	set(c, s, left, Height-top-above*s.Font.Size, line)
}

// above and below are how far hanzi reach from the baseline, and digit how far
// digits do, in ems.
const (
	above = 0.88
	below = 0.12
	digit = 0.74
)

// set sets a line from a point of its baseline: its left end, or as s.XAlign says.
// (The styles' own vertical alignment goes by the font's line height, which is
// larger than anything that is set.)
func set(c draw.Canvas, s text.Style, x, baseline vg.Length, line string) {
	face := s.Handler.Cache().Lookup(s.Font, s.Font.Size)
	c.SetColor(s.Color)
	c.FillString(face, vg.Point{X: x + vg.Length(s.XAlign)*face.Width(line), Y: baseline}, line)
}

// smallest is the size below which text is cut rather than set smaller, in pixels.
const smallest = 20

// fit makes a line no wider than it may be.
func (a *Artist) fit(s text.Style, line string, most vg.Length) (text.Style, string) {
	for s.Font.Size > smallest && s.Width(line) > most {
		s.Font.Size--
	}
	runes := []rune(line)
	for n := len(runes) - 1; n > 0 && s.Width(line) > most; n-- {
		line = string(runes[:n]) + "…"
	}
	return s, line
}

// swatch draws a key that ends at right, and returns where the next one ends.
func (a *Artist) swatch(c draw.Canvas, k key, right vg.Length) vg.Length {
	s := a.style(26, ink)
	left := right - s.Width(k.text)
	a.put(c, s, left, legend, k.text, Width)
	rect(c, k.color, left-34, Height-legend-25, left-10, Height-legend-1)
	return left - 34 - 36
}

// rect fills a rectangle.
func rect(c draw.Canvas, fill color.Color, x1, y1, x2, y2 vg.Length) {
	c.FillPolygon(fill, []vg.Point{{X: x1, Y: y1}, {X: x2, Y: y1}, {X: x2, Y: y2}, {X: x1, Y: y2}})
}

// scale are the ticks of an axis of whole numbers, at round steps, up to seven.
func scale(most float64, suffix string) plot.ConstantTicks {
	step := 1.0
	for i, next := 0, []float64{2, 2.5, 2}; most/step > 6; i++ {
		step *= next[i%len(next)]
	}
	return ticks(step, most, suffix)
}

// ticks are those at each step from 0 until most is reached.
func ticks(step, most float64, suffix string) (all plot.ConstantTicks) {
	for v := 0.0; ; v += step {
		all = append(all, plot.Tick{Value: v, Label: strconv.Itoa(int(v)) + suffix})
		if v >= most {
			return all
		}
	}
}
