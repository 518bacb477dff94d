package ledger_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zuji/internal/ledger"
)

// What a spreadsheet would run is text in both forms, wherever it stands.
func TestWrite_DefusesFormulas(t *testing.T) {
	names := map[string]string{"李雷": "李雷", "=HYPERLINK(A1)": "'=HYPERLINK(A1)", "+86-138": "'+86-138", "-1+1": "'-1+1", "@SUM(A1)": "'@SUM(A1)",
		"\tcmd": "'\tcmd", "\rcmd": "'\rcmd", "＝1+1": "'＝1+1", "-": "-", "-12.5": "-12.5", "138 0013 8000": "138 0013 8000"}
	e := ledger.Extract{Title: "=1+1/台账: [1]", Stated: "=cmd|'/c calc'!A1", Maker: "李经理", Columns: []ledger.Column{{Head: "@姓名", Width: 18}, {Head: "起租日期", Width: 12}}}
	var want []string
	rows := func(yield func([]any, error) bool) {
		want = nil
		for name, safe := range names {
			want = append(want, strings.ReplaceAll(safe, "\r", ""))
			if !yield([]any{name, day("2026-01-01")}, nil) {
				return
			}
		}
	}
	var text, book bytes.Buffer
	if err := e.Write(&text, ledger.CSV, rows); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\ufeff")))
	r.FieldsPerRecord = -1
	lines, err := r.ReadAll()
	if err != nil || len(lines) != len(names)+2 || lines[0][0] != "'"+e.Stated || lines[1][0] != "'@姓名" {
		t.Fatalf("%v, %v", lines, err)
	}
	for n, line := range lines[2:] {
		if strings.ReplaceAll(line[0], "\r", "") != want[n] {
			t.Errorf("CSV: %q, want %q", line[0], want[n])
		}
	}
	if err := e.Write(&book, ledger.XLSX, rows); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(book.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for n := range want {
		cell := fmt.Sprintf("A%d", n+4)
		value, err := f.GetCellValue(sheet, cell)
		formula, _ := f.GetCellFormula(sheet, cell)
		if err != nil || strings.ReplaceAll(value, "\r", "") != want[n] || formula != "" {
			t.Errorf("workbook: %q, formula %q, %v; want %q", value, formula, err, want[n])
		}
	}
	if raw, err := f.GetCellValue(sheet, "B4", excelize.Options{RawCellValue: true}); err != nil || raw != "46023" {
		t.Errorf("a date is kept as %q, %v", raw, err)
	}
}
