package service_test

import (
	"strings"
	"testing"

	"zuji/internal/registry"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// newest is the newest message of the bot in p's chat.
func (p *person) newest() standin.Message {
	p.w.t.Helper()
	all := p.app.Messages(0)
	return all[len(all)-1]
}

func buttons(m standin.Message) (labels string) {
	for _, row := range m.Inline {
		for _, b := range row {
			labels += "<" + b.Text + ">"
		}
	}
	return labels
}

// The notice in force has its version and day, what the person agreed to and when,
// and the way to earlier versions.
func TestPrivacy_Notice(t *testing.T) {
	w, _ := at(t)
	lu := w.as(stranger)
	lu.says("/privacy")
	lu.asked("隐私说明（2026-11-29 版，2026年11月29日")
	lu.asked("您还没有在这里表示过同意")
	lu.presses("✅ 同意")
	lu.asked("已记下您同意 2026-11-29 版")
	lu.says("/privacy")
	lu.asked("同意了 2026-11-29 版")
	if got := buttons(lu.newest()); strings.Contains(got, "<✅ 同意>") {
		t.Errorf("asked to agree again: %s", got)
	}
	lu.presses("📜 2026-11 版")
	lu.asked("结束后一段时间内保存")
	lu.presses("🔒 看现行版本")
	lu.asked("结束后再保存两年")
}

// A landlord deletes what can go; what must stay is named with its reason.
func TestDelete_Landlord(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	wang.says("/remind")
	w.settled()
	wang.says("/delete")
	wang.asked("业主出租房屋须告知物业（《民法典》第945条）")
	wang.asked("正在填的表")
	if m := wang.newest(); !strings.Contains(m.Text, "3栋1单元502室") || !m.Protected {
		t.Errorf("asked with %q, protected is %v", m.Text, m.Protected)
	}
	_, data := wang.data("确认删除")
	for range 2 {
		wang.forges(data)
		wang.asked("已删除")
		if p, err := w.zuji.Registry.Profile(t.Context(), landlord); err != nil || !p.Bare() {
			t.Errorf("the profile is %+v, %v", p, err)
		}
		wang.says("/delete")
		wang.asked("没有可以删除的资料")
	}
	if one, err := w.zuji.Registry.Tenancy(t.Context(), "T1"); err != nil || one.Landlord.Name != "王建国" || one.Owner != landlord {
		t.Errorf("the tenancy in force: %+v, %v", one, err)
	}
	h, _ := wang.holding()
	lines := 0
	for _, e := range h.Acts {
		if e.Act == "audit.data.delete" {
			lines++
		}
	}
	if h.Form != nil || lines != 1 {
		t.Errorf("the open form is %+v, %d lines on record", h.Form, lines)
	}
}

// A tenancy that is over is cleared at its landlord's word, and the next look of
// the staff finds the unit and no names.
func TestDelete_Past(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	if _, err := w.zuji.Registry.End(t.Context(), "T1", landlord, day, ""); err != nil {
		t.Fatal(err)
	}
	wang := w.as(landlord)
	wang.says("/delete")
	wang.asked("已结束的登记 1 处")
	wang.presses("确认删除")
	wang.asked("已删除")
	li := w.as(manager)
	before := len(li.app.Messages(0))
	li.says("/find 3-1-502")
	li.asked("个人信息已于")
	if said := li.since(before); strings.Contains(said, "李雷") || strings.Contains(said, "王建国") {
		t.Errorf("the staff reads %q", said)
	}
}

// The desk clears what is over for a person who asks there, with how they asked on
// record.
func TestDelete_AtTheDesk(t *testing.T) {
	w, _ := at(t)
	w.accepted(0)
	li := w.as(manager)
	li.says("/find 3-1-502")
	li.offered("👁 看完整号码")
	if strings.Contains(buttons(li.newest()), "按要求清除") {
		t.Error("a tenancy in force can be cleared")
	}
	if _, err := w.zuji.Registry.End(t.Context(), "T1", manager, day, ""); err != nil {
		t.Fatal(err)
	}
	li.says("/find 3-1-502")
	li.presses("🗑 按要求清除")
	li.asked("本人是怎么提出的")
	li.presses("本人到场提出")
	li.asked("已清除")
	if one, err := w.zuji.Registry.Tenancy(t.Context(), "T1"); err != nil || one.Erased.IsZero() {
		t.Errorf("%+v, %v", one, err)
	}
	boss := w.as(admin)
	boss.says("/audit")
	boss.sees("清除了登记")
}

// Who withdraws their consent is left alone: no notice, no form, only their
// rights; the staff is told to phone. Agreeing again brings everything back.
func TestWithdraw(t *testing.T) {
	w, clock := at(t)
	w.accepted(landlord)
	wang, li := w.as(landlord), w.as(manager)
	li.start("")
	wang.says("/privacy")
	wang.presses("撤回同意")
	wang.asked("要撤回同意吗")
	wang.presses("确认撤回同意")
	wang.asked("您已撤回同意")
	m := li.sees("请改打电话")
	if !m.Protected || !strings.Contains(m.Text, "3栋1单元502室") || strings.Contains(m.Text, "王建国") {
		t.Errorf("the staff reads %q, protected is %v", m.Text, m.Protected)
	}
	before := len(wang.app.Messages(0))
	for _, text := range []string{"/my", "/register", "你好", "/remind"} {
		wang.says(text)
		w.settled()
		if !strings.HasPrefix(wang.newest().Text, "您已撤回同意") {
			t.Errorf("%s is answered %q", text, wang.newest().Text)
		}
	}
	wang.forges("a:card:T1")
	if said := wang.since(before); strings.Contains(said, "李雷") {
		t.Errorf("a button still works: %q", said)
	}
	wang.says("/mydata")
	wang.asked("您的全部资料")
	w.settled()
	before = len(wang.app.Messages(0))
	for range 20 { // past the reminder of filing
		clock.days(1)
		if _, err := w.zuji.Registry.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.settled()
	if said := wang.since(before); said != "" {
		t.Errorf("they are written to: %q", said)
	}
	wang.says("/privacy")
	wang.asked("撤回同意，租记不再给您发消息")
	wang.presses("✅ 同意")
	wang.asked("已记下您同意")
	wang.says("/my")
	wang.asked("3栋1单元502室")
}

// What is read in the file leads to putting it right.
func TestMyData_LeadsToCorrections(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	token := registry.Token()
	if _, err := w.zuji.Registry.InviteTenant(t.Context(), token, "T1", "a", landlord); err != nil {
		t.Fatal(err)
	}
	wang, tenant := w.as(landlord), w.as(stranger)
	wang.holding()
	wang.presses("✏️ 更正 3栋1单元502室")
	w.settled()
	if strings.Contains(wang.newest().Text, "您的全部资料") {
		t.Error("the button begins nothing")
	}
	tenant.start("t_" + token)
	tenant.asked("起租日")
	tenant.holding()
	tenant.presses("✏️ 3栋1单元502室 的信息有误")
	tenant.asked("哪里不对")
	tenant.says("/cancel")
}

// The landlord is told before the data leave, and they do; a link to the file is
// offered.
func TestRetention_IsToldFirst(t *testing.T) {
	w, clock := at(t)
	w.accepted(landlord)
	if _, err := w.zuji.Registry.End(t.Context(), "T1", landlord, day, ""); err != nil {
		t.Fatal(err)
	}
	clock.days(tenancy.RetentionDays - tenancy.WarningDays)
	for range 2 {
		if _, err := w.zuji.Registry.Retain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	m := w.as(landlord).sees("按本登记册的规则")
	if !m.Protected || !strings.Contains(buttons(m), "我的资料") || !strings.Contains(m.Text, "2028年11月22日") {
		t.Errorf("told %q with %s", m.Text, buttons(m))
	}
	clock.days(tenancy.WarningDays)
	if n, err := w.zuji.Registry.Retain(t.Context()); n != 1 || err != nil {
		t.Errorf("%d became anonymous, %v", n, err)
	}
}
