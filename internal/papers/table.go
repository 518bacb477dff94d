package papers

// A cell is one box of a row. A label's is shaded.
type cell struct {
	text  string
	part  float64 // of the row's width
	label bool
	bold  bool
	align align
}

const (
	padX = 2.0
	padY = 1.5
)

// row draws boxes side by side, as high as the highest needs, on a further page
// if this one is full.
func (s *sheet) row(size float64, cells ...cell) {
	height, parts := 0.0, 0.0
	for _, c := range cells {
		parts += c.part
	}
	texts := make([][]string, len(cells))
	for i, c := range cells {
		texts[i] = s.lines(c.text, inner*c.part/parts-2*padX, c.style(size))
		height = max(height, float64(len(texts[i]))*c.style(size).lead()+2*padY)
	}
	s.room(height)
	x := margin
	for i, c := range cells {
		width := inner * c.part / parts
		if c.label {
			s.fill(x, s.y, width, height, pale)
		}
		s.frame(x, s.y, width, height)
		st := c.style(size)
		y := s.y + (height-float64(len(texts[i]))*st.lead())/2
		for _, l := range texts[i] {
			s.line(x+padX, y, width-2*padX, l, st)
			y += st.lead()
		}
		x += width
	}
	s.y += height
}

func (c cell) style(size float64) style {
	st := style{size: size, ink: black, bold: c.bold, align: c.align}
	if c.label {
		st.ink = green
	}
	return st
}

// pair draws one or two facts: label, value, label, value.
func (s *sheet) pair(size float64, texts ...string) {
	parts := []float64{2.4, 12.6}
	if len(texts) == 4 {
		parts = []float64{2.4, 5.1, 2.4, 5.1}
	}
	cells := make([]cell, len(texts))
	for i, t := range texts {
		cells[i] = cell{text: t, part: parts[i], label: i%2 == 0}
	}
	s.row(size, cells...)
}

// list draws a table whose heading is repeated on each further page.
func (s *sheet) list(size float64, parts []float64, heading []string, rows [][]string) {
	draw := func(texts []string, label bool) {
		cells := make([]cell, len(texts))
		for i, t := range texts {
			cells[i] = cell{text: t, part: parts[i], label: label}
		}
		s.row(size, cells...)
	}
	s.room(30) // the heading does not stand alone at the foot of a page
	draw(heading, true)
	s.head = func() { draw(heading, true) }
	for _, r := range rows {
		draw(r, false)
	}
	s.head = nil
}
