package papers_test

import (
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

// A landlord signs the form and hands it in: everything stands in full.
func TestApplication_IsFilled(t *testing.T) {
	one, c := letting()
	data, err := press(t).Application(one, c, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "application", data)
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	has(t, pages[0], "房屋租赁登记备案申请书", "物业登记编号："+one.Receipt, c.Address+c.Name, "3栋1单元502室", "5 层", "■ 整租　□ 分租　□ 转租",
		"■ 居住　□ 办公　□ 其他", "89.5 ㎡", "2 间", "辽(2025)大连市不动产权第00000001号", "王建国", "138 0013 8000", "居民身份证", "119999199001010012",
		"产权人", "不是转租，不需要", "承租人", "李雷", "21999919900101018X", "139 0013 9000", "同住人", "Jean-Luc O'Neil", "外国护照", "E1234567X",
		"2026年10月1日 至 2027年9月30日（共 12 个月）", "2026年9月5日", "¥3,500.00（大写：叁仟伍佰元整）", "季付，5 日付", "退租后 7 天内", "■ 已写明　□ 未写明",
		"□ 是　■ 否", "□ 房屋租赁合同", "出（转）租人签章：", "承租人签章：", "以下由受理部门填写", "办理备案不收费")
	hasNot(t, pages[0], "代理人签章", "****")
}

// What is not known is left to the pen.
func TestApplication_LeavesLinesForWhatIsNotKnown(t *testing.T) {
	one, c := letting()
	one.Filing, one.Landlord.Document, one.Landlord.Name = tenancy.Filing{}, one.People[1].Document, ""
	one.People[0].Phone, one.People[0].Document.Number = "", ""
	data, err := press(t).Application(one, c, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "application-empty", data)
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	text := pages[0]
	has(t, text, "□ 整租　□ 分租　□ 转租", "权属证书号________________", "月租金________________", "押金________________", "建筑面积________", "合同编号________________", "姓名或名称________________")
	has(t, text, "■ 新办")
	hasNot(t, text, "■ 整租", "■ 居住", "■ 已写明", "■ 否", "¥", "零元整")
}

func TestApplication_TwentyPeopleAndLongNames(t *testing.T) {
	one, c := crowd()
	data, err := press(t).Application(one, c, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "application-crowd", data)
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	all := strings.Join(pages, "")
	has(t, all, one.Landlord.Name, one.Landlord.Code, "统一社会信用代码", "张伟　137 0013 7000", "委托书", one.Filing.BrokerName, one.People[3].Name, "代理人签章：")
	for _, p := range one.People {
		has(t, all, p.Document.Number)
	}
}
