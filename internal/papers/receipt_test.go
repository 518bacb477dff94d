package papers_test

import (
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

// A landlord gets a receipt that they can show to anybody: nobody's name or number
// stands on it in full.
func TestReceipt_SaysWhatIsRegistered(t *testing.T) {
	one, c := letting()
	data, err := press(t).Receipt(one, c, link, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "receipt", data)
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	has(t, pages[0], "租赁登记回执", "幸福小区", one.Receipt, "物业已受理", "2026年11月30日（周一） 10:05", "3栋1单元502室",
		"王*国", "138****8000", "房东本人", "2026年10月1日 至 2027年9月30日（共 12 个月）", "2026年9月5日", "2026年9月30日",
		"李*", "219999********018X", "139****9000", "承租人", "同住人", "外国护照", "E1*****7X",
		"入住后 24 小时内", "2026年10月10日（周六）前", "2026年10月5日（周一）前，遇休息日顺延，最迟 2026年10月8日（周四）", "2027年9月30日（周四）",
		"不能代替住房租赁备案证明", "服务台：3号楼一层，每天 9:00–17:30", "物业服务人（盖章）", "打印于 2026年12月1日（周二） 01:00")
	hasNot(t, pages[0], "王建国", "李雷", "O'Neil", "13800138000", "138 0013 8000", "13900139000", "119999199001010012", "21999919900101018X", "E1234567X")
	if got := codes(t, "receipt", data); got != link {
		t.Errorf("the code says %q", got)
	}
}

func TestReceipt_BeforeAcceptanceSaysSo(t *testing.T) {
	one, c := letting()
	one.State, one.Reviewed = tenancy.Submitted, one.Submitted
	data, err := press(t).Receipt(one, c, "", now)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(read(t, "receipt-submitted", data), "")
	has(t, text, "等物业受理")
	hasNot(t, text, "物业已受理", "扫码核对")
}

// Of a registration that came to nothing no date counts.
func TestReceipt_Withdrawn(t *testing.T) {
	one, c := letting()
	one.State, one.Reviewed = tenancy.Withdrawn, one.Submitted
	data, err := press(t).Receipt(one, c, link, now)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(read(t, "receipt-withdrawn", data), "")
	has(t, text, "已撤回")
	hasNot(t, text, "请记住这些日期", "物业已受理")
}

func TestReceipt_TwentyPeopleFlowOntoASecondPage(t *testing.T) {
	one, c := crowd()
	data, err := press(t).Receipt(one, c, link, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "receipt-crowd", data)
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	has(t, pages[0], "第 1 页，共 2 页", c.Name, c.Address, one.Landlord.Name, "张*", "137****7000")
	has(t, pages[1], "第 2 页，共 2 页", "物业服务人（盖章）")
	if all := strings.Join(pages, ""); strings.Count(all, "H0*****") != 20 {
		t.Errorf("%d people are listed", strings.Count(all, "H0*****"))
	}
}
