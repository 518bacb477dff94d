package charts_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/charts"
	"zuji/internal/stats"
	"zuji/locales"
)

var today = calendar.Date{Year: 2026, Month: 11, Day: 23}

func exact(n int) stats.Cell { return stats.Cell{N: n} }

var (
	few  = stats.Cell{Kind: stats.Few}
	none = stats.Cell{Kind: stats.Withheld}
)

func least(n int) stats.Cell { return stats.Cell{Kind: stats.AtLeast, N: n} }

// numbers are Stats of twelve months, made by one function for each kind of
// number.
func numbers(cell func(i int) stats.Cell, share func(i int) stats.Share) (stats.Stats, stats.Group) {
	s := stats.Stats{Today: today}
	var g stats.Group
	for i := range 12 {
		m := stats.Month{Year: 2025 + (11+i)/12, Month: time.Month((11+i)%12 + 1)}
		s.Months = append(s.Months, m)
		r := stats.Row{Month: m, Accepted: cell(i), Returned: cell(i + 5), OnTime: share(i), Reasons: map[string]stats.Cell{}}
		for n, why := range []string{"mismatch", "missing", "unclear", "wrong_unit", "own", "unknown"} {
			r.Reasons[why] = cell(i + n)
		}
		g.Rows = append(g.Rows, r)
	}
	for i := range g.Ending {
		g.Ending[i] = cell(i)
	}
	return s, g
}

// cases are what a chart may have to show, from the usual to the extreme.
var cases = map[string]struct {
	name  string
	cell  func(i int) stats.Cell
	share func(i int) stats.Share
}{
	"usual": {"枫林花园", func(i int) stats.Cell {
		return []stats.Cell{exact(18), exact(23), exact(9), exact(31), few, exact(12), exact(0), few, exact(16), exact(7), exact(27), exact(11), exact(5)}[i%13]
	}, func(i int) stats.Share {
		return []stats.Share{{Known: true, Low: 72, High: 72}, {Known: true, Low: 78, High: 90}, {}, {Known: true, Low: 81, High: 81}, {Known: true, Low: 100, High: 100}, {Known: true, Low: 88, High: 97}}[i%6]
	}},
	"large": {"全部小区（一期、二期、三期、四期、五期、六期、七期、八期）枫林花园和幸福里", func(i int) stats.Cell {
		return []stats.Cell{exact(1204), least(1388), exact(986), least(11021), exact(740)}[i%5]
	}, func(i int) stats.Share { return stats.Share{Known: true, Low: 40 + i, High: 99} }},
	"hidden": {"幸福里", func(i int) stats.Cell { return []stats.Cell{few, none, exact(0)}[i%3] }, func(int) stats.Share { return stats.Share{} }},
	"full":   {"翠湖", func(i int) stats.Cell { return exact(60) }, func(i int) stats.Share { return stats.Share{Known: true, Low: 100 * (i % 2), High: 100 * (i % 2)} }},
}

func artist(t testing.TB, l locales.Language) *charts.Artist {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	a, err := charts.New(texts.In(l).Plain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Every chart is a PNG of the promised size, neither empty nor the same as
// another. They are kept in $ZUJI_ARTEFACTS, to look at.
func TestCharts_ArePictures(t *testing.T) {
	dir := cmp.Or(os.Getenv("ZUJI_ARTEFACTS"), t.TempDir())
	seen := map[string]string{}
	for _, l := range locales.All {
		a := artist(t, l)
		for what, c := range cases {
			if l != locales.Chinese && what != "usual" {
				continue // drawing is slow under -race; fit_test.go looks at all
			}
			s, g := numbers(c.cell, c.share)
			for kind, draw := range charts.Kinds {
				data, err := draw(a, s, g, c.name)
				if err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("%s-%s-%s.png", kind, what, l)
				if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
					t.Fatal(err)
				}
				p, err := png.Decode(bytes.NewReader(data))
				if err != nil || p.Bounds().Dx() != 1280 || p.Bounds().Dy() != 720 {
					t.Errorf("%s: %v, %v", name, p.Bounds(), err)
				}
				if other := seen[string(data)]; other != "" {
					t.Errorf("%s looks like %s", name, other)
				}
				seen[string(data)] = name
			}
		}
	}
}
