package service_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"zuji/internal/registry"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// data returns the callback data of the button with the label in p's chat.
func (p *person) data(label string) (message int, data string) {
	p.w.t.Helper()
	p.offered(label)
	all := p.app.Messages(0)
	for i := len(all) - 1; i >= 0; i-- {
		for _, row := range all[i].Inline {
			for _, k := range row {
				if k.Text == label {
					return all[i].ID, k.Data
				}
			}
		}
	}
	p.w.t.Fatalf("no button %q", label)
	return 0, ""
}

// forges makes p press any data: on a message of their own, as a changed app
// could.
func (p *person) forges(data string) {
	p.w.t.Helper()
	all := p.app.Messages(0)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].From.ID != p.id {
			if _, err := p.app.Press(0, all[i].ID, data); err != nil {
				p.w.t.Fatal(err)
			}
			p.w.settled()
			return
		}
	}
	p.w.t.Fatal("no message to press on")
}

// personal is what a refused person must never see of the tenancy T1.
var personal = []string{"李雷", "119999", "1390013", "139****", "王建国"}

func (p *person) seesNothingPersonal() {
	p.w.t.Helper()
	for _, m := range p.app.Messages(0) {
		for _, s := range personal {
			if m.From.ID != p.id && strings.Contains(m.Text, s) {
				p.w.t.Errorf("%d sees %q: %s", p.id, s, m.Text)
			}
		}
	}
}

// Every button outside a form, forged by people who have no right to it.
func TestAttack_ForgedActionsGetNothing(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	city := tenancy.Compound{Name: "别的小区", City: tenancy.DefaultCity}
	other, err := w.zuji.Registry.AddCompound(context.Background(), "compound-two", admin, city)
	if err != nil {
		t.Fatal(err)
	}
	const foreign = 1006 // a manager of the other compound
	w.telegram.AddUser(standin.User{ID: foreign, FirstName: "外人", LanguageCode: "zh-hans"})
	invitation := registry.Token()
	if err := w.zuji.Registry.Invite(context.Background(), invitation, other.ID, tenancy.Manager, admin); err != nil {
		t.Fatal(err)
	}
	w.as(foreign).start("s_" + invitation)
	w.as(foreign).sees("您已是")
	for _, who := range []int64{stranger, admin} {
		w.as(who).start("")
		w.as(who).sees("租记")
	}
	for _, who := range []int64{stranger, foreign, admin} {
		p := w.as(who)
		for _, data := range []string{"a:accept:T1.0", "a:return:T1.0", "a:correct:T1", "a:filing:T1", "a:card:T1", "a:resume:T1", "a:drop:T1", "a:cmd:queue", "a:accept:T1.99", "a:accept:", "a:zz:T1", "a:", "x", "f:T1:1:o::"} {
			p.forges(data)
		}
		p.seesNothingPersonal()
	}
	w.as(stranger).forges("a:invite:manager." + w.compound.ID)
	w.as(stranger).forges("a:invite:admin.admin")
	w.as(foreign).forges("a:invite:manager." + w.compound.ID)
	for _, who := range []int64{stranger, foreign} {
		if strings.Contains(w.as(who).chat(), "只能用一次") {
			t.Errorf("%d was given an invitation", who)
		}
	}
	if one, err := w.zuji.Registry.Tenancy(context.Background(), "T1"); err != nil || one.State != tenancy.Submitted {
		t.Errorf("after all that the tenancy is %s, %v", one.State, err)
	}
}

func TestAttack_FormButtonsOfAnother(t *testing.T) {
	w := newWorld(t, nil)
	wang, thief := w.as(landlord), w.as(stranger)
	for _, p := range []*person{wang, thief} {
		p.start("")
		p.presses("登记出租")
		p.offered("✅ 同意")
	}
	message, mine := wang.data("✅ 同意")
	thief.forges(mine)
	if strings.Contains(thief.chat(), "哪一栋") {
		t.Error("a forwarded button moved another person's form")
	}
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() { _, _ = wang.app.Press(0, message, mine) })
	}
	group.Wait()
	w.settled()
	if n := strings.Count(wang.chat(), "哪一栋"); n != 1 {
		t.Errorf("five presses of one button ask the next question %d times", n)
	}
	wang.says("3-1-502")
	wang.asked("您是？")
	wang.forges(mine)
	wang.forges(strings.Replace(mine, ":0:", ":zz:", 1))
	wang.forges("f:" + strings.Repeat("A", 62))
	_, owner := wang.data("房东本人")
	wang.presses("房东本人")
	wang.asked("房东叫什么名字")
	wang.presses("⬅️ 上一步")
	wang.asked("您是？")
	wang.forges(owner)
	wang.asked("您是？")
}

