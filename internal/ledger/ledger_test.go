package ledger_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/ledger"
	"zuji/internal/tenancy"
)

func day(s string) (d calendar.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

// workbook writes rows as a workbook; a float64 stays a number.
func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func texts(line string) (row []any) {
	for c := range strings.SplitSeq(line, "|") {
		row = append(row, c)
	}
	return row
}

func open(t *testing.T, data []byte) *ledger.Book {
	t.Helper()
	b, err := ledger.Open(data)
	if err != nil {
		t.Fatalf("%v %+v", err, err)
	}
	return b
}

// one checks a ledger with one record.
func one(t *testing.T, data []byte) (*ledger.Book, ledger.Record) {
	t.Helper()
	b := open(t, data)
	res := b.Check(today)
	if len(res.Records) != 1 || len(res.Findings) > 0 {
		t.Fatalf("%d records, findings %s", len(res.Records), list(res.Findings))
	}
	return b, res.Records[0]
}

func list(all []ledger.Finding) string {
	var s []string
	for _, f := range all {
		s = append(s, fmt.Sprintf("%d %s %s", f.Row, f.Column, f.Why.Reason))
	}
	return strings.Join(s, "; ")
}

// A ledger as a property manager keeps it: a title, headings of their own, dates
// and phones as numbers, a column that nobody may keep.
func TestOpen_ALedgerAsItIsKept(t *testing.T) {
	b, rec := one(t, workbook(t,
		texts("幸福花园出租房屋台账"),
		texts("填表人：李经理||2026年11月"),
		texts("序号|栋号|单元|房间号|房东姓名|联系电话|承租人姓名|性别|证件类型|身份证号码|联系电话|租期起|租期止|月租金（元）|押金|居住人数|车位"),
		[]any{1, 3, "一单元", 502.0, "王建国", 1.3800138e10, "李雷", "男", "身份证", "11999919900101001 2", "139-0013-9000", 46023.0, "2026年12月31日", 3500.5, 0, "2人", "B12"},
	))
	tn := rec.Tenancy
	got := fmt.Sprint(rec.Unit, rec.Status, rec.Rows, tn.Landlord.Name, tn.Landlord.Phone, tn.People[0].Name, tn.People[0].Document.Number,
		tn.People[0].Phone, tn.Start, tn.End, tn.Filing.Rent, tn.Filing.Deposit, tn.Headcount, tn.MoveIn, tn.Signed)
	want := "3栋1单元502室let[4]王建国+8613800138000李雷119999199001010012+86139001390002026-01-012026-12-31350050 0 2 2026-01-01 2026-01-01"
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if fmt.Sprint(b.Refused) != "[性别]" || fmt.Sprint(b.Ignored) != "[序号 车位]" {
		t.Errorf("refused %v, ignored %v", b.Refused, b.Ignored)
	}
	raw, err := json.Marshal(b.Headings)
	if err != nil || strings.Contains(string(raw), "性别") {
		t.Errorf("headings %s, %v", raw, err)
	}
}

// Two rows of headings: the first says whose, the second what.
func TestOpen_HeadingsInTwoRows(t *testing.T) {
	_, rec := one(t, workbook(t,
		texts("房屋坐落|出租人信息||承租人信息||租赁期限|"),
		texts("|姓名|电话|姓名|身份证号|起|止"),
		texts("幸福路8号幸福花园3号楼1单元502|王建国|13800138000|李雷|119999199001010012|2026.1.1|2026.12.31"),
	))
	if rec.Unit.String() != "3栋1单元502室" || rec.Tenancy.Landlord.Phone != "+8613800138000" || rec.Tenancy.People[0].Document.Number == "" || rec.Tenancy.Start != day("2026-01-01") {
		t.Errorf("%+v", rec)
	}
}

const csvLedger = "房号,业主,租客,租期\r\n3-1-502,王建国,李雷,2026-01-01至2026-12-31\r\n"

func TestOpen_CSVInEveryEncoding(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(csvLedger)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(csvLedger, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"UTF-8": csvLedger, "with a mark": "\ufeff" + csvLedger, "GB 18030": gb, "UTF-16 with tabs": wide, "semicolons": strings.ReplaceAll(csvLedger, ",", ";")} {
		t.Run(what, func(t *testing.T) {
			_, rec := one(t, []byte(text))
			if rec.Tenancy.People[0].Name != "李雷" || rec.Tenancy.End != day("2026-12-31") {
				t.Errorf("%+v", rec)
			}
		})
	}
}

// Rows are numbered as a spreadsheet shows them, whatever breaks the lines.
func TestOpen_CSVRowNumbers(t *testing.T) {
	b := open(t, []byte("台账\n\n\"房号\n（必填）\",业主,租客,起租日期,到期日期\n\n3-1-502,王建国,李雷,2026-01-01,2026-12-31\n3-1-503,\"王\n建国\",,,\n"))
	res := b.Check(today)
	if fmt.Sprint(res.Records[0].Rows, res.Records[1].Rows) != "[5] [6]" {
		t.Errorf("%+v", res.Records)
	}
}

// Several tenants of one home: on rows with the same term, or below a merged cell.
func TestCheck_SeveralTenantsOfOneHome(t *testing.T) {
	head := "房号|业主|租客|身份证号|起租日期|到期日期|同住人\n"
	for what, rows := range map[string]string{
		"rows of their own": "3-1-502|王建国|李雷|119999199001010012|2026-01-01|2026-12-31|韩小小\n3-1-503|王建国||||\n三栋一单元502|王建国|韩梅梅|21999919900101018X|2026/1/1|2026.12.31|韩小小",
		"a merged cell":     "3-1-502|王建国|李雷|119999199001010012|2026-01-01|2026-12-31|韩小小\n||韩梅梅|21999919900101018X||\n3-1-503|王建国||||",
	} {
		t.Run(what, func(t *testing.T) {
			res := open(t, []byte(strings.ReplaceAll(head+rows, "|", ","))).Check(today)
			if len(res.Records) != 2 || len(res.Findings) > 0 {
				t.Fatalf("%d records; %s", len(res.Records), list(res.Findings))
			}
			var names []string
			for _, p := range res.Records[0].Tenancy.People {
				names = append(names, p.Item+p.Name+string(p.Next))
			}
			if got := strings.Join(names, " "); got != "a李雷tenant b韩梅梅occupant c韩小小none" {
				t.Error(got)
			}
			if res.Records[0].Tenancy.Headcount != 3 || len(res.Records[0].Rows) != 2 || res.Records[1].Status != ledger.Unknown {
				t.Errorf("%+v", res.Records)
			}
		})
	}
}

// What is wrong is said by row and column, each in its own words.
func TestCheck_WhatIsWrong(t *testing.T) {
	head := "房号|房屋状态|业主姓名|业主电话|租客姓名|证件类型|身份证号|租客电话|起租日期|到期日期|签订日期|居住人数|月租金|面积\n"
	good := "3-1-502|出租|王建国|13800138000|李雷||119999199001010012|13900139000|2026-01-01|2026-12-31|2025-12-20|2|3500|89.5"
	for row, want := range map[string]string{
		good: "",
		"3-1-502|出租|王建国||李雷|||||2026-12-31||||":                                "start ledger_missing",
		"||王建国||李雷||||2026-01-01|2026-12-31||||":                               "room ledger_missing",
		"5楼|出租|||||||||||||":                                                   "room ledger_unit; landlord ledger_missing; tenant ledger_missing; start ledger_missing; end ledger_missing",
		strings.Replace(good, "119999199001010012", "1.19999199001010E+17", 1): "tenant_document ledger_rounded",
		strings.Replace(good, "119999199001010012", "119999199001010000", 1):   "tenant_document ledger_rounded",
		strings.Replace(good, "119999199001010012", "119999199001010013", 1):   "tenant_document document_check",
		strings.Replace(good, "|119999199001010012", "|AB12345", 1):            "tenant_document ledger_kind",
		strings.Replace(good, "||119999199001010012", "|护照|AB12345", 1):        "",
		strings.Replace(good, "||119999199001010012", "|回乡证|AB12345", 1):       "tenant_document document_home_return",
		strings.Replace(good, "13900139000", "1.39E+10", 1):                    "tenant_phone ledger_rounded",
		strings.Replace(good, "13900139000", "1390013900", 1):                  "tenant_phone phone_length",
		strings.Replace(good, "13900139000", "13900139000/13800138000", 1):     "",
		strings.Replace(good, "李雷", "李雷、韩梅梅", 1):                               "tenant ledger_names",
		strings.Replace(good, "李雷", "13900139000", 1):                          "tenant name",
		strings.Replace(good, "2026-01-01", "1月1日", 1):                         "start ledger_date",
		strings.Replace(good, "2026-01-01", "2026-02-30", 1):                   "start date_impossible",
		strings.Replace(good, "2026-01-01", "2027-01-01", 1):                   "end ledger_end",
		strings.Replace(good, "2026-12-31", "2056-01-01", 1):                   "end ledger_twenty_years",
		strings.Replace(good, "2026-12-31", "2126-01-01", 1):                   "end date_far",
		strings.Replace(good, "2025-12-20", "2026-12-20", 1):                   "signed ledger_future",
		strings.Replace(good, "|2|3500|89.5", "|0|三千五|1", 1):                   "headcount ledger_headcount; area ledger_area",
		strings.Replace(good, "|2|3500|89.5", "|2|待定|89.5平方米", 1):              "rent amount",
		strings.Replace(good, "出租", "空置", 1):                                   "state ledger_state_conflict",
		good + "\n" + strings.Replace(good, "王建国", "赵强", 1):                    "landlord ledger_landlord;  ledger_same_home",
		good + "\n" + good: "tenant ledger_twice",
		good + "\n" + strings.Replace(good, "2026-12-31", "2027-12-31", 1):                 "start ledger_later",
		good + "\n" + strings.Replace(good, "119999199001010012", "119999199001010013", 1): "ledger_same_home; tenant_document document_check",
		good + "\n3-1-502|自住|||||||||||||":                                                 "state ledger_two_states; state ledger_two_states",
	} {
		res := open(t, []byte(strings.ReplaceAll(head+row, "|", ","))).Check(today)
		var got []string
		rows := map[int]bool{}
		for _, f := range res.Findings {
			got = append(got, strings.TrimSpace(string(f.Column)+" "+f.Why.Reason))
			rows[f.Row] = true
		}
		if sorted(strings.Join(got, "; ")) != sorted(want) {
			t.Errorf("%s:\n got %s\nwant %s", row, strings.Join(got, "; "), want)
		}
		if res.Good+len(rows) != res.Rows {
			t.Errorf("%s: %d good and %d bad rows of %d", row, res.Good, len(rows), res.Rows)
		}
	}
}

func sorted(s string) string {
	parts := strings.Split(s, ";")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	for i := range parts {
		for j := range i {
			if parts[i] < parts[j] {
				parts[i], parts[j] = parts[j], parts[i]
			}
		}
	}
	return strings.Join(parts, ";")
}

func TestCheck_ACompanyAsLandlord(t *testing.T) {
	_, rec := one(t, []byte("房号,业主,业主证件号码,租客,租期\n3-1-502,幸福(大连)住房租赁有限公司,91999999MA0TE5T08K,李雷,2026.1.1-2026.12.31"))
	if l := rec.Tenancy.Landlord; l.Kind != tenancy.Firm || l.Code != "91999999MA0TE5T08K" || rec.Tenancy.Role != tenancy.Company {
		t.Errorf("%+v", rec.Tenancy)
	}
}

func bomb(t *testing.T) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(bytes.Repeat([]byte("<row></row>"), 3<<20))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What can't be read gets one reason that says what to do, and never a crash.
func TestOpen_BadFiles(t *testing.T) {
	ole := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600))
	locked := append(bytes.Clone(ole), []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")...)
	var docx bytes.Buffer
	z := zip.NewWriter(&docx)
	if _, err := z.Create("word/document.xml"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	good := workbook(t, texts("房号|业主|租客|租期"), texts("3-1-502|王建国|李雷|2026.1.1-2026.12.31"))
	for what, c := range map[string]struct {
		data []byte
		want string
	}{
		"an .xls":                    {ole, "ledger_xls"},
		"a web page called .xls":     {[]byte("\r\n<html><table><tr><td>房号"), "ledger_xls"},
		"one with a password":        {locked, "ledger_password"},
		"more than 20 MB":            {make([]byte, 20<<20+1), "ledger_huge"},
		"more than 50,000 rows":      {[]byte("房号,业主,租客,租期\n" + strings.Repeat("3-1-502,王建国,李雷,x\n", 50_001)), "ledger_huge"},
		"a zip bomb":                 {bomb(t), "ledger_bomb"},
		"other headings":             {workbook(t, texts("姓名|工资"), texts("李雷|1")), "ledger_headings"},
		"no dates":                   {[]byte("房号,业主,租客\n3-1-502,王建国,李雷\n"), "ledger_headings"},
		"headings only":              {[]byte("房号,业主,租客,租期\n"), "ledger_empty"},
		"nothing":                    {nil, "ledger_empty"},
		"an empty workbook":          {workbook(t), "ledger_empty"},
		"a PDF":                      {[]byte("%PDF-1.7\n"), "ledger_unreadable"},
		"a picture":                  {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "ledger_unreadable"},
		"a Word document":            {docx.Bytes(), "ledger_unreadable"},
		"a workbook cut short":       {good[:len(good)/2], "ledger_unreadable"},
		"a workbook without content": {[]byte("PK\x03\x04"), "ledger_unreadable"},
	} {
		_, err := ledger.Open(c.data)
		bad, ok := errors.AsType[*invalid.Error](err)
		if !ok || bad.Reason != c.want {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
		if what == "no dates" && bad.Args["Missing"] != "起租日期、到期日期" {
			t.Errorf("missing: %v", bad.Args)
		}
	}
}

// The sheet with the ledger need not be the first; what is not read is named.
func TestOpen_FindsTheSheet(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, rows := range [][]string{{"说明", "请勿外传"}, {"房号|业主|租客|租期", "3-1-502|王建国|李雷|2026.1.1-2026.12.31"}, {"房号|业主|租客|租期", "4-1-502|王建国|李雷|2026.1.1-2026.12.31"}, {}} {
		name := fmt.Sprintf("%d栋", i+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for n, row := range rows {
			cells := texts(row)
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	b, rec := one(t, out.Bytes())
	if b.Sheet != "2栋" || rec.Unit.Building != "3" || fmt.Sprint(b.Others) != "[3栋]" {
		t.Errorf("%q %v %v", b.Sheet, rec.Unit, b.Others)
	}
}

// Whatever bytes come, Open and Check end, and every row is good or has a remark.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(csvLedger))
	f.Add([]byte("房号,业主,租客,起租日期,到期日期,人数\n3-1-502,\"王\",李雷,1e5,2026-13-01,九\n,,韩梅梅,,,\n"))
	f.Add([]byte("房屋坐落;业主;租客;租期;面积\n幸福路8号3栋1单元502;a;b;--;1e300\n"))
	f.Add([]byte("\xff\xfe\x3f\x62\xf7\x53"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ledger.Open(data)
		if err != nil {
			if _, ok := errors.AsType[*invalid.Error](err); !ok {
				t.Fatalf("%v", err)
			}
			return
		}
		res := b.Check(today)
		bad := map[int]bool{}
		for _, f := range res.Findings {
			bad[f.Row] = true
		}
		if res.Good+len(bad) != res.Rows {
			t.Fatalf("%d good and %d bad rows of %d", res.Good, len(bad), res.Rows)
		}
		if err := b.Remarks(&bytes.Buffer{}, res, words); err != nil {
			t.Fatal(err)
		}
	})
}
