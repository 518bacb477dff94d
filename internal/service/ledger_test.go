package service_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zuji/internal/registry"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// smallLedger has a tenancy of two people, one of one, a home lived in by its
// owner, an empty one, and a row with a wrong document number; and a column that
// nobody may keep.
const smallLedger = `幸福花园租赁台账,,,,,,,,,,
楼栋,单元,房号,业主姓名,业主电话,租客姓名,证件号码,起租日期,到期日期,房屋状态,婚姻状况
3,1,501,王建国,13800138000,李雷,119999199001010012,2026-01-01,2026-12-31,出租,未婚
3,1,501,王建国,13800138000,韩梅梅,219999198802290025,2026-01-01,2026-12-31,出租,未婚
3,1,502,王建国,13800138000,=HYPERLINK(1),21999919900101018X,2026/3/1,2027/2/28,出租,
3,1,503,赵六,,,,,,自住,
3,1,504,,,,,,,空置,
3,2,501,王建国,13800138000,李四,119999199001010013,2026-01-01,2026-12-31,出租,
`

func (p *person) uploads(name string, data []byte) {
	p.w.t.Helper()
	if _, err := p.app.SendFile(name, "application/octet-stream", data, ""); err != nil {
		p.w.t.Fatal(err)
	}
}

func TestLedger_DryRunThenImportThenExport(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	data := []byte(strings.Replace(smallLedger, "=HYPERLINK(1)", "张三丰", 1))
	li.uploads("台账.csv", data)
	check := li.sees("还没有导入")
	for _, want := range []string{"共 6 行，其中 1 行有问题", "可以导入 4 户：出租 2，自住 1，空置 1", "没有读：婚姻状况"} {
		if !strings.Contains(check.Text, want) {
			t.Errorf("the check lacks %q:\n%s", want, check.Text)
		}
	}
	remarks, _ := li.file("台账检查 幸福花园.xlsx")
	book, err := excelize.OpenReader(bytes.NewReader(remarks))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 8 || rows[1][0] != "处理结果" || rows[2][0] != "可以导入" || !strings.Contains(rows[7][0], "最后一位校验不对") {
		t.Errorf("the remarks are %v, %v", rows, err)
	}
	if strings.Contains(fmt.Sprint(rows), "未婚") {
		t.Error("the forbidden column comes back")
	}
	ctx := context.Background()
	if all, _ := w.zuji.Registry.Buildings(ctx, w.compound.ID); len(all) != 0 {
		t.Error("a dry run has changed the register")
	}
	li.presses("📥 导入 4 户")
	li.sees("新增 4 户，早就有的 0 户")
	found, n, err := w.zuji.Registry.Find(ctx, w.compound.ID, "3-1-501", 5)
	if err != nil || n != 1 || found[0].State != tenancy.Accepted || len(found[0].Living()) != 2 || found[0].People[1].Document.Number != "219999198802290025" {
		t.Fatalf("imported %+v, %v", found, err)
	}
	li.uploads("台账.csv", data)
	li.sees("可以导入 4 户")
	w.settled()
	li.presses("📥 导入 4 户")
	li.sees("新增 0 户，早就有的 4 户")
	if wrong, err := w.zuji.Registry.Verify(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("%v %v", wrong, err)
	}
	exportBoth(t, w, li)
}

