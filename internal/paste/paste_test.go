package paste_test

import (
	"fmt"
	"slices"
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
	for _, p := range b.Problems {
		parts = append(parts, string(p.Kind)+"!"+p.Err.Reason)
	}
	return strings.Join(parts, " ")
}

const lei = "租客=李雷 租客.电话=139 0013 9000 租客.证件=119999199001010012"

var samples = map[string]map[string]string{
	"labels, one a line": {
		"姓名：李雷\n电话：139 0013 9000\n身份证：119999199001010012":                                   lei,
		"姓名:李雷\r\n手机:13900139000\r\n身份证号:119999199001010012":                                lei,
		"承租人：李雷；证件号码：119999 19900101 0012；手机号：13900139000":                                  lei,
		"1、姓名：李雷\n2、电话：13900139000\n3、身份证号码：119999199001010012":                             lei,
		"【姓名】李雷\n【电话】13900139000\n【身份证】119999199001010012":                                  lei,
		"姓名\n李雷\n电话\n13900139000\n身份证\n119999199001010012":                                  lei,
		"租客姓名：李雷\n租客电话：13900139000\n租客身份证：119999199001010012":                               lei,
		"小区：幸福花园 房号：3-1-502 入住：12月1日":                                                       "小区=幸福花园 房=3栋1单元502室 入住=2026-12-01",
		"起租日期：2026-12-01\n到期日：2027-11-30":                                                   "起=2026-12-01 止=2027-11-30",
		"甲方：王建国\n乙方：李雷\n房屋地址：幸福花园3栋1单元502室\n租期：2026年1月1日至2026年12月31日\n租金：3500元/月\n押金：3500元": "小区=幸福花园 房=3栋1单元502室 房东=王建国 租客=李雷 起=2026-01-01 止=2026-12-31 租金=350000 押金=350000",
	},
	"no labels": {
		"李雷 13900139000 119999199001010012":                                   lei,
		"119999199001010012，李雷，139-0013-9000":                                 lei,
		"李雷\n13900139000\n119999199001010012\n3-1-502":                        "房=3栋1单元502室 " + lei,
		"３号楼５０２ 李雷 １３９００１３９０００":                                               "房=3栋502室 租客=李雷 租客.电话=139 0013 9000",
		"李雷，H00000001，租一年，3-1-502":                                            "房=3栋1单元502室 租客=李雷 租客.证件=H00000001 月=12",
		"李雷13900139000 119999199001010012 3-1-502 2026.12.1-2027.11.30 3500元": "房=3栋1单元502室 " + lei + " 起=2026-12-01 止=2027-11-30 租金=350000",
	},
	"one line, half labelled": {
		"租客 李雷 13900139000 3-1-502 2026.1.1起租一年":      "房=3栋1单元502室 租客=李雷 租客.电话=139 0013 9000 起=2026-01-01 月=12",
		"房东王建国13800138000，租客李雷13900139000":            "房东=王建国 房东.电话=138 0013 8000 租客=李雷 租客.电话=139 0013 9000",
		"租客李雷身份证119999199001010012电话13900139000":      lei,
		"房东：王建国 13800138000\n租客：李雷 13900139000":       "房东=王建国 房东.电话=138 0013 8000 租客=李雷 租客.电话=139 0013 9000",
		"3-1-502，月租3500，押金7000，明天入住":                  "房=3栋1单元502室 入住=2026-11-24 租金=350000 押金=700000",
		"房号3-1-502租期一年租金3500押金7000":                   "房=3栋1单元502室 月=12 租金=350000 押金=700000",
		"租客李雷\n电话13900139000":                         "租客=李雷 租客.电话=139 0013 9000",
		"3栋1单元502 李雷 139 0013 9000 从12月1号开始租一年 3500块": "房=3栋1单元502室 租客=李雷 租客.电话=139 0013 9000 起=2026-12-01 月=12 租金=350000",
	},
	"term and money": {
		"房号3-1-502 租期2026.1.1-2026.12.31":     "房=3栋1单元502室 起=2026-01-01 止=2026-12-31",
		"房号：3-1-502\n租期：2026.1.1到2027.6.30":   "房=3栋1单元502室 起=2026-01-01 止=2027-06-30",
		"3-1-502 2026年12月1日 至 2027年11月30日":    "房=3栋1单元502室 起=2026-12-01 止=2027-11-30",
		"3-1-502 租期12月1日至11月30日":              "房=3栋1单元502室 起=2026-12-01 止=2027-11-30",
		"3-1-502 租期：1年（2026.12.1-2027.11.30）": "房=3栋1单元502室 月=12 起=2026-12-01 止=2027-11-30",
		"3-1-502 租金 3,500 元/月 押一付三":           "房=3栋1单元502室 租金=350000", "3-1-502 租金3500 押金：押一付三": "房=3栋1单元502室 租金=350000 押金=350000",
		"3-1-502 月租：三千五 押金：两个月": "房=3栋1单元502室 租金=350000 押金=700000",
		"幸福花园 3-1-502\n房东：王建国 13800138000\n租客：李雷 身份证 119999199001010012 电话 13900139000\n租期：2026.12.1 起租一年\n租金3500元/月 押一付三": "小区=幸福花园 房=3栋1单元502室 房东=王建国 房东.电话=138 0013 8000 " + lei + " 起=2026-12-01 月=12 租金=350000",
	},
	"several tenants": {
		"租客：李雷，13900139000\n租客：韩梅梅，13900139001": "租客=李雷 租客.电话=139 0013 9000 租客=韩梅梅 租客.电话=139 0013 9001",
		"李雷 13900139000\n韩梅梅 13900139001":       "租客=李雷 租客.电话=139 0013 9000 租客=韩梅梅 租客.电话=139 0013 9001",
		"13900139000 李雷\n13900139001 韩梅梅":       "租客=李雷 租客.电话=139 0013 9000 租客=韩梅梅 租客.电话=139 0013 9001",
		"租客：李雷、韩梅梅\n房号：3-1-502":                 "房=3栋1单元502室 租客=李雷 租客=韩梅梅",
		"李雷 13900139000\n备用 13900139009":        "租客=李雷 租客.电话=139 0013 9000",
		"租客：李雷\n房号：3-1-502\n乙方：李雷":              "房=3栋1单元502室 租客=李雷",
	},
	"other names and documents": {
		"业主 王建国\n租户 John Smith\n护照 E1234567X": "房东=王建国 租客=John Smith 租客.证件=E1234567X",
		"租客：李雷，护照：E1234567X":                  "租客=李雷 租客.证件=E1234567X",
		"租客：阿凡提·买买提 13900139000":              "租客=阿凡提·买买提 租客.电话=139 0013 9000",
		"欧阳娜娜 13900139000":                    "租客=欧阳娜娜 租客.电话=139 0013 9000",
	},
	"slips in labels": {
		"承祖人：李雷\n身分证：119999199001010012\n电活：13900139000": lei,
		"姓明：李雷 房好：3-1-502":                               "房=3栋1单元502室 租客=李雷",
	},
	"recognised but wrong": {
		"李雷 119999199001010013 13900139000": "租客=李雷 租客.电话=139 0013 9000 租客.错=document_check document!document_check",
		"租客：李雷 身份证：11999919900101001 ":      "租客=李雷 租客.错=document_length document!document_length",
		"李雷 1390013900":                     "租客=李雷 phone!phone_length",
		"房号：3-1-502 租期：2026.2.30起一年":        "房=3栋1单元502室 月=12 start!date_impossible",
		"3-1-502 租金：42000/年":                "房=3栋1单元502室 rent!amount_period",
		"租客李雷 房号：3-1":                       "租客=李雷 unit!unit",
		"租客李雷 3-1-502阳台":                    "租客=李雷 unit!unit_barred",
	},
	"what a tenancy does not ask is left out": {
		"租客李雷 13900139000\n紧急联系人：韩梅梅 13900139001":   "租客=李雷 租客.电话=139 0013 9000",
		"租客李雷 13900139000 银行卡号：6222020000000000000": "租客=李雷 租客.电话=139 0013 9000",
		"李雷 13900139000 6222020000000000000":        "租客=李雷 租客.电话=139 0013 9000",
		"租客李雷 13900139000\n签订日期：2026.11.1":          "租客=李雷 租客.电话=139 0013 9000",
		"房东直租 3-1-502 3500元/月":                      "房=3栋1单元502室 租金=350000",
		"3-1-502 3500元 精装 朝南 家电齐全 包物业":              "房=3栋1单元502室 租金=350000",
	},
}

