package ledger

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// Words are what a workbook of remarks says.
type Words struct {
	Sheet   string // its name, where the ledger has none
	Remark  string // heading of the column of remarks
	Good    string // remark on a row that can be imported
	Problem func(column string, why *invalid.Error) string
}

// The colours of rows and cells: wrong, and the row that it is in.
const (
	wrongCell, wrongRow, goodCell = "#F8B4B4", "#FDECEC", "#E3F4E3"
)

// Remarks writes the ledger as an .xlsx workbook with a column of remarks in
// front of the others, and colours what is wrong. Rows keep their numbers, so
// the workbook can be corrected and sent again. Columns with forbidden subjects
// are left out.
func (b *Book) Remarks(out io.Writer, res Result, w Words) error {
	f := excelize.NewFile()
	defer f.Close()
	name := b.Sheet
	if name == "" {
		name = w.Sheet
	}
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("name the sheet: %w", err)
	}
	st, err := newStyles(f)
	if err != nil {
		return err
	}
	if err := onePageWide(f, name); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("begin the workbook: %w", err)
	}
	r := remarks{b: b, w: w, st: st, sw: sw, left: res.Findings}
	if err := r.write(); err != nil {
		return fmt.Errorf("write remarks: %w", err)
	}
	last, err := excelize.CoordinatesToCellName(len(b.Headings)+1, max(b.heading+1, b.lastRow()))
	if err == nil {
		err = f.AutoFilter(name, "A"+strconv.Itoa(b.heading)+":"+last, nil)
	}
	if err == nil {
		err = sw.Flush()
	}
	if err == nil {
		err = f.Write(out)
	}
	if err != nil {
		return fmt.Errorf("write remarks: %w", err)
	}
	return nil
}

func (b *Book) lastRow() int { return b.rows[len(b.rows)-1].n }

// styles are numbers of cell formats by background, for text and for dates.
type styles struct {
	title, head, remark, good int
	text, day                 map[string]int
}

func newStyles(f *excelize.File) (styles, error) {
	s := styles{text: map[string]int{"": 0}, day: map[string]int{}}
	define := func(into *int, st excelize.Style) error {
		n, err := f.NewStyle(&st)
		*into = n
		return err
	}
	fill := func(colour string) excelize.Fill {
		if colour == "" {
			return excelize.Fill{}
		}
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	iso := "yyyy-mm-dd"
	err := define(&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err == nil {
		err = define(&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("#DCE6F1"), Alignment: wrap})
	}
	if err == nil {
		err = define(&s.remark, excelize.Style{Fill: fill(wrongCell), Alignment: wrap})
	}
	if err == nil {
		err = define(&s.good, excelize.Style{Fill: fill(goodCell), Alignment: wrap})
	}
	for _, colour := range []string{"", wrongCell, wrongRow} {
		var text, day int
		if err == nil {
			err = define(&text, excelize.Style{Fill: fill(colour), NumFmt: 0})
		}
		if err == nil {
			err = define(&day, excelize.Style{Fill: fill(colour), CustomNumFmt: &iso})
		}
		s.text[colour], s.day[colour] = text, day
	}
	if err != nil {
		return s, fmt.Errorf("make a cell format: %w", err)
	}
	return s, nil
}

// A remarks writes one workbook.
type remarks struct {
	b    *Book
	w    Words
	st   styles
	sw   *excelize.StreamWriter
	left []Finding // of rows not yet written
	row  []any
}

const remarkWidth, maxWidth = 48, 24

func (r *remarks) write() error {
	if err := r.sw.SetColWidth(1, 1, remarkWidth); err != nil {
		return err
	}
	for i, w := range r.widths() {
		if err := r.sw.SetColWidth(i+2, i+2, w); err != nil {
			return err
		}
	}
	top := "A" + strconv.Itoa(r.b.heading+1)
	err := r.sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: r.b.heading, TopLeftCell: "B" + top[1:], ActivePane: "bottomRight"})
	if err != nil {
		return err
	}
	for _, l := range r.b.above {
		if err := r.put(l.n, "", l.cells, 0); err != nil {
			return err
		}
	}
	if err := r.put(r.b.heading, r.w.Remark, r.b.Headings, r.st.head); err != nil {
		return err
	}
	for _, l := range r.b.rows {
		if err := r.remarked(l); err != nil {
			return err
		}
	}
	return nil
}

// put writes a row of texts in one format.
func (r *remarks) put(n int, first string, cells []string, style int) error {
	r.row = append(r.row[:0], excelize.Cell{StyleID: style, Value: first})
	for _, c := range cells {
		r.row = append(r.row, excelize.Cell{StyleID: style, Value: harmless(c)})
	}
	return r.sw.SetRow("A"+strconv.Itoa(n), r.row)
}

// remarked writes a row with what was found in it.
func (r *remarks) remarked(l line) error {
	wrong := map[int]bool{}
	var said []string
	for len(r.left) > 0 && r.left[0].Row == l.n {
		f := r.left[0]
		r.left = r.left[1:]
		column := ""
		if f.Column != "" {
			column = r.b.Heading(f.Column)
			if i, ok := r.b.columns[f.Column]; ok {
				wrong[i] = true
			}
		}
		said = append(said, r.w.Problem(column, f.Why))
	}
	first := excelize.Cell{StyleID: r.st.good, Value: r.w.Good}
	colour := ""
	if len(said) > 0 {
		first, colour = excelize.Cell{StyleID: r.st.remark, Value: strings.Join(said, "\n")}, wrongRow
	}
	r.row = append(r.row[:0], first)
	for i := range max(len(r.b.Headings), len(l.cells)) {
		c := colour
		if wrong[i] {
			c = wrongCell
		}
		r.row = append(r.row, r.copy(i, l.cell(i), c))
	}
	return r.sw.SetRow("A"+strconv.Itoa(l.n), r.row)
}

// copy writes a cell as the kind of value that it was.
func (r *remarks) copy(i int, text, colour string) excelize.Cell {
	if i < len(r.b.days) && r.b.days[i] {
		if d, ok := r.b.serial(strings.TrimSpace(text)); ok {
			return excelize.Cell{StyleID: r.st.day[colour], Value: moment(d)}
		}
	}
	if v, ok := quantity(text); ok {
		return excelize.Cell{StyleID: r.st.text[colour], Value: v}
	}
	return excelize.Cell{StyleID: r.st.text[colour], Value: harmless(text)}
}

// moment is a date as spreadsheets count it.
func moment(d calendar.Date) float64 { return float64(epoch.DaysUntil(d)) }

// longestQuantity leaves phones and document numbers texts.
const longestQuantity = 10

// quantity reports whether a cell held a number that is one.
func quantity(text string) (float64, bool) {
	if !decimal.MatchString(text) || len(text) > 1 && text[0] == '0' && text[1] != '.' {
		return 0, false
	}
	short := clean(text)
	if len(short) > longestQuantity {
		return 0, false
	}
	v, err := strconv.ParseFloat(short, 64)
	return v, err == nil
}

// widths fit the first rows; a Han letter takes twice the room.
func (r *remarks) widths() []float64 {
	all := make([]float64, len(r.b.Headings))
	rows := append([]line{{cells: r.b.Headings}}, r.b.rows[:min(len(r.b.rows), 200)]...)
	for _, l := range rows {
		for i := range all {
			all[i] = max(all[i], room(clean(l.cell(i))))
		}
	}
	return all
}

func room(text string) float64 {
	return min(maxWidth, float64(utf8.RuneCountInString(text)+(len(text)-utf8.RuneCountInString(text))/2)+3)
}