func exportBoth(t *testing.T, w *world, li *person) {
	t.Helper()
	li.says("/export")
	li.presses("派出所")
	li.presses("CSV")
	li.asked("做什么用")
	li.says("按规定报送")
	li.presses("📤 导出")
	raw, protected := li.file("幸福花园 租住人员.csv")
	if !protected || !bytes.HasPrefix(raw, []byte("\ufeff")) {
		t.Errorf("protected %v, %.6q", protected, raw)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	r.FieldsPerRecord = -1 // the statement above has one cell
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5 || !strings.Contains(rows[0][0], "用途：按规定报送") || rows[2][2] != "李雷" || rows[2][4] != "119999199001010012" {
		t.Errorf("extract:\n%s", raw)
	}
	li.says("/export")
	li.presses("社区居委会")
	li.presses("Excel（.xlsx）")
	li.asked("做什么用")
	li.says("季度统计")
	li.presses("📤 导出")
	raw, _ = li.file("幸福花园 房屋使用情况.xlsx")
	if bytes.Contains(raw, []byte("李雷")) {
		t.Error("the committee gets names")
	}
	all, err := w.zuji.Registry.Extracts(context.Background(), w.compound.ID, 10)
	if err != nil || len(all) != 2 || all[0].Purpose != "季度统计" || all[0].Rows != 4 || all[1].For != "police" || all[1].Rows != 3 {
		t.Errorf("on record: %+v, %v", all, err)
	}
}

// An import that a stop has interrupted goes on after the restart.
func TestLedger_GoesOnAfterARestart(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	var b strings.Builder
	b.WriteString("楼栋,单元,房号,业主姓名,租客姓名,起租日期,到期日期\n")
	const homes = 1500
	for n := range homes {
		fmt.Fprintf(&b, "%d,1,%d%02d,王建国,李雷,2026-01-01,2026-12-31\n", n/100+1, n%100/4+1, n%4+1)
	}
	li.uploads("台账.csv", []byte(b.String()))
	li.sees(fmt.Sprintf("可以导入 %d 户", homes))
	li.presses(fmt.Sprintf("📥 导入 %d 户", homes))
	li.sees("正在导入")
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if all, err := w.zuji.Registry.Imports(context.Background()); err == nil && len(all) == 1 && all[0].Done > 0 {
			break
		}
	}
	w.stop()
	w.start()
	li.sees(fmt.Sprintf("新增 %d 户", homes))
	all, err := w.zuji.Registry.Buildings(context.Background(), w.compound.ID)
	n := 0
	for _, one := range all {
		n += one.Counts[tenancy.HomeLet]
	}
	if err != nil || n != homes {
		t.Errorf("%d homes are let, %v", n, err)
	}
}

func TestLedger_WhatCannotBeReadChangesNothing(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"old.xls":   {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2048)...), "读不了"},
		"empty.csv": {[]byte("楼栋,房号,业主姓名,租客姓名,起租日期,到期日期\n"), "没有内容"},
		"wrong.csv": {[]byte("甲,乙\n1,2\n"), "没找到这些列"},
	} {
		li.uploads(name, c.data)
		if name == "old.xls" {
			w.settled()
			all := li.app.Messages(0)
			if m := all[len(all)-1]; m.From.ID == manager || len(m.Inline) > 0 || strings.Count(m.Text, "\n") > 0 {
				t.Errorf("%s: %q", name, m.Text)
			}
			continue
		}
		li.asked(c.says)
	}
	if all, err := w.zuji.Registry.Imports(context.Background()); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	wang.uploads("台账.csv", []byte(smallLedger))
	wang.asked("请用文字回答")
}

