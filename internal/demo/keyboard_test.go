package demo_test

import (
	"testing"

	"zuji/internal/demo/demotest"
)

// focused is JavaScript for what has the focus, by its text or its label.
const focused = `(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()`

func TestEverythingWorksByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	commands(s)
	p := demotest.Open(t, s.page.URL)
	focus := func(label string) {
		t.Helper()
		p.Wait(focused + ` === "` + label + `"`)
	}
	p.Wait(demotest.Chat(landlord) + `.querySelector(".start").checkVisibility()`)
	demotest.Eval[bool](p, demotest.Chat(landlord)+`.querySelector(".start").focus() === undefined`)
	focus("开始")
	p.Keys("Enter")
	s.nextText("/start")
	focus("以王房东的身份发送消息")

	asked := s.say(landlord, "谁来登记？", inline([]any{button("房东", "owner"), button("代理人", "agent")}, []any{button("取消", "cancel")}))
	p.WaitText(landlord, "谁来登记？")
	p.Keys("Shift+Tab", "Shift+Tab") // over the menu button into the messages
	focus("房东")
	p.Keys("ArrowRight")
	focus("代理人")
	p.Keys("ArrowDown")
	focus("取消")
	p.Keys("ArrowUp", "Enter")
	s.nextPress("owner", "好", false)
	s.bot("editMessageText", map[string]any{"chat_id": landlord, "message_id": asked, "text": "房号？",
		"reply_markup": map[string]any{"inline_keyboard": [][]any{{button("跳过", "skip")}}}}, nil)
	focus("跳过") // an edit keeps the focus on the keyboard
	s.bot("editMessageText", map[string]any{"chat_id": landlord, "message_id": asked, "text": "请输入房号。"}, nil)
	focus("以王房东的身份发送消息") // and moves it to the input when there is none

	p.Keys("/", "r", "e")
	p.Wait(demotest.Chat(landlord) + `.querySelectorAll(".commands li").length === 2`)
	p.Wait(`document.getElementById(document.activeElement.getAttribute("aria-activedescendant")).textContent.startsWith("/register")`)
	p.Keys("ArrowDown", "Enter")
	s.nextText("/resume")

	p.Keys("a", "Shift+Enter", "b", "Enter")
	s.nextText("a\nb")
	p.WaitText(landlord, "a\nb")
	p.Keys("ArrowUp") // edits the last own message
	p.Wait(`document.activeElement.value === "a\nb"`)
	p.Keys("c", "Enter")
	if u := s.next(); u.Edited == nil || u.Edited.Text != "a\nbc" {
		t.Errorf("the bot got %+v, want the edit", u)
	}

	s.say(landlord, "完")
	p.WaitText(landlord, "完")
	p.Keys("Shift+Tab", "Shift+Tab", "ArrowUp", "Enter") // the menu of the own message
	p.Wait(`document.activeElement.getAttribute("role") === "menuitem"`)
	p.Keys("ArrowUp", "Enter") // the last entry: delete
	p.WaitAlert(landlord, "确定要为双方删除")
	p.Keys("Enter")
	p.WaitNoText(landlord, "a\nbc")
}

// The input hears a blur, and keeps its focus, when the window goes to the
// back for a moment or a keyboard under a message goes away.
func TestCommandsStayWhileTheInputHasTheFocus(t *testing.T) {
	s := newSite(t)
	commands(s)
	s.telegram.As(landlord).Start("")
	p := demotest.Open(t, s.page.URL)
	p.WaitText(landlord, "/start")
	input := demotest.Chat(landlord) + `.querySelector("textarea")`
	demotest.Eval[bool](p, `(() => {
		const input = `+input+`;
		input.focus();
		input.dispatchEvent(new FocusEvent("blur"));
		input.value = "/re";
		input.dispatchEvent(new Event("input"));
		setTimeout(() => { input.dataset.later = "yes"; }, 300);
		return true;
	})()`)
	p.Wait(input + `.dataset.later === "yes"`)
	if !demotest.Eval[bool](p, demotest.Chat(landlord)+`.querySelector(".commands").checkVisibility()`) {
		t.Error("the list of commands went away although the focus was in the input")
	}
}

func TestTabReachesEveryChatAndFocusIsVisible(t *testing.T) {
	s := newSite(t)
	commands(s)
	for _, user := range []int64{landlord, manager, admin} {
		s.telegram.As(user).Start("")
	}
	p := demotest.Open(t, s.page.URL)
	p.WaitText(admin, "/start")
	seen := map[string]bool{}
	for range 40 {
		p.Keys("Tab")
		at := demotest.Eval[string](p, `(document.activeElement.closest(".chat")?.dataset.user ?? "") + " " + `+focused)
		seen[at] = true
		visible := demotest.Eval[bool](p, `((node) => {
			const ring = (style) => style.outlineStyle !== "none" || style.boxShadow !== "none";
			return node === document.body || ring(getComputedStyle(node)) || ring(getComputedStyle(node.closest(".field") ?? node));
		})(document.activeElement)`)
		if !visible {
			t.Errorf("the focus on %q cannot be seen", at)
		}
	}
	for _, want := range []string{" 关闭提示", " English", "101 命令菜单", "102 以李经理的身份发送消息", "103 发送文件", "103 发送"} {
		if !seen[want] {
			t.Errorf("Tab never reached %q; it reached %v", want, seen)
		}
	}
}

func TestPhoneShowsOneChatWithTabs(t *testing.T) {
	s := newSite(t)
	commands(s)
	for _, user := range []int64{landlord, manager} {
		s.telegram.As(user).Start("")
		s.next()
	}
	p := demotest.Open(t, s.page.URL)
	p.Size(390, 844)
	p.Reload()
	s.say(landlord, longNotice, inline([]any{button("同意并开始", "yes", "success")}, []any{button("不同意", "no"), button("稍后再说，先看看", "later")}))
	p.WaitText(landlord, "隐私说明")
	p.Wait(`[...document.querySelectorAll(".chat")].filter((chat) => chat.checkVisibility()).length === 1`)
	p.Wait(`document.documentElement.scrollWidth <= 390`)
	s.say(manager, "新的登记", inline([]any{button("受理", "ok", "success"), button("退回", "no", "danger")}))
	p.Wait(`document.querySelector('.tab[data-user="102"] .badge').textContent === "1"`)
	p.Screenshot("demo-phone")
	p.Press(manager, "受理")
	s.nextPress("ok", "已受理", false)
	p.WaitToast(manager, "已受理")
	p.Wait(`document.querySelector('.tab[data-user="102"] .badge').hidden`)
	p.Command(manager, "help")
	s.nextText("/help")
	p.Dark(true)
	p.Screenshot("demo-phone-dark")
}
