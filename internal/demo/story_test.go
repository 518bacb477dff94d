package demo_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zuji/internal/demo"
	"zuji/internal/demo/demotest"
	"zuji/internal/service"
)

// serve runs the whole demonstration and returns the page's address.
func serveDemonstration(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	done := make(chan error, 1)
	config := service.Config{
		Data: t.TempDir(), Listen: "127.0.0.1:0", Now: time.Now,
		Log: slog.New(slog.DiscardHandler),
	}
	go func() {
		err := demo.Run(ctx, config, in)
		in.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the demonstration ends with %v", err)
		}
	})
	line := make([]byte, 256)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	_, address, ok := strings.Cut(strings.TrimSpace(string(line[:n])), "open ")
	if !ok {
		t.Fatalf("no address in %q", line[:n])
	}
	return address
}

// The main job in a browser, as a newcomer does it: two tenants, a typo, an
// answer changed on the summary, one field returned and corrected, accepted,
// the receipt.
func TestStory_InTheBrowser(t *testing.T) {
	const wang, li = demo.Landlord, demo.Manager
	p := demotest.Open(t, serveDemonstration(t))
	p.Size(1440, 900)
	p.Screenshot("story-1-start")
	p.Press(wang, "开始")
	p.Press(wang, "📝 登记出租")
	p.WaitText(wang, "同意这样处理吗")
	p.Press(wang, "✅ 同意")
	answer := func(question, text string) {
		t.Helper()
		p.WaitText(wang, question)
		p.Type(wang, text)
	}
	answer("哪一栋", "3-1-502")
	p.WaitText(wang, "您是？")
	p.Press(wang, "房东本人")
	answer("房东叫什么名字", "王建国")
	p.WaitText(wang, "房东的手机号")
	p.Screenshot("story-2-contact")
	p.Press(wang, "📱 发送我的手机号")
	p.Press(wang, "分享")
	answer("租客叫什么名字", "李雷")
	answer("李雷的证件号码", "119999199001010013")
	answer("最后一位校验不对", "119999199001010012")
	answer("李雷的手机号", "139 0013 9000")
	p.WaitText(wang, "还有别人住吗")
	p.Press(wang, "再加一位租客")
	answer("第 2 位租客叫什么名字", "韩梅梅")
	answer("韩梅梅的证件号码", "21999919900101018x")
	answer("韩梅梅的手机号", "13900139001")
	p.WaitText(wang, "✓ 第2位租客手机")
	p.Press(wang, "没有了")
	answer("从哪天开始租", "下个月1号")
	p.WaitText(wang, "租多久")
	p.Press(wang, "12 个月")
	p.WaitText(wang, "提交即声明")
	p.Screenshot("story-3-summary")
	p.Press(wang, "✏️ 第2位租客姓名")
	p.WaitText(wang, "不变：韩梅梅")
	p.Type(wang, "韩美美")
	p.WaitText(wang, "✓ 第2位租客姓名：韩美美")
	p.Press(wang, "✅ 属实，提交")
	p.WaitText(wang, "已提交给物业")
	p.WaitText(li, "待受理")
	p.Screenshot("story-4-submitted")

	p.Press(li, "↩️ 退回")
	p.WaitText(li, "哪几项要更正")
	p.Press(li, "租客证件：居民身份证 119999********0012")
	p.WaitText(li, "☑️ 租客证件")
	p.Press(li, "选好了 ▶️")
	p.WaitText(li, "哪里不对")
	p.Press(li, "和证件不一致")
	p.WaitText(li, "退回给房东更正")
	p.Press(li, "↩️ 退回")
	p.WaitText(li, "已退回")

	p.WaitText(wang, "物业请您更正")
	p.Press(wang, "✏️ 现在更正")
	answer("物业说明：和证件不一致", "219999198802290025")
	p.WaitText(wang, "✓ 租客证件：居民身份证 219999********0025")
	p.Press(wang, "✅ 属实，提交")
	p.WaitText(li, "219999********0025")
	p.Press(li, "✅ 受理")
	p.WaitText(li, "已受理，回执已发给房东")
	p.WaitText(wang, "登记回执")
	p.WaitText(wang, "请记住这些日期")
	p.WaitNoText(wang, "219999198802290025")
	p.Screenshot("story-5-accepted")
	p.Size(390, 844)
	p.Screenshot("story-6-phone")
}
