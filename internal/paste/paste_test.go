package paste_test

import (
	"fmt"
	"strings"
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/paste"
)

var today = calendar.Date{Year: 2026, Month: 11, Day: 23}

// show writes what a block says, for comparison.
func show(b paste.Block) string {
	var parts []string
	add := func(name string, v any) {
		if s := fmt.Sprint(v); s != "" && s != "0" {
			parts = append(parts, name+"="+s)
		}
	}
	person := func(name string, p paste.Person) {
		add(name, p.Name)
		add(name+".电话", identity.FormatPhone(p.Phone))
		add(name+".证件", p.Document.Number)
		if p.Wrong != nil {
			add(name+".错", p.Wrong.Reason)
		}
	}
	add("小区", b.Compound)
	add("房", b.Unit)
	person("房东", b.Landlord)
	for _, t := range b.Tenants {
		person("租客", t)
	}
	add("起", b.Start)
	add("止", b.End)
	add("月", b.Months)
	add("入住", b.MoveIn)
	add("租金", b.Rent)
	add("押金", b.Deposit)
	return strings.Join(parts, " ")
}

func TestParse(t *testing.T) {
	const lei = "租客=李雷 租客.电话=139 0013 9000 租客.证件=119999199001010012"
	for text, want := range map[string]string{
		"租客 李雷 13900139000 3-1-502 2026.1.1起租一年":           "房=3栋1单元502室 租客=李雷 租客.电话=139 0013 9000 起=2026-01-01 月=12",
		"姓名：李雷\n电话：139 0013 9000\n身份证：119999199001010012":  lei,
		"李雷 13900139000 119999199001010012":                lei,
		"119999199001010012，李雷，139-0013-9000":              "租客.电话=139 0013 9000 租客.证件=119999199001010012 租客=李雷",
		"承租人：李雷；证件号码：119999 19900101 0012；手机号：13900139000": lei,
		"房东王建国13800138000，租客李雷13900139000":                 "",
		"房东：王建国 13800138000\n租客：李雷 13900139000":            "房东=王建国 房东.电话=138 0013 8000 租客=李雷 租客.电话=139 0013 9000",
		"甲方：王建国\n乙方：李雷\n房屋地址：幸福花园3栋1单元502室\n租期：2026年1月1日至2026年12月31日\n租金：3500元/月\n押金：3500元":                                "小区=幸福花园 房=3栋1单元502室 房东=王建国 租客=李雷 起=2026-01-01 止=2026-12-31 租金=350000 押金=350000",
		"幸福花园 3-1-502\n房东：王建国 13800138000\n租客：李雷 身份证 119999199001010012 电话 13900139000\n租期：2026.12.1 起租一年\n租金3500元/月 押一付三": "小区=幸福花园 房=3栋1单元502室 房东=王建国 房东.电话=138 0013 8000 租客=李雷 租客.电话=139 0013 9000 租客.证件=119999199001010012 起=2026-12-01 月=12 租金=350000",
		"租客：李雷，13900139000\n租客：韩梅梅，13900139001": "租客=李雷 租客.电话=139 0013 9000 租客=韩梅梅 租客.电话=139 0013 9001",
		"３号楼５０２ 李雷 １３９００１３９０００":                 "房=3栋502室 租客=李雷 租客.电话=139 0013 9000",
		"房号3-1-502 租期2026.1.1-2026.12.31":       "房=3栋1单元502室 起=2026-01-01 止=2026-12-31",
		"房号：3-1-502\n租期：2026.1.1到2027.6.30":     "房=3栋1单元502室 起=2026-01-01 止=2027-06-30",
		"起租日期：2026-12-01\n到期日：2027-11-30":       "起=2026-12-01 止=2027-11-30",
		"李雷 119999199001010013 13900139000":     "租客=李雷 租客.电话=139 0013 9000 租客.错=document_check",
		"租客李雷\n电话13900139000":                   "租客=李雷 租客.电话=139 0013 9000",
		"业主 王建国\n租户 John Smith":                 "",
		"3-1-502，月租3500，押金7000，明天入住":            "房=3栋1单元502室 入住=2026-11-24 租金=350000 押金=700000",
		"租客：李雷，护照：E1234567X":                    "租客=李雷 租客.证件=E1234567X",
		"小区：幸福花园 房号：3-1-502 入住：12月1日":           "小区=幸福花园 房=3栋1单元502室 入住=2026-12-01",
		"李雷，H00000001，租一年，3-1-502":              "房=3栋1单元502室 租客=李雷 租客.证件=H00000001 月=12",
	} {
		b := paste.Parse(text, today)
		if want == "" {
			continue // only read for panics: how much is understood is open
		}
		got, expected := strings.Fields(show(b)), strings.Fields(want)
		for _, part := range expected {
			if !contains(got, part) {
				t.Errorf("Parse(%q)\n got %s\nwant %s", text, show(b), want)
				break
			}
		}
		if len(got) != len(expected) || !b.Plausible() {
			t.Errorf("Parse(%q), plausible %v\n got %s\nwant %s", text, b.Plausible(), show(b), want)
		}
	}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func TestPlausible_LeavesSingleAnswersAlone(t *testing.T) {
	for _, text := range []string{"李雷", "13900139000", "139 0013 9000", "3-1-502", "3栋1单元502室", "2026年1月1日", "明天", "一年", "3500元", "119999199001010012", "119999 19900101 0012", "幸福花园", "上一步", "没有了", "John Smith", "幸福小区3-1-502", "2026.1.1", "一年半", "12个月", "阿凡提·买买提", "合同上写的和证件不一致", ""} {
		if b := paste.Parse(text, today); b.Plausible() {
			t.Errorf("%q is taken for a block: %s", text, show(b))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("租客 李雷 13900139000 3-1-502 2026.1.1起租一年")
	f.Add("姓名：李雷\n电话：139 0013 9000\n身份证：119999199001010012")
	f.Fuzz(func(t *testing.T, s string) {
		b := paste.Parse(s, today)
		if b.Months < 0 || b.Rent < 0 {
			t.Errorf("Parse(%q) = %s", s, show(b))
		}
	})
}
