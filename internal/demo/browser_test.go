package demo_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/demo/demotest"
)

func button(text, data string, style ...string) map[string]any {
	b := map[string]any{"text": text, "callback_data": data}
	if len(style) > 0 {
		b["style"] = style[0]
	}
	return b
}

func inline(rows ...[]any) map[string]any {
	return map[string]any{"reply_markup": map[string]any{"inline_keyboard": rows}}
}

func commands(s *site) {
	s.bot("setMyCommands", map[string]any{"commands": []map[string]string{
		{"command": "register", "description": "登记出租房"}, {"command": "resume", "description": "继续未完成的登记"},
		{"command": "mydata", "description": "查看我的资料"}, {"command": "help", "description": "帮助"},
	}}, nil)
}

const longNotice = "<b>隐私说明</b>\n登记出租房之前，请先了解：\n• 谁保管：您小区的物业服务中心；\n• 存什么：姓名、证件号码、电话、租期；\n" +
	"• 为什么：<i>《民法典》第945条</i>，业主出租应及时告知物业服务人；\n• 存多久：租期结束后 3 年。\n" +
	"<blockquote>Telegram 的服务器在境外。您随时可以用 /mydata 查看。</blockquote>\n口令 <code>ZJ-0001</code>，<tg-spoiler>密语</tg-spoiler>，<a href=\"https://t.me/zuji_bot?start=c_abc\">打开翠湖花园</a>"

func TestThreeChatsAndStart(t *testing.T) {
	s := newSite(t)
	p := demotest.Open(t, s.page.URL)
	for _, user := range []int64{landlord, manager, admin} {
		p.Wait(demotest.Chat(user) + `.checkVisibility()`)
	}
	p.WaitText(landlord, "登记出租房，收回执")
	p.Press(landlord, "开始")
	s.nextText("/start")
	s.bot("sendChatAction", map[string]any{"chat_id": landlord, "action": "typing"}, nil)
	p.Wait(demotest.Chat(landlord) + `.querySelector(".status").textContent === "正在输入"`)
	s.say(landlord, longNotice, inline([]any{button("同意并开始", "yes", "success")}, []any{button("不同意", "no", "danger"), button("稍后", "later")}))
	p.WaitText(landlord, "隐私说明")
	p.Wait(demotest.Chat(landlord) + `.querySelector(".status").textContent === "房东"`)
	p.Wait(demotest.Chat(landlord) + `.querySelector("blockquote .item").textContent === "/mydata"`)
	p.Press(landlord, "打开翠湖花园")
	s.nextText("/start c_abc")
	if n := demotest.Eval[int](p, `document.querySelectorAll(".start:not([hidden])").length`); n != 2 {
		t.Errorf("%d START buttons are left, want those of the two who said nothing", n)
	}
}

func TestButtonsToastAlertAndEdit(t *testing.T) {
	s := newSite(t)
	s.telegram.As(landlord).Start("")
	s.next()
	p := demotest.Open(t, s.page.URL)
	p.Calm()
	asked := s.say(landlord, "1/12 谁来登记？", inline([]any{button("房东", "owner", "primary"), button("代理人", "agent")}, []any{button("取消", "cancel")}))
	p.Press(landlord, "房东")
	p.Wait(demotest.Chat(landlord) + `.querySelector(".key.waiting") !== null`)
	s.nextPress("owner", "已记下：房东", false)
	p.WaitToast(landlord, "已记下：房东")
	p.Wait(demotest.Chat(landlord) + `.querySelector(".key.waiting") === null`)

	s.bot("editMessageText", map[string]any{"chat_id": landlord, "message_id": asked, "text": "2/12 房号是多少？",
		"reply_markup": map[string]any{"inline_keyboard": [][]any{{button("上一步", "back")}}}}, nil)
	p.WaitText(landlord, "2/12 房号是多少？")
	p.WaitText(landlord, "已编辑")
	p.WaitNoText(landlord, "1/12")
	p.Press(landlord, "上一步")
	s.nextPress("back", "这一步不能再往回了。", true)
	p.WaitAlert(landlord, "这一步不能再往回了。")
	p.Screenshot("demo-alert")
	p.Press(landlord, "好")
	p.Wait(`document.querySelector("dialog") === null`)

	s.bot("deleteMessage", map[string]any{"chat_id": landlord, "message_id": asked}, nil)
	p.WaitNoText(landlord, "2/12")
}