// Where extracts may not leave the country, only their place is told.
func TestExport_KeptAtHome(t *testing.T) {
	w, _ := at(t)
	ctx := context.Background()
	home, err := w.zuji.Registry.AddCompound(ctx, "compound-two", admin, tenancy.Compound{Name: "阳光花园", City: tenancy.DefaultCity, Exports: tenancy.KeepExports})
	if err != nil {
		t.Fatal(err)
	}
	w.invite(home.ID, stranger)
	zhang := w.as(stranger)
	zhang.says("/export")
	for _, s := range []string{"派出所", "CSV", "按规定报送"} {
		zhang.says(s)
		w.settled()
	}
	zhang.presses("📤 导出")
	zhang.sees("文件在服务器上")
	for _, m := range zhang.app.Messages(0) {
		if m.Document != nil {
			t.Error("the file was sent")
		}
	}
	if files, _ := filepath.Glob(filepath.Join(w.config.Data, "exports", "*.csv")); len(files) != 1 {
		t.Errorf("files: %v", files)
	} else if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// The largest ledger, three rows in a hundred of them wrong, within a minute, and
// no more and no less than a plain count says.
func TestLedger_Largest(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	const rows, every = ledgerSize, 33
	var b strings.Builder
	b.WriteString("楼栋,单元,房号,业主姓名,业主电话,租客姓名,租客电话,起租日期,到期日期\n")
	good := 0
	for n := range rows {
		end := "2026-12-31"
		if n%every == 0 {
			end = "2026-02-30"
		} else {
			good++
		}
		fmt.Fprintf(&b, "%d,%d,%d%02d,王建国,13800138000,李雷,13900139000,2026-01-01,%s\n", n/400+1, n/100%4+1, n/4%25+1, n%4+1, end)
	}
	begun := time.Now()
	li.uploads("台账.csv", []byte(b.String()))
	li.within(time.Minute).sees(fmt.Sprintf("其中 %d 行有问题", rows-good))
	checked := time.Since(begun)
	var during runtime.MemStats
	li.presses(fmt.Sprintf("📥 导入 %d 户", good))
	li.within(2 * time.Minute).sees(fmt.Sprintf("新增 %d 户", good))
	took := time.Since(begun)
	runtime.ReadMemStats(&during)
	all, err := w.zuji.Registry.Buildings(context.Background(), w.compound.ID)
	n := 0
	for _, one := range all {
		n += one.Counts[tenancy.HomeLet]
	}
	if err != nil || n != good {
		t.Errorf("%d homes are let, %v; want %d", n, err, good)
	}
	t.Logf("%d rows: checked in %v, imported in %v; heap in use %d MB", rows, checked.Round(time.Millisecond), took.Round(time.Millisecond), during.HeapInuse>>20)
	if took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

// The same file sent again while it is being imported disturbs nothing.
func TestLedger_SentAgainWhileItIsImported(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	var b strings.Builder
	b.WriteString("楼栋,单元,房号,业主姓名,租客姓名,起租日期,到期日期\n")
	const homes = 3000
	for n := range homes {
		fmt.Fprintf(&b, "%d,1,%d%02d,王建国,李雷,2026-01-01,2026-12-31\n", n/100+1, n%100/4+1, n%4+1)
	}
	li.uploads("台账.csv", []byte(b.String()))
	li.sees(fmt.Sprintf("可以导入 %d 户", homes))
	li.presses(fmt.Sprintf("📥 导入 %d 户", homes))
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if all, err := w.zuji.Registry.Imports(context.Background()); err == nil && len(all) == 1 && all[0].Done > 0 {
			break
		}
	}
	if _, err := w.zuji.Registry.KeepLedger(context.Background(), registry.Import{Compound: w.compound.ID, By: manager}, []byte(b.String())); err != nil {
		t.Fatal(err)
	}
	if i := oneImport(t, w); i.Begun.IsZero() || i.Message == 0 || i.Done == 0 {
		t.Errorf("sent again, the import is %+v", i)
	}
	li.within(time.Minute).sees(fmt.Sprintf("新增 %d 户", homes))
}

// oneImport is the one import that is running, or a new one for its compound.
func oneImport(t *testing.T, w *world) registry.Import {
	t.Helper()
	all, err := w.zuji.Registry.Imports(context.Background())
	if err != nil || len(all) != 1 {
		t.Fatalf("%d imports, %v", len(all), err)
	}
	return all[0]
}

// A press takes effect though nothing can be shown of it.
func TestLedger_ImportsThoughTheProgressIsNotShown(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	li.uploads("台账.csv", []byte(smallLedger))
	li.sees("可以导入 3 户")
	w.settled()
	w.telegram.Faults(func(method string, chat int64) *standin.Fault {
		if method == "sendMessage" {
			return &standin.Fault{Code: 400, Description: "Bad Request: made up"}
		}
		return nil
	})
	li.presses("📥 导入 3 户")
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if all, err := w.zuji.Registry.Buildings(context.Background(), w.compound.ID); err == nil && len(all) == 1 && all[0].Counts[tenancy.HomeLet] == 1 {
			return
		}
	}
	t.Error("the ledger was not imported")
}
