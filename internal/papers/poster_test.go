package papers_test

import (
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

func TestPoster_SaysWhatToRegisterAndByWhen(t *testing.T) {
	_, c := letting()
	const begin = "https://t.me/zuji_test_bot?start=c_AbCdEf123456"
	data, err := press(t).Poster(c, begin, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "poster", data)
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	has(t, pages[0], "出租房屋 请先登记", "幸福小区", "及时告诉物业", "《民法典》第945条", "30 天内办租赁备案，免费", "《商品房屋租赁管理办法》第14条", "3 个工作日内报派出所", "大连的规定",
		"24 小时内", "扫码登记", "纸质登记表", "服务台：3号楼一层，每天 9:00–17:30", "2026年12月")
	if got := codes(t, "poster", data); got != begin {
		t.Errorf("the code says %q", got)
	}
}

// A city's number that is not known is not shown.
func TestPoster_ShowsOnlyKnownNumbers(t *testing.T) {
	c := tenancy.Compound{Name: strings.Repeat("幸福花园东区二期", 4)[:30*3], Desk: strings.Repeat("三号楼一层东侧", 14), City: tenancy.City{}}
	data, err := press(t).Poster(c, link, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, "poster-unknown", data)
	if len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	has(t, pages[0], c.Name, c.Desk, "外籍人员 24 小时内报派出所")
	hasNot(t, pages[0], "30 天", "0 天", "工作日", "的规定")
	if got := codes(t, "poster-unknown", data); got != link {
		t.Errorf("the code says %q", got)
	}
}