func TestParse(t *testing.T) {
	for rule, rows := range samples {
		for text, want := range rows {
			b := paste.Parse(text, today)
			got, expected := strings.Fields(show(b)), strings.Fields(want)
			slices.Sort(got)
			slices.Sort(expected)
			if !slices.Equal(got, expected) || !b.Plausible() {
				t.Errorf("%s: Parse(%q), plausible %v\n got %s\nwant %s", rule, text, b.Plausible(), show(b), want)
			}
		}
	}
}

// A problem tells what is wrong but not what was typed.
func TestParse_ProblemsHoldNoNumber(t *testing.T) {
	b := paste.Parse("李雷 119999199001010013 1390013900", today)
	for _, p := range b.Problems {
		if s := fmt.Sprint(p.Err.Reason, p.Err.Args); strings.Contains(s, "1390013900") || strings.Contains(s, "0101001") {
			t.Errorf("problem shows a number: %s", s)
		}
	}
	if len(b.Problems) != 2 {
		t.Errorf("problems %v", b.Problems)
	}
}

func TestPlausible_LeavesSingleAnswersAlone(t *testing.T) {
	for _, text := range []string{"李雷", "13900139000", "139 0013 9000", "3-1-502", "3栋1单元502室", "2026年1月1日", "明天", "一年", "3500元", "119999199001010012", "119999 19900101 0012", "幸福花园", "上一步", "没有了", "John Smith", "幸福小区3-1-502", "2026.1.1", "一年半", "12个月", "阿凡提·买买提", "合同上写的和证件不一致", "李雷 韩梅梅", "幸福花园 3-1-502", "房东", "138 0013 8000（微信同号）", "三千五", "押一付三", "我想登记", ""} {
		if b := paste.Parse(text, today); b.Plausible() {
			t.Errorf("%q is taken for a block: %s", text, show(b))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, rows := range samples {
		for text := range rows {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := paste.Parse(s, today)
		if _, plausible := paste.Read(s, today); plausible != b.Plausible() {
			t.Errorf("Read(%q) says that it is a block: %v", s, plausible)
		}
		if b.Months < 0 || b.Rent < 0 || b.Deposit < 0 || !b.Start.IsZero() && !b.Start.Valid() || !b.End.IsZero() && !b.End.Valid() {
			t.Errorf("Parse(%q) = %s", s, show(b))
		}
		for _, p := range append(b.Tenants, b.Landlord) {
			if again, err := identity.ParseName(p.Name); p.Name != "" && (err != nil || again != p.Name) {
				t.Errorf("Parse(%q) has a name %q", s, p.Name)
			}
		}
	})
}
