// Package ledgertest makes ledgers of made-up people, of any size and with a
// known share of wrong rows.
package ledgertest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zuji/internal/calendar"
	"zuji/internal/ledger"
)

// A Spec says what ledger to make.
type Spec struct {
	Rows  int
	Bad   float64 // share of wrong rows
	Seed  uint64
	Today calendar.Date
}

// A Made is a ledger and a plain count of what is in it.
type Made struct {
	Headings []string
	Rows     [][]string
	Good     int // rows
	BadRows  map[int]ledger.Field
	Let      int // homes
	Empty    int
	Owner    int
	Tenants  int
}

// firstRow is the number of the first row below the headings.
const firstRow = 3

// Make makes a ledger. The same Spec makes the same one.
func Make(s Spec) Made {
	rnd := rand.New(rand.NewPCG(s.Seed, 50_000))
	m := Made{BadRows: map[int]ledger.Field{},
		Headings: []string{"序号", "楼栋", "单元", "房号", "房屋状态", "面积(㎡)", "业主姓名", "业主电话", "租客姓名", "身份证号", "租客电话", "起租日期", "到期日期", "月租金", "押金", "居住人数", "备注"}}
	for home := 0; len(m.Rows) < s.Rows; home++ {
		m.home(rnd, s, home)
	}
	return m
}

// home adds the rows of one home.
func (m *Made) home(rnd *rand.Rand, s Spec, n int) {
	row := []string{"", fmt.Sprint(n/108 + 1), fmt.Sprint(n/36%3 + 1), fmt.Sprintf("%d%02d", n/2%18+1, n%2+1), "出租", fmt.Sprint(50 + rnd.IntN(90)),
		name(rnd), phone(rnd), "", "", "", "", "", "", "", "", ""}
	switch kind := rnd.IntN(10); {
	case kind == 0:
		row[4] = "空置"
		m.Empty++
		m.add(row)
		return
	case kind == 1:
		row[4] = "自住"
		m.Owner++
		m.add(row)
		return
	}
	start := s.Today.AddDays(-rnd.IntN(300))
	rent := 1000 + 100*rnd.IntN(60)
	copy(row[8:], []string{name(rnd), document(rnd), phone(rnd), start.String(), calendar.TermEnd(start, 12).String(), fmt.Sprint(rent), fmt.Sprint(rent), "2", ""})
	if rnd.Float64() < s.Bad*1.35 { // a quarter of the rows cannot be spoilt
		m.BadRows[len(m.Rows)+firstRow] = spoil(rnd, row)
		m.append(row)
		return
	}
	m.Let++
	m.Tenants++
	m.add(row)
	if rnd.IntN(8) == 0 && len(m.Rows) < s.Rows {
		again := append([]string(nil), row...)
		copy(again[8:], []string{name(rnd) + "二", document(rnd), phone(rnd)})
		m.Tenants++
		m.add(again)
	}
}

func (m *Made) add(row []string) {
	m.append(row)
	m.Good++
}

func (m *Made) append(row []string) {
	row = append([]string(nil), row...)
	row[0] = fmt.Sprint(len(m.Rows) + 1)
	m.Rows = append(m.Rows, row)
}

// spoil makes a row wrong in one of the ways in which ledgers are.
func spoil(rnd *rand.Rand, row []string) ledger.Field {
	switch rnd.IntN(7) {
	case 0:
		row[8] = "无"
		return ledger.Tenant
	case 1:
		row[9] = row[9][:17] + string("10X98765432"[(bytes.IndexByte([]byte("10X98765432"), row[9][17])+1)%11])
		return ledger.TenantDocument
	case 2:
		row[9] = row[9][:1] + "." + row[9][1:15] + "E+17" // as Excel writes a long number
		return ledger.TenantDocument
	case 3:
		row[10] = row[10][:10]
		return ledger.TenantPhone
	case 4:
		row[12] = "2026-02-30"
		return ledger.End
	case 5:
		row[11], row[12] = row[12], row[11]
		return ledger.End
	}
	row[3] = "顶楼"
	return ledger.Room
}

func name(rnd *rand.Rand) string {
	family, given := []rune("王李张刘陈杨黄赵吴周"), []rune("伟芳娜敏静丽强磊军洋勇艳杰涛明超")
	return string([]rune{family[rnd.IntN(len(family))], given[rnd.IntN(len(given))], given[rnd.IntN(len(given))]})
}

func phone(rnd *rand.Rand) string { return fmt.Sprintf("139%08d", rnd.IntN(1e8)) }

// document makes a number of county 119999, which was never given out.
func document(rnd *rand.Rand) string {
	digits := fmt.Sprintf("119999%04d%02d%02d%03d", 1960+rnd.IntN(45), 1+rnd.IntN(12), 1+rnd.IntN(28), 1+rnd.IntN(998))
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * w
	}
	return digits + string("10X98765432"[sum%11])
}

// XLSX writes the ledger as a workbook with a title above the headings. Dates
// are dates, phones are numbers.
func (m Made) XLSX(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	set := func(n int, cells []any) {
		if err := sw.SetRow(fmt.Sprintf("A%d", n), cells); err != nil {
			t.Fatal(err)
		}
	}
	set(1, []any{"幸福花园房屋租赁台账"})
	set(2, anys(m.Headings))
	for i, row := range m.Rows {
		cells := anys(row)
		for _, at := range []int{7, 10, 13} {
			var v int
			if _, err := fmt.Sscan(row[at], &v); err == nil {
				cells[at] = v
			}
		}
		for _, at := range []int{11, 12} {
			var d calendar.Date
			if d.UnmarshalText([]byte(row[at])) == nil && !d.IsZero() {
				cells[at] = calendar.Date{Year: 1899, Month: 12, Day: 30}.DaysUntil(d)
			}
		}
		set(i+firstRow, cells)
	}
	if err := sw.Flush(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func anys(row []string) []any {
	all := make([]any, len(row))
	for i, c := range row {
		all[i] = c
	}
	return all
}

// CSV writes the ledger as Excel in China does: in GB 18030.
func (m Made) CSV(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(simplifiedchinese.GB18030.NewEncoder().Writer(&out))
	_ = w.Write([]string{"幸福花园房屋租赁台账"})
	_ = w.Write(m.Headings)
	_ = w.WriteAll(m.Rows)
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
