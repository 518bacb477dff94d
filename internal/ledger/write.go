package ledger

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"zuji/internal/calendar"
)

// A Format is a kind of file.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv" // UTF-8 with a byte order mark, which Excel needs
)

// A Column of an extract.
type Column struct {
	Head  string
	Width float64 // in letters
}

// An Extract is what Write writes. Stated stands above the columns, and in the
// properties of a workbook: for whom, what for, who made it, when.
type Extract struct {
	Title   string
	Stated  string
	Maker   string // who made it
	Columns []Column
}

// Write writes rows of string, int and calendar.Date. Texts that a spreadsheet
// would take for formulas are defused.
func (e Extract) Write(out io.Writer, f Format, rows iter.Seq2[[]any, error]) error {
	if f == CSV {
		return e.csv(out, rows)
	}
	return e.workbook(out, rows)
}

func (e Extract) csv(out io.Writer, rows iter.Seq2[[]any, error]) error {
	buf := bufio.NewWriter(out)
	_, _ = buf.WriteString("\ufeff") // an error comes back from Flush
	w := csv.NewWriter(buf)
	w.UseCRLF = true
	head := make([]string, len(e.Columns))
	for i, c := range e.Columns {
		head[i] = harmless(c.Head)
	}
	_ = w.Write([]string{harmless(e.Stated)})
	_ = w.Write(head)
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = harmless(fmt.Sprint(v))
		}
		_ = w.Write(cells)
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write extract: %w", err)
	}
	return buf.Flush()
}

const headRows = 3 // title, statement, headings

func (e Extract) workbook(out io.Writer, rows iter.Seq2[[]any, error]) error {
	f := excelize.NewFile()
	defer f.Close()
	sheet := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '-'
		}
		return r
	}, e.Title)
	if r := []rune(sheet); len(r) > excelize.MaxSheetNameLength {
		sheet = string(r[:excelize.MaxSheetNameLength])
	}
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("name the sheet: %w", err)
	}
	if err := f.SetDocProps(&excelize.DocProperties{Title: e.Title, Description: e.Stated, Creator: e.Maker}); err != nil {
		return fmt.Errorf("state the purpose: %w", err)
	}
	st, err := newStyles(f)
	if err != nil {
		return err
	}
	if err := onePageWide(f, sheet); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("begin the workbook: %w", err)
	}
	if err := e.head(sw, st); err != nil {
		return fmt.Errorf("write the headings: %w", err)
	}
	n, err := e.body(sw, st, rows)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(e.Columns), max(n, headRows+1))
	if err == nil {
		err = f.AutoFilter(sheet, "A"+strconv.Itoa(headRows)+":"+last, nil)
	}
	if err == nil {
		err = sw.Flush()
	}
	if err == nil {
		err = f.Write(out)
	}
	if err != nil {
		return fmt.Errorf("write extract: %w", err)
	}
	return nil
}

func (e Extract) head(sw *excelize.StreamWriter, st styles) error {
	for i, c := range e.Columns {
		if err := sw.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
	}
	err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: headRows, TopLeftCell: "A" + strconv.Itoa(headRows+1), ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	heads := make([]any, len(e.Columns))
	for i, c := range e.Columns {
		heads[i] = excelize.Cell{StyleID: st.head, Value: harmless(c.Head)}
	}
	for i, row := range [][]any{
		{excelize.Cell{StyleID: st.title, Value: harmless(e.Title)}},
		{harmless(e.Stated)},
		heads,
	} {
		if err := sw.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return err
		}
	}
	return nil
}

// body writes the rows and returns the number of the last.
func (e Extract) body(sw *excelize.StreamWriter, st styles, rows iter.Seq2[[]any, error]) (n int, err error) {
	n = headRows
	cells := make([]any, 0, len(e.Columns))
	for row, err := range rows {
		if err != nil {
			return n, err
		}
		n++
		cells = cells[:0]
		for _, v := range row {
			switch v := v.(type) {
			case calendar.Date:
				if v.IsZero() {
					cells = append(cells, nil)
				} else {
					cells = append(cells, excelize.Cell{StyleID: st.day[""], Value: moment(v)})
				}
			case string:
				cells = append(cells, harmless(v))
			default:
				cells = append(cells, v)
			}
		}
		if err := sw.SetRow("A"+strconv.Itoa(n), cells); err != nil {
			return n, fmt.Errorf("write row %d: %w", n, err)
		}
	}
	return n, nil
}

// harmless puts an apostrophe before a text that a spreadsheet would run as a
// formula, also after it has been saved as CSV and opened again.
func harmless(text string) string {
	if len(text) < 2 || decimal.MatchString(text) {
		return text
	}
	if first := []rune(text)[0]; strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + text
	}
	return text
}

// onePageWide lets a sheet be printed on A4 with all columns on a page. It must
// be called before the sheet is begun, whose head it stands in.
func onePageWide(f *excelize.File, sheet string) error {
	landscape, a4, wide, tall, fit := "landscape", 9, 1, 0, true
	err := f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &wide, FitToHeight: &tall})
	if err == nil {
		err = f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit})
	}
	if err != nil {
		return fmt.Errorf("set the page: %w", err)
	}
	return nil
}
