package demo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/demo"
	"zuji/internal/demo/demotest"
)

// An administrator's morning in a browser: how Zuji is, the numbers with a chart, a
// compound's card with its city's numbers, a message to everybody with its
// progress, and who did what.
func TestStory_AdministratorsMorning(t *testing.T) {
	const wang, li, boss = demo.Landlord, demo.Manager, demo.Admin
	p := demotest.Open(t, serveDemonstration(t))
	p.Size(1440, 900)
	registers(p, wang)
	p.WaitText(li, "待受理")
	p.Press(li, "✅ 受理")
	p.WaitText(wang, "登记回执")
	path := filepath.Join(t.TempDir(), "台账.csv")
	if err := os.WriteFile(path, []byte(manyHomes(7)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Upload(li, path, "")
	p.WaitText(li, "可以导入 7 户")
	p.Press(li, "📥 导入 7 户")
	p.WaitText(li, "新增 7 户")

	p.Type(boss, "/health")
	p.WaitText(boss, "🟢 正常服务")
	p.Type(boss, "/stats")
	p.WaitText(boss, "现在在租：8 户")
	p.Press(boss, "📊 登记")
	p.Wait(demotest.Chat(boss) + `.querySelector("img")?.naturalWidth > 300`)
	p.Screenshot("morning-1-stats")
	p.Type(boss, "/compounds")
	p.WaitText(boss, "《浙江省流动人口居住登记条例》，2026-11-23 核对")
	p.Press(boss, "🔳 二维码")
	p.WaitText(boss, "的登记二维码")
	p.Screenshot("morning-2-compound")

	p.Type(boss, "/broadcast")
	p.WaitText(boss, "通知发给谁？")
	p.Press(boss, "所有人")
	p.WaitText(boss, "要通知什么？")
	p.Type(boss, "12月5日上午 9 点到 11 点检查燃气，请留人在家。")
	p.WaitText(boss, "现在有 2 人会收到")
	p.Press(boss, "👀 先发给我看")
	p.WaitText(boss, "共 2 人。发吗？")
	p.Screenshot("morning-3-preview")
	p.Press(boss, "✅ 发出")
	p.WaitText(boss, "发完了，共 2 人")
	p.WaitText(wang, "检查燃气")
	p.WaitText(li, "检查燃气")
	p.Type(boss, "/audit")
	p.WaitText(boss, "群发了通知")
	p.Screenshot("morning-4-audit")
}

// registers lets a landlord register a home as quickly as can be.
func registers(p *demotest.Page, who int64) {
	p.Press(who, "开始")
	p.Press(who, "📝 登记出租")
	p.WaitText(who, "同意这样处理吗")
	p.Press(who, "✅ 同意")
	p.WaitText(who, "哪一栋")
	p.Type(who, "3-1-502")
	p.WaitText(who, "您是？")
	p.Press(who, "房东本人")
	for _, step := range [][2]string{{"房东叫什么名字", "王建国"}, {"房东的手机号", "13800138000"}, {"租客叫什么名字", "李雷"},
		{"李雷的证件号码", "119999199001010012"}, {"李雷的手机号", "13900139000"}, {"还有别人住吗", "没有了"}, {"从哪天开始租", "今天"}, {"租多久", "一年"}} {
		p.WaitText(who, step[0])
		p.Type(who, step[1])
	}
	p.WaitText(who, "提交即声明")
	p.Press(who, "✅ 属实，提交")
	p.WaitText(who, "已提交给物业")
}

// manyHomes is a ledger with n homes that are let.
func manyHomes(n int) string {
	var b strings.Builder
	b.WriteString("楼栋,单元,房号,业主姓名,业主电话,租客姓名,证件号码,起租日期,到期日期,房屋状态\n")
	for i := range n {
		fmt.Fprintf(&b, "7,1,%d01,赵六,13800138006,韩梅梅,219999198802290025,2026-10-%02d,2027-10-%02d,出租\n", i+1, i+2, i+1)
	}
	return b.String()
}
