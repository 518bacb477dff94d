package ledger

import (
	"bytes"
	"errors"

	"github.com/xuri/excelize/v2"

	"zuji/internal/invalid"
)

// openWorkbook reads the first sheet that has headings; the others are named.
func openWorkbook(data []byte) (*Book, error) {
	if err := checkZip(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped, // nothing goes to the disk
	})
	if err != nil {
		return nil, invalid.New("ledger_unreadable")
	}
	defer f.Close()
	var book *Book
	worst := error(invalid.New("ledger_empty"))
	for _, name := range f.GetSheetList() {
		if book != nil {
			if some, err := hasRows(f, name); err == nil && some {
				book.Others = append(book.Others, name)
			}
			continue
		}
		b, err := take(sheetOf(f, name))
		switch {
		case err == nil:
			book = b
		case isReason(err, "ledger_headings"):
			worst = nearer(worst, err)
		case !isReason(err, "ledger_empty"):
			return nil, err
		}
	}
	if book == nil {
		return nil, worst
	}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		book.since04 = *props.Date1904
	}
	return book, nil
}

func isReason(err error, reason string) bool {
	bad, ok := errors.AsType[*invalid.Error](err)
	return ok && bad.Reason == reason
}

// nearer returns the verdict on the sheet that lacks fewer headings.
func nearer(a, b error) error {
	length := func(err error) int {
		bad, _ := errors.AsType[*invalid.Error](err)
		missing, ok := bad.Args["Missing"].(string)
		if !ok {
			return 1 << 30
		}
		return len(missing)
	}
	if length(b) < length(a) {
		return b
	}
	return a
}

func hasRows(f *excelize.File, name string) (bool, error) {
	for l, err := range sheetOf(f, name).rows {
		if err != nil || filled(l.cells) {
			return err == nil, err
		}
	}
	return false, nil
}

// sheetOf yields the rows of a sheet that hold something.
func sheetOf(f *excelize.File, name string) sheet {
	return sheet{name: name, rows: func(yield func(line, error) bool) {
		rows, err := f.Rows(name)
		if err != nil {
			yield(line{}, invalid.New("ledger_unreadable"))
			return
		}
		defer rows.Close()
		for n := 1; rows.Next(); n++ {
			cells, err := rows.Columns()
			if err != nil {
				yield(line{}, invalid.New("ledger_unreadable"))
				return
			}
			cells = cells[:min(len(cells), maxColumns)]
			if filled(cells) && !yield(line{n, cells}, nil) {
				return
			}
		}
		if rows.Error() != nil {
			yield(line{}, invalid.New("ledger_unreadable"))
		}
	}}
}
