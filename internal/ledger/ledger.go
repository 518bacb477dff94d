// Package ledger reads the tenancy ledgers 租赁台账 that property managers keep as
// workbooks or CSV files, says row by row what is wrong, and writes extracts of
// the register. It knows neither Telegram nor the records.
package ledger

import (
	"iter"
	"slices"
	"strings"

	"zuji/internal/invalid"
)

// The limits of a ledger.
const (
	MaxFile = 20 << 20 // bytes
	MaxRows = 50_000   // below the headings

	maxColumns  = 100       // further ones are not read
	maxUnzipped = 128 << 20 // bytes of all parts together
	maxStrings  = 2_000_000 // different texts in a workbook
	headingRows = 10        // among which the headings are looked for
)

// A Book is a ledger as it was sent. Columns with forbidden subjects are not in
// it: their cells are thrown away while reading.
type Book struct {
	Sheet  string   // "" for a CSV file
	Others []string // further sheets, which are not read

	Headings []string // of all columns that were read, from the left
	Ignored  []string // headings of columns that mean nothing to the register
	Refused  []string // headings of columns that a register must not hold; they were not read

	above   []line // titles above the headings
	heading int    // row of the headings
	rows    []line
	columns map[Field]int
	days    []bool // columns that hold dates
	barred  []bool // columns of the file that were not read
	since04 bool   // dates count from 1904
}

// A line is a row of the sheet that is not empty.
type line struct {
	n     int // from 1, as spreadsheets show it
	cells []string
}

// cell returns a column's text, "" beyond the last one.
func (l line) cell(i int) string {
	if i < 0 || i >= len(l.cells) {
		return ""
	}
	return l.cells[i]
}

// Len is how many rows with something in them stand below the headings.
func (b *Book) Len() int { return len(b.rows) }

// Heading returns what the ledger calls a column, or the usual word for it.
func (b *Book) Heading(f Field) string {
	if i, ok := b.columns[f]; ok {
		return b.Headings[i]
	}
	return usual(f)
}

// A sheet is rows of texts, numbered from 1; the sequence ends with the first
// error.
type sheet struct {
	name string
	rows iter.Seq2[line, error]
}

// Open reads a ledger: an .xlsx workbook, or a CSV file in UTF-8, UTF-16 or GB
// 18030. What it is follows from its content, not from its name. All errors are
// *invalid.Error: ledger_xls (a workbook of the old form), ledger_password,
// ledger_huge, ledger_bomb, ledger_headings, ledger_empty, ledger_unreadable.
func Open(data []byte) (*Book, error) {
	if len(data) > MaxFile {
		return nil, huge()
	}
	switch kindOf(data) {
	case zipped:
		return openWorkbook(data)
	case oldWorkbook:
		return nil, invalid.New("ledger_xls")
	case encrypted:
		return nil, invalid.New("ledger_password")
	case plainText:
		return openCSV(data)
	}
	return nil, invalid.New("ledger_unreadable")
}

func huge() error {
	return invalid.New("ledger_huge", "Megabytes", MaxFile>>20, "Rows", MaxRows)
}

// take reads a sheet: it looks for the headings among the first rows and keeps
// what stands below them.
func take(s sheet) (*Book, error) {
	b := &Book{Sheet: s.name}
	var first []line
	for l, err := range s.rows {
		if err != nil {
			return nil, err
		}
		if len(l.cells) == 0 {
			continue
		}
		if b.columns == nil && l.n <= headingRows {
			first = append(first, l)
			continue
		}
		if b.columns == nil {
			if err := b.settle(first); err != nil {
				return nil, err
			}
		}
		if err := b.add(l); err != nil {
			return nil, err
		}
	}
	if len(first) == 0 && len(b.rows) == 0 {
		return nil, invalid.New("ledger_empty")
	}
	if b.columns == nil {
		if err := b.settle(first); err != nil {
			return nil, err
		}
	}
	if len(b.rows) == 0 {
		return nil, invalid.New("ledger_empty")
	}
	return b, nil
}

// settle finds the headings among the first rows; those above are titles.
func (b *Book) settle(first []line) error {
	at, h := bestHeadings(first)
	if missing := h.missing(); missing != "" {
		return invalid.New("ledger_headings", "Missing", missing)
	}
	b.columns, b.Ignored, b.Refused, b.barred = h.columns, h.ignored, h.refused, h.barred
	b.renumber(h)
	b.heading = first[at].n
	for i, l := range first {
		switch {
		case i < at:
			b.above = append(b.above, line{l.n, b.without(l.cells)})
		case i > at:
			if err := b.add(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// renumber leaves the refused columns out and numbers the others anew.
func (b *Book) renumber(h headings) {
	to, n := map[int]int{}, 0
	for i, text := range h.texts {
		if h.barred[i] {
			continue
		}
		to[i] = n
		n++
		b.Headings = append(b.Headings, text)
		b.days = append(b.days, h.day(i))
	}
	for f, i := range b.columns {
		b.columns[f] = to[i]
	}
}

// without returns a row of the file without the refused columns.
func (b *Book) without(cells []string) []string {
	kept := make([]string, 0, len(cells))
	for i, c := range cells {
		if i >= len(b.barred) || !b.barred[i] {
			kept = append(kept, c)
		}
	}
	return kept
}

func filled(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// add keeps a row below the headings.
func (b *Book) add(l line) error {
	l.cells = b.without(l.cells)
	if !filled(l.cells) {
		return nil
	}
	if len(b.rows) == MaxRows {
		return huge()
	}
	b.rows = append(b.rows, l)
	return nil
}