func TestCopyLinkAndProtectedContent(t *testing.T) {
	s := newSite(t)
	s.telegram.As(landlord).Start("")
	s.next()
	p := demotest.Open(t, s.page.URL)
	s.say(landlord, "回执 ZJ-202611-0001-K", map[string]any{"protect_content": true}, inline([]any{
		map[string]any{"text": "复制回执号", "copy_text": map[string]string{"text": "ZJ-202611-0001-K"}},
		map[string]any{"text": "邀请租客", "url": "https://t.me/zuji_bot?start=t_9"},
	}))
	p.Press(landlord, "复制回执号")
	p.WaitToast(landlord, "已复制")
	p.Press(landlord, "邀请租客")
	s.nextText("/start t_9")
	p.Wait(`getComputedStyle(` + demotest.Chat(landlord) + `.querySelector(".protected .bubble")).userSelect === "none"`)
	s.say(landlord, "<tg-spoiler>密语</tg-spoiler>")
	p.Press(landlord, "隐藏的文字，按回车显示")
	p.Wait(demotest.Chat(landlord) + `.querySelector(".spoiler.shown") !== null`)
}

func TestReplyKeyboardAndContact(t *testing.T) {
	s := newSite(t)
	s.telegram.As(landlord).Start("")
	s.next()
	p := demotest.Open(t, s.page.URL)
	s.say(landlord, "请分享您的手机号码，或直接输入。", map[string]any{"reply_markup": map[string]any{
		"keyboard":        [][]any{{map[string]any{"text": "分享手机号码", "request_contact": true}}, {"跳过", "上一步"}},
		"resize_keyboard": true, "one_time_keyboard": true, "input_field_placeholder": "例如 13800138000",
	}})
	p.Wait(demotest.Chat(landlord) + `.querySelector("textarea").placeholder === "例如 13800138000"`)
	p.Press(landlord, "分享手机号码")
	p.WaitAlert(landlord, "分享手机号码？")
	p.Screenshot("demo-contact")
	p.Press(landlord, "取消")
	p.Press(landlord, "分享手机号码")
	p.Press(landlord, "分享")
	if u := s.next(); u.Message == nil || u.Message.Contact == nil {
		t.Fatalf("the bot got %+v, want a contact", u)
	}
	p.WaitText(landlord, "+8613800138000")
	p.Wait(demotest.Chat(landlord) + `.querySelector(".replykeys").hidden`)
	p.Press(landlord, "快捷键盘")
	p.Press(landlord, "跳过")
	s.nextText("跳过")
	s.say(landlord, "好的。", map[string]any{"reply_markup": map[string]any{"remove_keyboard": true}})
	p.Wait(demotest.Chat(landlord) + `.querySelector(".round.keys").hidden`)
}

