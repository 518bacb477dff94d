package ledger_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/ledger"
	"zuji/internal/ledger/ledgertest"
)

var today = calendar.Date{Year: 2026, Month: 11, Day: 23}

var words = ledger.Words{Sheet: "台账", Remark: "处理结果", Good: "可以导入",
	Problem: func(column string, why *invalid.Error) string { return column + "：" + why.Reason }}

// peak watches the heap until it is told to stop.
func peak(t *testing.T) (stop func() uint64) {
	runtime.GC()
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				most <- top
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 { close(done); return <-most }
}

// A whole ledger, the largest that is taken, with 3 % bad rows is read,
// checked and written back within a minute, in bounded memory, and what comes out
// equals a plain count.
func TestLargestLedger(t *testing.T) {
	made := ledgertest.Make(ledgertest.Spec{Rows: largest, Bad: 0.03, Seed: 1, Today: today})
	if share := float64(len(made.BadRows)) / float64(len(made.Rows)); share < 0.025 || share > 0.035 {
		t.Fatalf("%.3f of the rows are bad", share)
	}
	for form, data := range map[string][]byte{"xlsx": made.XLSX(t), "csv": made.CSV(t)} {
		t.Run(form, func(t *testing.T) {
			stop, begun := peak(t), time.Now()
			b, err := ledger.Open(data)
			if err != nil {
				t.Fatal(err)
			}
			opened := time.Since(begun)
			res := b.Check(today)
			checked := time.Since(begun)
			var out bytes.Buffer
			if err := b.Remarks(&out, res, words); err != nil {
				t.Fatal(err)
			}
			took, heap := time.Since(begun), stop()
			t.Logf("%d KB: opened %v, checked %v, in all %v, heap %d MB, remarks %d KB", len(data)>>10, opened, checked, took, heap>>20, out.Len()>>10)
			if took > time.Minute || heap > 512<<20 {
				t.Errorf("took %v and %d MB", took, heap>>20)
			}
			count(t, made, res)
			counted(t, made, out.Bytes())
		})
	}
}

// count compares a result with the plain count.
func count(t *testing.T, made ledgertest.Made, res ledger.Result) {
	t.Helper()
	tenants := 0
	for _, rec := range res.Records {
		tenants += len(rec.Tenancy.People)
	}
	got := []int{res.Rows, res.Good, res.Count(ledger.Let), res.Count(ledger.Empty), res.Count(ledger.Owner), tenants, len(res.Findings)}
	want := []int{len(made.Rows), made.Good, made.Let, made.Empty, made.Owner, made.Tenants, len(made.BadRows)}
	for i, what := range strings.Fields("rows good let empty owner tenants findings") {
		if got[i] != want[i] {
			t.Errorf("%s: %d, want %d", what, got[i], want[i])
		}
	}
	for _, f := range res.Findings {
		if made.BadRows[f.Row] != f.Column {
			t.Fatalf("row %d is found wrong in %s (%v), want %s", f.Row, f.Column, f.Why, made.BadRows[f.Row])
		}
	}
}

// counted reads the workbook of remarks back.
func counted(t *testing.T, made ledgertest.Made, data []byte) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	good, bad := 0, 0
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case n <= 2 || len(cells) == 0:
		case cells[0] == words.Good:
			good++
		default:
			bad++
			if _, ok := made.BadRows[n]; !ok {
				t.Fatalf("row %d is marked %q", n, cells[0])
			}
		}
	}
	if good != made.Good || bad != len(made.BadRows) {
		t.Errorf("%d good and %d bad rows are marked, want %d and %d", good, bad, made.Good, len(made.BadRows))
	}
}
