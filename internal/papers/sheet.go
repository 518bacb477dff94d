package papers

import (
	"fmt"
	"time"

	"github.com/signintech/gopdf"
)

// Lengths are in millimetres, from the top left corner of an A4 page; sizes of
// type are in points.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 18.0
	inner      = pageWidth - 2*margin
	bottom     = pageHeight - 20 // below is the footer
	point      = 25.4 / 72
)

// A colour is red, green and blue.
type colour [3]uint8

var (
	black = colour{0x22, 0x22, 0x22}
	grey  = colour{0x6b, 0x6b, 0x6b}
	rule  = colour{0x9a, 0xa5, 0xa3}
	pale  = colour{0xee, 0xf4, 0xf2}
	green = colour{0x12, 0x5e, 0x52}
	white = colour{0xff, 0xff, 0xff}
)

// An align is where in its box a line stands.
type align float64

const (
	left   align = 0
	centre align = 0.5
	right  align = 1
)

// A style is how text looks.
type style struct {
	size  float64 // points
	bold  bool
	ink   colour
	align align
}

// lead is the height of a line.
func (st style) lead() float64 { return st.size * point * 1.4 }

// A sheet is a document under way. It keeps the first error, and draws nothing
// after it.
type sheet struct {
	*Press
	pdf  *gopdf.GoPdf
	y    float64 // where the next thing stands
	pad  float64 // above and below the text of a cell
	head func()  // drawn on top of each further page
	err  error
}

func (p *Press) sheet(title string, now time.Time) *sheet {
	s := &sheet{Press: p, pdf: &gopdf.GoPdf{}, pad: padY}
	s.pdf.Start(gopdf.Config{Unit: gopdf.UnitMM, PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	s.pdf.SetInfo(gopdf.PdfInfo{Title: title, Creator: "Zuji", CreationDate: now})
	for _, name := range families {
		s.check(s.pdf.AddTTFFontFromFontContainer(name, &p.fonts))
	}
	s.pdf.AddPage()
	s.y = margin
	return s
}

func (s *sheet) check(err error) {
	if s.err == nil && err != nil {
		s.err = err
	}
}

// bytes closes the document.
func (s *sheet) bytes() ([]byte, error) {
	if s.err != nil {
		return nil, fmt.Errorf("print: %w", s.err)
	}
	data, err := s.pdf.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return data, nil
}

// room turns to a further page unless height fits on this one.
func (s *sheet) room(height float64) {
	if s.y+height <= bottom {
		return
	}
	s.pdf.AddPage()
	s.y = margin
	if s.head != nil {
		s.head()
	}
}

// width is that of one printable line.
func (s *sheet) width(text string, st style) float64 {
	return s.face(text, st.bold).width(text) / 1000 * st.size * point
}

func (s *sheet) lines(text string, width float64, st style) []string {
	return wrap(s.printable(text), width, func(t string) float64 { return s.width(t, st) })
}

// line sets one printable line in a box of width, with its top at y.
func (s *sheet) line(x, y, width float64, text string, st style) {
	if s.err != nil || text == "" {
		return
	}
	s.pdf.SetTextColor(st.ink[0], st.ink[1], st.ink[2])
	s.check(s.pdf.SetFont(s.face(text, st.bold).name, "", st.size))
	x += (width - s.width(text, st)) * float64(st.align)
	// The middle of a hanzi is 0.38 of its size above the base line.
	s.pdf.SetXY(x, y+st.lead()/2+0.38*st.size*point)
	s.check(s.pdf.Text(text))
}

// block sets text in as many lines as it needs and returns their height.
func (s *sheet) block(x, y, width float64, text string, st style) float64 {
	lines := s.lines(text, width, st)
	for i, l := range lines {
		s.line(x, y+float64(i)*st.lead(), width, l, st)
	}
	return float64(len(lines)) * st.lead()
}

// fit returns st, smaller if text needs it to fit into so many lines, but not
// smaller than least points.
func (s *sheet) fit(text string, width float64, most int, st style, least float64) style {
	for len(s.lines(text, width, st)) > most && st.size > least {
		st.size = max(least, st.size*0.95)
	}
	return st
}

// fill paints a box.
func (s *sheet) fill(x, y, w, h float64, c colour) {
	s.pdf.SetFillColor(c[0], c[1], c[2])
	s.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "F")
}

// frame draws the border of a box.
func (s *sheet) frame(x, y, w, h float64) {
	s.pdf.SetStrokeColor(rule[0], rule[1], rule[2])
	s.pdf.SetLineWidth(0.2)
	s.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "D")
}

// footers writes text and the number of the page below every page.
func (s *sheet) footers(text string) {
	st := style{size: 8, ink: grey}
	pages := s.pdf.GetNumberOfPages()
	for i := range pages {
		s.check(s.pdf.SetPage(i + 1))
		s.line(margin, bottom+6, inner, s.printable(text), st)
		if pages > 1 {
			st.align = right
			s.line(margin, bottom+6, inner, s.say("papers.page", "N", i+1, "Of", pages), st)
			st.align = left
		}
	}
}
