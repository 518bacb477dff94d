package charts_test

import (
	"testing"

	"gonum.org/v1/plot/vg/recorder"

	"zuji/internal/charts"
	"zuji/internal/form"
	"zuji/internal/papers/font"
	"zuji/internal/stats"
	"zuji/locales"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// A box is where a text's ink is, in pixels from the lower left.
type box struct {
	left, bottom, right, top float64
	text                     string
	size                     float64
}

func (b box) over(o box) bool {
	return b.left < o.right && o.left < b.right && b.bottom < o.top && o.bottom < b.top
}

// faces measure text on their own, not by what draws it.
type faces map[string]*sfnt.Font

func load(t *testing.T) faces {
	t.Helper()
	all := faces{}
	for name, get := range map[string]func() ([]byte, error){"Noto Sans SC-Regular": font.Regular, "Noto Sans SC-Bold": font.Bold} {
		data, err := get()
		if err != nil {
			t.Fatal(err)
		}
		if all[name], err = sfnt.Parse(data); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func (f faces) box(t *testing.T, a *recorder.FillString) box {
	t.Helper()
	face := f[a.Font.Name()]
	if face == nil {
		t.Fatalf("%q is set in %s", a.String, a.Font.Name())
	}
	size, x, y := float64(a.Size), float64(a.Point.X), float64(a.Point.Y)
	b := box{left: x, right: x, bottom: y, top: y, text: a.String, size: size}
	ppem := fixed.Int26_6(size * 64)
	for _, r := range a.String {
		glyph, err := face.GlyphIndex(nil, r)
		if err != nil || glyph == 0 {
			t.Fatalf("%q: the font has no %c", a.String, r)
		}
		in, advance, err := face.GlyphBounds(nil, glyph, ppem, 0)
		if err != nil {
			t.Fatal(err)
		}
		b.top = max(b.top, y-float64(in.Min.Y)/64)
		b.bottom = min(b.bottom, y-float64(in.Max.Y)/64)
		b.right += float64(advance) / 64
	}
	return b
}

// boxes returns the texts of a chart. Nothing is turned or moved, so that a
// text's point is its place.
func boxes(t *testing.T, f faces, actions []recorder.Action) (all []box) {
	t.Helper()
	for _, a := range actions {
		switch a := a.(type) {
		case *recorder.Rotate, *recorder.Translate, *recorder.Scale:
			t.Fatalf("the canvas is changed: %s", a.Call())
		case *recorder.FillString:
			if b := f.box(t, a); b.right > b.left && a.String != " " {
				all = append(all, b)
			}
		}
	}
	return all
}

// Whatever the numbers are, no label stands on another or off the picture, none is
// cut, and none is too small to read on a phone.
func TestCharts_LabelsFit(t *testing.T) {
	f := load(t)
	for _, l := range locales.All {
		a := artist(t, l)
		for what, c := range cases {
			s, g := numbers(c.cell, c.share)
			for kind := range charts.Kinds {
				all := boxes(t, f, charts.Record(a, kind, s, g, c.name))
				for i, b := range all {
					if b.left < 10 || b.right > charts.Width-10 || b.bottom < 5 || b.top > charts.Height-10 {
						t.Errorf("%s, %s, %s: %q hangs over the edge", kind, what, l, b.text)
					}
					if b.size < 18 {
						t.Errorf("%s, %s, %s: %q is %v pixels high", kind, what, l, b.text, b.size)
					}
					for _, o := range all[i+1:] {
						if b.over(o) {
							t.Errorf("%s, %s, %s: %q stands on %q", kind, what, l, b.text, o.text)
						}
					}
				}
			}
		}
	}
}

// A chart says what it is: title, name, day, axes, numbers and what is not shown.
func TestCharts_SayWhatTheyShow(t *testing.T) {
	f := load(t)
	w := func(l locales.Language, key string, args ...any) string {
		texts, err := locales.Load()
		if err != nil {
			t.Fatal(err)
		}
		return texts.In(l).Plain(form.T(key, args...))
	}
	for _, l := range locales.All {
		a := artist(t, l)
		s, g := numbers(cases["usual"].cell, cases["usual"].share)
		note := w(l, "stats.chart.note", "Few", "<5", "None", "—")
		name := cases["large"].name // set smaller, not cut
		under := w(l, "stats.chart.under", "Name", name, "Day", today)
		for kind, want := range map[string][]string{
			"registrations": {w(l, "stats.chart.registrations"), w(l, "stats.chart.accepted"), w(l, "stats.chart.returned"), w(l, "stats.chart.homes"), w(l, "stats.chart.month_axis"), "31", "<5", "40", w(l, "value.month.m12")},
			"on-time":       {w(l, "stats.chart.on_time"), w(l, "stats.chart.share"), w(l, "stats.chart.on_time_axis"), w(l, "stats.chart.range"), "78–90%", "100%", "—"},
			"ending":        {w(l, "stats.chart.ending"), w(l, "stats.chart.homes"), w(l, "stats.chart.ending_axis"), "23", "<5"},
			"reasons":       {w(l, "stats.chart.reasons"), w(l, "stats.chart.homes"), w(l, "stats.reason.own"), w(l, "why.mismatch"), "≥160"},
		} {
			shown := map[string]bool{}
			for _, b := range boxes(t, f, charts.Record(a, kind, s, g, name)) {
				shown[b.text] = true
			}
			for _, text := range append(want, note, under) {
				if !shown[text] {
					t.Errorf("%s, %s: %q is not on it", kind, l, text)
				}
			}
		}
	}
}

// A compound without numbers, or with a name that has no end, has its charts too.
func TestCharts_NothingAndTooMuch(t *testing.T) {
	f := load(t)
	a := artist(t, locales.Chinese)
	s := stats.Stats{Today: today, Months: []stats.Month{{Year: 2026, Month: 11}}}
	g := stats.Group{Rows: []stats.Row{{Month: s.Months[0]}}}
	long := ""
	for range 80 {
		long += "园"
	}
	for kind := range charts.Kinds {
		for _, b := range boxes(t, f, charts.Record(a, kind, s, g, long)) {
			if b.right > charts.Width-10 {
				t.Errorf("%s: %q hangs over the edge", kind, b.text)
			}
		}
	}
}
