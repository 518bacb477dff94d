package demo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"zuji/internal/demo"
	"zuji/internal/demo/demotest"
)

// What follows the first registration, in a browser: the desk enters one, prints
// its receipt; the landlord takes it over, renews it in three taps, and ends it.
func TestStory_LifeInTheBrowser(t *testing.T) {
	const wang, li = demo.Landlord, demo.Manager
	p := demotest.Open(t, serveDemonstration(t))
	p.Size(1440, 900)
	p.Press(wang, "开始")
	p.Type(li, "/desk")
	p.WaitText(li, "房东看过书面的个人信息告知")
	p.Press(li, "已同意")
	answer := func(question, text string) {
		t.Helper()
		p.WaitText(li, question)
		p.Type(li, text)
	}
	answer("哪一栋", "3-1-502")
	p.WaitText(li, "来办的是？")
	p.Press(li, "房东本人")
	answer("房东叫什么名字", "王建国")
	answer("房东的手机号", "138 0013 8000")
	answer("租客叫什么名字", "李雷")
	answer("李雷的证件号码", "119999199001010012")
	answer("李雷的手机号", "139 0013 9000")
	p.WaitText(li, "还有别人住吗")
	p.Press(li, "没有了")
	answer("从哪天开始租", "今天")
	p.WaitText(li, "租多久")
	p.Press(li, "12 个月")
	p.WaitText(li, "提交即声明")
	p.Press(li, "✅ 属实，提交")
	p.WaitText(li, "已代录并受理")
	p.Press(li, "🧾 回执")
	p.WaitText(li, "登记回执 3栋1单元502室.pdf")
	p.Screenshot("life-1-desk")

	p.Press(li, "🔗 交给房东")
	p.WaitText(li, "请把这个链接交给房东本人")
	p.Type(wang, "/start "+startOf(t, p.Text(li)))
	p.WaitText(wang, "请发送您的手机号")
	p.Press(wang, "📱 发送我的手机号")
	p.Press(wang, "分享")
	p.WaitText(wang, "已接手")

	p.Press(wang, "📄 详情")
	p.WaitText(wang, "状态：物业已受理")
	p.Press(wang, "🔁 续租")
	p.WaitText(wang, "再租多久")
	p.Press(wang, "🔁 再租 12 个月，租金不变")
	p.WaitText(wang, "请核对续租")
	p.Screenshot("life-2-renewal")
	p.Press(wang, "✅ 属实，提交")
	p.WaitText(li, "原编号")
	p.Press(li, "✅ 受理")
	p.WaitText(li, "已受理，回执已发给房东")
	p.WaitText(wang, "登记回执")
	p.Press(wang, "🧾 回执")
	p.WaitText(wang, "登记回执 3栋1单元502室.pdf")
	p.Screenshot("life-3-receipt")

	p.Press(wang, "🤝 请租客确认")
	p.WaitText(wang, "还没有请他确认")
	p.Press(wang, "🔗 请李雷确认")
	p.WaitText(wang, "请把这个链接发给李雷本人")
	p.Press(demo.Tenant, "开始")
	p.WaitText(demo.Tenant, "我是租记")
	link := "https://t.me/ZujiDemoBot?start=" + startOf(t, p.Text(wang))
	p.Type(demo.Tenant, link)
	p.WaitText(demo.Tenant, "房东替您登记了以上内容")
	p.Press(demo.Tenant, link)
	p.WaitText(demo.Tenant, "/start t_")
	p.Press(demo.Tenant, "✅ 确认无误")
	p.WaitText(wang, "李雷 确认了")

	path := filepath.Join(t.TempDir(), "台账.csv")
	if err := os.WriteFile(path, []byte(ledger), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Upload(li, path, "")
	p.WaitText(li, "可以导入 3 户")
	p.WaitText(li, "台账检查 幸福小区.xlsx")
	p.Screenshot("life-4-ledger")
	p.Press(li, "📥 导入 3 户")
	p.WaitText(li, "新增 3 户")

	p.PressOnPage("⏩ 跳到下一个提醒")
	p.WaitText(li, "🔔")
	p.Screenshot("life-6-skipped")
	p.Type(li, "/units")
	p.WaitText(li, "房屋台账")
	p.Press(li, "3栋（租 2）")
	p.WaitText(li, "共 2 户")
	p.Type(li, "wjg")
	p.WaitText(li, "已受理　幸福小区")
	p.Screenshot("life-5-units")
}

// ledger is a small one of a property manager; its last row is wrong.
const ledger = `楼栋,单元,房号,业主姓名,业主电话,租客姓名,证件号码,起租日期,到期日期,房屋状态
3,1,601,赵六,13800138006,韩梅梅,219999198802290025,2026-01-01,2026-12-31,出租
5,1,101,钱七,,,,,,自住
5,1,102,,,,,,,空置
5,1,103,钱七,13800138006,李四,119999199001010013,2026-01-01,2026-12-31,出租
`

var startLink = regexp.MustCompile(`[?]start=([lt]_[A-Z0-9]+)`)

// startOf returns what the newest link carries.
func startOf(t *testing.T, text string) string {
	t.Helper()
	all := startLink.FindAllStringSubmatch(text, -1)
	if all == nil {
		t.Fatalf("no link in:\n%s", text)
	}
	return all[len(all)-1][1]
}
