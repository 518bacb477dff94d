// Package charts draws the statistics as PNG pictures of 1280×720 pixels that can
// be read on a phone.
//
// They are drawn with gonum.org/v1/plot. go-analyze/charts was the other choice:
// smaller by 4 MB, but it can't draw a number that is hidden or only bounded, its
// text comes through golang/freetype, abandoned since 2017, and gonum can record
// what it draws, so that a test sees every label's place.
//
// A chart takes 30 ms and has some 80 kB; the first one also unpacks the font, which
// takes 0.15 s and 12 MB that the papers share.
//
// The colours are Okabe and Ito's, which people with any colour vision tell apart;
// what a colour says is also said by a label.
package charts

import (
	"bytes"
	"fmt"
	"image/color"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot"
	plotfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"zuji/internal/form"
	noto "zuji/internal/papers/font"
	"zuji/internal/stats"
)

// Width and Height are the size of a chart in pixels.
const (
	Width  = 1280
	Height = 720
)

// The colours.
var (
	blue   = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	orange = color.NRGBA{0xE6, 0x9F, 0x00, 0xFF}
	ink    = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	grey   = color.NRGBA{0x59, 0x59, 0x59, 0xFF}
	line   = color.NRGBA{0xDD, 0xDD, 0xDD, 0xFF}
)

// pale is a colour as it shows what is not known exactly.
func pale(c color.NRGBA) color.NRGBA {
	mix := func(v uint8) uint8 { return uint8((int(v) + 3*255) / 4) }
	return color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 0xFF}
}

// typeface names the font within gonum.
const typeface = "Noto Sans SC"

// handler sets text in the font that the papers have too, regular or bold.
var handler = sync.OnceValues(func() (text.Handler, error) {
	var all plotfont.Collection
	for weight, load := range map[font.Weight]func() ([]byte, error){font.WeightNormal: noto.Regular, font.WeightBold: noto.Bold} {
		data, err := load()
		if err != nil {
			return nil, err
		}
		face, err := opentype.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		all = append(all, plotfont.Face{Font: plotfont.Font{Typeface: typeface, Weight: weight}, Face: face})
	}
	return text.Plain{Fonts: plotfont.NewCache(all)}, nil
})

// An Artist draws charts. It is safe for use by several goroutines.
type Artist struct {
	say  func(form.Text) string
	text text.Handler
}

// New returns an Artist whose words say writes, without markup. It unpacks the
// font on first use.
func New(say func(form.Text) string) (*Artist, error) {
	h, err := handler()
	if err != nil {
		return nil, err
	}
	return &Artist{say: say, text: h}, nil
}

// style is how text is set, in pixels.
func (a *Artist) style(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color: c, Handler: a.text,
		Font: plotfont.Font{Typeface: typeface, Size: size},
	}
}

// A sheet is one chart.
type sheet struct {
	title, under string
	legend       []key
	left         string // over the vertical axis
	plot         *plot.Plot
	note         string
}

// A key explains a colour.
type key struct {
	color color.NRGBA
	text  string
}

// begin makes a sheet for a group of s that is called name.
func (a *Artist) begin(title form.Text, s stats.Stats, name string) *sheet {
	sh := &sheet{
		title: a.say(title), plot: plot.New(),
		under: a.say(form.T("stats.chart.under", "Name", name, "Day", s.Today)),
		note:  a.say(form.T("stats.chart.note", "Few", stats.Cell{Kind: stats.Few}.String(), "None", stats.Cell{Kind: stats.Withheld}.String())),
	}
	p := sh.plot
	p.BackgroundColor = nil
	p.TextHandler = a.text
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle.Width = 0
		axis.Tick.LineStyle.Width = 0
		axis.Tick.Length = 6
		axis.Padding = 0
		x, y := axis.Tick.Label.XAlign, axis.Tick.Label.YAlign
		axis.Tick.Label = a.style(26, ink)
		axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = x, y
		if axis == &p.Y {
			axis.Tick.Label.YAlign = -0.34 // digits stand higher than the middle of their line
		}
	}
	x, y := p.X.Label.TextStyle.XAlign, p.X.Label.TextStyle.YAlign
	p.X.Label.TextStyle = a.style(24, grey)
	p.X.Label.TextStyle.XAlign, p.X.Label.TextStyle.YAlign = x, y
	p.X.Label.Padding = 4
	return sh
}

// png draws a sheet and packs it.
func (a *Artist) png(sh *sheet) ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(Width, Height), vgimg.UseDPI(72), vgimg.UseBackgroundColor(color.White))
	a.draw(sh, draw.New(c))
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write chart: %w", err)
	}
	return out.Bytes(), nil
}