func TestAttack_GroupsHearNothingPersonal(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	const group = -4001
	w.telegram.AddGroup(standin.Group{ID: group, Title: "业主群", Members: []int64{landlord, manager, stranger}})
	for _, text := range []string{"/my", "/queue", "/start", "/register", "/filing", "/my@" + username} {
		if _, err := w.as(landlord).app.SendTo(group, text); err != nil {
			t.Fatal(err)
		}
		if _, err := w.as(manager).app.SendTo(group, text); err != nil {
			t.Fatal(err)
		}
	}
	w.settled()
	heard := 0
	for _, m := range w.as(stranger).app.Messages(group) {
		if m.From.ID == landlord || m.From.ID == manager {
			continue
		}
		heard++
		if !strings.Contains(m.Text, "请私下和我聊") {
			t.Errorf("the group hears %q", m.Text)
		}
	}
	if heard == 0 {
		t.Error("the group gets no answer at all")
	}
}

// Names and words that would be markup, or are not to be seen, stay what they
// are, and no message is refused for them.
func TestAttack_MarkupIsText(t *testing.T) {
	w := newWorld(t, nil)
	w.telegram.AddUser(standin.User{ID: second, FirstName: "<b>赵</b>&", LanguageCode: "zh-hans"})
	w.register()
	li := w.as(manager)
	li.presses("↩️ 退回")
	li.presses("房号：3栋1单元502室")
	li.offered("☑️ 房号：3栋1单元502室")
	li.presses("选好了")
	li.asked("哪里不对")
	li.says("<a href=\"https://x.example\">点这里</a> & <b>\u202e\u2067反")
	li.asked("退回给房东更正")
	li.presses("↩️ 退回")
	li.sees("已退回")
	m := w.as(landlord).sees("物业请您更正")
	if !strings.Contains(m.Text, `<a href="https://x.example">点这里</a> & <b>反`) {
		t.Errorf("the reason is shown as %q", m.Text)
	}
	for _, e := range m.Entities {
		if e.Type == "text_link" {
			t.Error("typed markup became a link")
		}
	}
	for _, c := range w.telegram.Calls() {
		if !c.OK && c.Method == "sendMessage" {
			t.Errorf("a message was refused: %s", c.Description)
		}
	}
}

// What does not answer the question leaves the form where it is.
func TestAttack_OddMessagesLeaveTheFormAlone(t *testing.T) {
	w := newWorld(t, nil)
	wang := w.as(landlord)
	wang.start("")
	wang.presses("登记出租")
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	if _, err := wang.app.SendFile("身份证.png", "image/png", []byte("\x89PNG\r\n\x1a\n"), ""); err != nil {
		t.Fatal(err)
	}
	wang.sees("请用文字回答")
	wang.asked("哪一栋")
	wang.says(strings.Repeat("长", 4096))
	wang.asked("没看懂房号")
	sent, err := wang.app.Send("五楼")
	if err != nil {
		t.Fatal(err)
	}
	w.settled()
	if err := wang.app.Edit(sent.ID, "3-1-502"); err != nil {
		t.Fatal(err)
	}
	wang.sees("改已发出的消息不会生效")
	wang.says("/my")
	wang.sees("您还没有提交过登记")
	wang.says("/cancel")
	wang.asked("要退出吗")
	wang.says("继续")
	wang.asked("哪一栋")
	wang.says("/register")
	wang.asked("您还有一份没填完的表")
	wang.presses("💾 保留草稿")
	wang.asked("同意这样处理吗")
}

func TestAttack_TwoManagersAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	li, zhao := w.as(manager), w.as(second)
	m1, d1 := li.data("✅ 受理")
	m2, d2 := zhao.data("✅ 受理")
	var group sync.WaitGroup
	group.Go(func() { _, _ = li.app.Press(0, m1, d1) })
	group.Go(func() { _, _ = zhao.app.Press(0, m2, d2) })
	group.Wait()
	w.settled()
	won := strings.Count(li.chat()+zhao.chat(), "已受理，回执已发给房东")
	told := strings.Count(li.chat()+zhao.chat(), "经由")
	if won != 1 || told != 1 {
		t.Errorf("%d won, %d were told who did", won, told)
	}
	if n := strings.Count(w.as(landlord).chat(), "登记回执"); n != 1 {
		t.Errorf("the landlord got %d receipts", n)
	}
}

// A block pasted out of the blue begins a registration; nothing of it is taken
// down before the notice is agreed to, and from then on it fills the form.
func TestPaste_OutOfTheBlue(t *testing.T) {
	const block = "3-1-502\n房东：王建国 13800138000\n租客：李雷 119999199001010012 13900139000\n2026.12.1起租一年"
	w := newWorld(t, nil)
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	wang.says(block)
	wang.asked("再把刚才那段资料发一次")
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	wang.says(block)
	wang.asked("您是？")
	wang.presses("房东本人")
	wang.presses("没有了")
	wang.presses("✅ 属实，提交")
	wang.asked("已提交给物业")
	wang.says(strings.ReplaceAll(block, "502", "602"))
	wang.asked("还有别人住吗")
}
