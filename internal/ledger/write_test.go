package ledger_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zuji/internal/identity"
	"zuji/internal/ledger"
	"zuji/internal/ledger/ledgertest"
	"zuji/internal/tenancy"
)

// artefact keeps a workbook and its picture, and returns the text on the pages.
func artefact(t *testing.T, name string, data []byte) string {
	t.Helper()
	dir := t.TempDir()
	if keep := os.Getenv("ZUJI_ARTEFACTS"); keep != "" {
		dir = keep
	}
	path := filepath.Join(dir, name+".xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	pdf := filepath.Join(dir, name+".pdf")
	for _, args := range [][]string{
		{"soffice", "-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "pdf", "--outdir", dir, path},
		{"pdftoppm", "-r", "80", "-png", "-f", "1", "-l", "1", pdf, filepath.Join(dir, name)},
	} {
		if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRemarks_AsALooker(t *testing.T) {
	made := ledgertest.Make(ledgertest.Spec{Rows: 24, Bad: 0.4, Seed: 7, Today: today})
	b := open(t, made.XLSX(t))
	res := b.Check(today)
	var out bytes.Buffer
	if err := b.Remarks(&out, res, words); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for n := range len(made.Rows) {
		row := n + 3
		remark, _ := f.GetCellValue(sheet, fmt.Sprintf("A%d", row))
		field, bad := made.BadRows[row]
		if bad != (remark != words.Good) || bad && !strings.Contains(remark, b.Heading(field)) {
			t.Errorf("row %d (%q) is remarked %q", row, field, remark)
		}
		name, _ := f.GetCellValue(sheet, fmt.Sprintf("H%d", row))
		if name != made.Rows[n][6] {
			t.Errorf("row %d: landlord %q", row, name)
		}
		start, _ := f.GetCellValue(sheet, fmt.Sprintf("M%d", row))
		if start != made.Rows[n][11] {
			t.Errorf("row %d: start %q, want %q", row, start, made.Rows[n][11])
		}
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	// All columns are on one page.
	text, _, _ := strings.Cut(artefact(t, "ledger-remarks", out.Bytes()), "\f")
	if !strings.Contains(text, "可以导入") || !strings.Contains(text, "居住人数") {
		t.Errorf("the page says %q", text)
	}
	// Corrected and sent again, the ledger is read as before.
	again := open(t, out.Bytes()).Check(today)
	if again.Good != res.Good || len(again.Findings) != len(res.Findings) {
		t.Errorf("read again: %d good, %d findings; before %d and %d", again.Good, len(again.Findings), res.Good, len(res.Findings))
	}
}

// What nobody may keep is not in the workbook that goes back.
func TestRemarks_LeaveForbiddenColumnsOut(t *testing.T) {
	b := open(t, []byte("房号,业主,婚姻状况,租客,租期\n3-1-502,王建国,某状况,李雷,2026.1.1-2026.12.31"))
	var out bytes.Buffer
	if err := b.Remarks(&out, b.Check(today), words); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || strings.Contains(fmt.Sprint(rows), "某状况") || !slices.Contains(rows[1], "李雷") {
		t.Errorf("%v, %v", rows, err)
	}
}

var someNames = ledger.Names{
	Status: func(s ledger.Status) string {
		return map[ledger.Status]string{ledger.Let: "出租", ledger.Empty: "空置"}[s]
	},
	Part:  func(occupant bool) string { return map[bool]string{false: "承租人", true: "同住人"}[occupant] },
	Kind:  func(p tenancy.Person) string { return "居民身份证" },
	Phone: identity.FormatPhone,
}

func TestWrite_Extracts(t *testing.T) {
	made := ledgertest.Make(ledgertest.Spec{Rows: 12, Seed: 3, Today: today})
	res := open(t, made.XLSX(t)).Check(today)
	let := slices.IndexFunc(res.Records, func(r ledger.Record) bool { return r.Status == ledger.Let })
	res.Records[let].Tenancy.People[0].Name = "=HYPERLINK(A1)"
	for _, who := range ledger.Recipients {
		e := ledger.Extract{Title: "幸福花园 房屋台账", Stated: "提供给：社区　用途：=每月统计　导出人：李经理", Maker: "李经理",
			Columns: who.Columns(func(id string) string { return "列" + id })}
		rows := func(yield func([]any, error) bool) {
			for _, rec := range res.Records {
				for _, row := range who.Rows(rec, someNames) {
					if !yield(row, nil) {
						return
					}
				}
			}
		}
		var book, text bytes.Buffer
		if err := e.Write(&book, ledger.XLSX, rows); err != nil {
			t.Fatal(err)
		}
		if err := e.Write(&text, ledger.CSV, rows); err != nil {
			t.Fatal(err)
		}
		page := artefact(t, "ledger-"+string(who), book.Bytes())
		for _, secret := range []string{res.Records[let].Tenancy.Landlord.Name, res.Records[let].Tenancy.People[0].Document.Number} {
			police := who == ledger.Police && secret == res.Records[let].Tenancy.People[0].Document.Number
			if strings.Contains(text.String(), secret) != police || strings.Contains(page, secret) != police {
				t.Errorf("%s: %q is in it: %v", who, secret, !police)
			}
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\ufeff"+e.Stated+"\r\n"))).ReadAll()
		if err != nil || strings.HasPrefix(text.String(), "列") {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(book.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		back, err := f.GetRows(f.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(trimRows(back[2:])) != fmt.Sprint(trimRows(lines)) {
			t.Errorf("%s: the workbook and the CSV differ:\n%v\n%v", who, back[2:], lines)
		}
		if props, err := f.GetDocProps(); err != nil || props.Description != e.Stated || back[1][0] != e.Stated {
			t.Errorf("the purpose is not stated: %+v", props)
		}
		if who == ledger.Police && !strings.Contains(text.String(), ",'=HYPERLINK") {
			t.Error("a formula is not defused")
		}
		if formula, _ := f.GetCellFormula(f.GetSheetName(0), "C4"); formula != "" {
			t.Errorf("a formula: %s", formula)
		}
		if panes, err := f.GetPanes(f.GetSheetName(0)); err != nil || panes.YSplit != 3 {
			t.Errorf("panes %+v, %v", panes, err)
		}
		_ = f.Close()
	}
}

func trimRows(rows [][]string) (all []string) {
	for _, r := range rows {
		all = append(all, strings.TrimRight(strings.Join(r, "|"), "|"))
	}
	return all
}