func TestFilesBothWays(t *testing.T) {
	s := newSite(t)
	s.telegram.As(manager).Start("")
	s.next()
	p := demotest.Open(t, s.page.URL)
	s.file("sendDocument", "document", manager, "租期提醒-3栋1单元502室.ics", "加入日历，到期前会提醒您。", []byte("BEGIN:VCALENDAR"))
	s.file("sendDocument", "document", manager, "在租台账.csv", "", []byte(strings.Repeat("a,b\n", 12000)))
	s.file("sendPhoto", "photo", manager, "plan.png", "小区平面图", picture(t))
	p.WaitText(manager, "租期提醒-3栋1单元502室.ics")
	p.Wait(demotest.Chat(manager) + `.querySelector(".photo img").naturalWidth === 640`)
	p.Press(manager, "查看图片")
	p.Wait(`document.querySelector("dialog.picture img").naturalWidth === 640`)
	p.Press(manager, "关闭")
	path := filepath.Join(t.TempDir(), "合同.pdf")
	if err := os.WriteFile(path, []byte("%PDF-1.4 demo"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Upload(manager, path, "租赁合同")
	if u := s.next(); u.Message == nil || u.Message.Document == nil || u.Message.Document.Name != "合同.pdf" || u.Message.Caption != "租赁合同" {
		t.Errorf("the bot got %+v", u.Message)
	}
	p.WaitText(manager, "租赁合同")
	p.Screenshot("demo-files")
}

func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for x := range 640 {
		for y := range 400 {
			img.Set(x, y, color.RGBA{R: uint8(200 - x/8), G: uint8(150 + y/5), B: uint8(120 + x/6), A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnreadScrollingAndReconnecting(t *testing.T) {
	s := newSite(t)
	for _, user := range []int64{landlord, manager} {
		s.telegram.As(user).Start("")
		s.next()
	}
	p := demotest.Open(t, s.page.URL)
	p.Draft(landlord, "还没写完")
	for range 30 {
		s.say(manager, "新的登记 ZJ-202611-0001-K\n3栋1单元502室")
	}
	p.Wait(demotest.Chat(manager) + `.querySelector("header .badge").textContent === "30"`)
	p.Wait(`document.title.startsWith("(30)")`)
	p.Wait(demotest.Chat(manager) + `.querySelector(".to-end").hidden`)
	p.Draft(manager, "收到")
	p.Wait(demotest.Chat(manager) + `.querySelector("header .badge").hidden`)

	demotest.Eval[float64](p, demotest.Chat(manager)+`.querySelector(".scroller").scrollTop = 100`)
	p.Wait(`!` + demotest.Chat(manager) + `.querySelector(".to-end").hidden`)
	s.say(manager, "再来一条")
	p.Wait(demotest.Chat(manager) + `.querySelector(".to-end .badge").textContent === "1"`)
	if top := demotest.Eval[float64](p, demotest.Chat(manager)+`.querySelector(".scroller").scrollTop`); top != 100 {
		t.Errorf("a message moved the reader from 100 to %v", top)
	}
	p.Press(manager, "回到最新消息")
	p.Wait(demotest.Chat(manager) + `.querySelector(".to-end").hidden`)

	s.page.CloseClientConnections()
	s.say(manager, "断线时来的")
	p.WaitText(manager, "断线时来的")
	p.Wait(`document.querySelector(".offline").hidden`)

	p.PressOnPage("English")
	p.Wait(`document.documentElement.lang === "en"`)
	p.Wait(demotest.Chat(landlord) + `.querySelector("textarea").value === "还没写完"`)
	p.Wait(`document.querySelector(".status").textContent === "Landlord"`)
}

func TestTheWholePageLooksRight(t *testing.T) {
	s := newSite(t)
	commands(s)
	for _, user := range []int64{landlord, manager} {
		s.telegram.As(user).Start("")
		s.next()
	}
	s.say(landlord, longNotice, inline([]any{button("同意并开始", "yes", "success")}, []any{button("不同意", "no", "danger"), button("稍后再说", "later")}))
	s.telegram.As(landlord).Send("姓名：张三\n电话：13800138000\n租期：2026年1月1日至2026年12月31日\n租金三千五，押一付三，12月1号先搬一部分东西进去，家具家电都在。")
	s.say(landlord, "<b>3/12</b> · 房号记为 3栋1单元502室。请问起租日是哪天？", inline(
		[]any{button("今天", "a"), button("明天", "b"), button("下月1日", "c")}, []any{button("上一步", "d"), button("暂存", "e"), button("取消", "f")}))
	s.say(manager, "<b>新的登记</b> <code>ZJ-202611-0001-K</code>\n翠湖花园 3栋1单元502室\n房东：王*东 138****8000\n租客：张*，李*\n租期：2026年1月1日 – 2026年12月31日",
		inline([]any{button("受理", "ok", "success"), button("退回", "back", "danger")}, []any{button("查看全部内容", "all", "primary")}))
	s.file("sendPhoto", "photo", manager, "plan.png", "小区平面图", picture(t))
	s.file("sendDocument", "document", manager, "备案材料.pdf", "", []byte("%PDF-1.4 demo"))
	s.telegram.As(manager).ShareContact()
	p := demotest.Open(t, s.page.URL)
	p.WaitText(landlord, "下月1日")
	p.WaitText(manager, "备案材料.pdf")
	p.Screenshot("demo-light")
	p.Dark(true)
	p.Draft(landlord, "/")
	p.Wait(demotest.Chat(landlord) + `.querySelectorAll(".commands li").length === 4`)
	p.Screenshot("demo-dark")
	p.Wait(`[...document.querySelectorAll(".scroller, main")].every((box) => box.scrollWidth <= box.clientWidth)`)
}
