package papers

// A cell is one box of a row. A label's is shaded.
type cell struct {
	text  string
	part  float64 // of the row's width
	label bool
	bold  bool
	align align
}

// Between a box and its text.
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
	texts, styles := make([][]string, len(cells)), make([]style, len(cells))
	for i, c := range cells {
		texts[i], styles[i] = s.cell(c, size, inner*c.part/parts-2*padX)
		height = max(height, float64(len(texts[i]))*styles[i].lead()+2*s.pad)
	}
	s.room(height)
	x := margin
	for i, c := range cells {
		width := inner * c.part / parts
		if c.label {
			s.fill(x, s.y, width, height, pale)
		}
		s.frame(x, s.y, width, height)
		st := styles[i]
		y := s.y + (height-float64(len(texts[i]))*st.lead())/2
		for _, l := range texts[i] {
			s.line(x+padX, y, width-2*padX, l, st)
			y += st.lead()
		}
		x += width
	}
	s.y += height
}

// cell returns the lines of a cell: one, a little smaller where that is enough,
// else as many as it needs.
func (s *sheet) cell(c cell, size, width float64) ([]string, style) {
	st := c.style(size)
	if small := s.fit(c.text, width, 1, st, 0.8*size); small.size < size {
		if lines := s.lines(c.text, width, small); len(lines) == 1 {
			return lines, small
		}
	}
	return s.lines(c.text, width, st), st
}

func (c cell) style(size float64) style {
	return style{size: size, ink: black, bold: c.bold, align: c.align}
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
