package papers_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

var (
	page = regexp.MustCompile(`(?s)<page width="([0-9.]+)" height="([0-9.]+)">(.*?)</page>`)
	word = regexp.MustCompile(`<word xMin="(-?[0-9.]+)" yMin="(-?[0-9.]+)" xMax="(-?[0-9.]+)" yMax="(-?[0-9.]+)">(.*?)</word>`)
)

// A box is a word's place on a page, in points.
type box struct {
	left, top, right, bottom float64
	text                     string
}

func (b box) over(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// boxes returns the words of each page. The font's ascent and descent are higher
// than its hanzi; a fifth is taken off.
func boxes(t *testing.T, html string) (pages [][]box) {
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, p := range page.FindAllStringSubmatch(html, -1) {
		var all []box
		for _, m := range word.FindAllStringSubmatch(p[3], -1) {
			b := box{number(m[1]), number(m[2]), number(m[3]), number(m[4]), m[5]}
			cut := (b.bottom - b.top) / 10
			b.top, b.bottom = b.top+cut, b.bottom-cut
			if b.left < 0 || b.top < 0 || b.right > number(p[1]) || b.bottom > number(p[2]) {
				t.Errorf("%q hangs over the edge", b.text)
			}
			all = append(all, b)
		}
		pages = append(pages, all)
	}
	return pages
}

// Whatever people are called, no text stands on another or off the page.
func TestPapers_NothingOverlaps(t *testing.T) {
	p := press(t)
	usual, place := letting()
	long, far := crowd()
	far.Desk = strings.Repeat("三号楼一层东侧", 14)
	widest := usual
	widest.Landlord.Name = strings.Repeat("W", 50)
	widest.Unit.Part = "主卧"
	widest.People = append([]tenancy.Person{}, usual.People...)
	widest.People[0].Name = strings.Repeat("W", 50)
	for name, print := range map[string]func() ([]byte, error){
		"receipt":       func() ([]byte, error) { return p.Receipt(usual, place, link, now) },
		"receipt-long":  func() ([]byte, error) { return p.Receipt(long, far, link, now) },
		"receipt-wide":  func() ([]byte, error) { return p.Receipt(widest, far, link, now) },
		"form":          func() ([]byte, error) { return p.Application(usual, place, now) },
		"form-long":     func() ([]byte, error) { return p.Application(long, far, now) },
		"form-wide":     func() ([]byte, error) { return p.Application(widest, far, now) },
		"poster":        func() ([]byte, error) { return p.Poster(place, link, now) },
		"poster-long":   func() ([]byte, error) { return p.Poster(far, link, now) },
		"poster-nodesk": func() ([]byte, error) { return p.Poster(tenancy.Compound{Name: "幸福小区"}, link, now) },
	} {
		data, err := print()
		if err != nil {
			t.Fatal(err)
		}
		words := 0
		for n, all := range boxes(t, run(t, "pdftotext", "-bbox", keep(t, name+"-boxes.pdf", data), "-")) {
			words += len(all)
			for i, a := range all {
				for _, b := range all[i+1:] {
					if a.over(b) {
						t.Errorf("%s, page %d: %q stands on %q", name, n+1, a.text, b.text)
					}
				}
			}
		}
		if words < 20 {
			t.Errorf("%s has %d words", name, words)
		}
	}
}
