package service_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

var invitationLink = regexp.MustCompile(`\?start=(s_[A-Z2-7]{26})`)

// invitedBy returns what the newest invitation that a person sees carries.
func (p *person) invitedBy(say string) string {
	p.w.t.Helper()
	p.w.settled()
	m := invitationLink.FindStringSubmatch(p.sees(say).Text)
	if m == nil {
		p.w.t.Fatalf("no link in:\n%s", p.chat())
	}
	return m[1]
}

// The community committee sees numbers and nothing of anybody.
func TestStaff_ReaderSeesNumbersOnly(t *testing.T) {
	w, _ := at(t)
	w.manyLet(8)
	boss, reader := w.as(admin), w.as(stranger)
	boss.says("/staff " + w.compound.Name)
	boss.sees("李经理　物业")
	boss.presses("➕ 邀请社区")
	token := boss.invitedBy("社区工作人员")
	reader.start(token)
	reader.asked("您可以看" + w.compound.Name + "的统计数字了")
	reader.presses("📊 统计")
	reader.asked("现在在租：8 户")
	for _, command := range []string{"/queue", "/find", "/units", "/export", "/desk", "/quality", "/year", "/notice", "/questions", "/staff", "/audit", "/compounds"} {
		reader.says(command)
		reader.asked("这个操作您不能用")
	}
	for _, data := range []string{"a:open:S0", "a:reveal:S0", "a:homes:" + w.compound.ID, "a:extract:" + w.compound.ID, "a:staff:" + w.compound.ID, "a:staff:admin", "a:mkmgr:1005." + w.compound.ID, "a:invite:manager." + w.compound.ID} {
		reader.forges(data)
	}
	w.settled()
	reader.seesNothingPersonal()
	if one, _ := w.zuji.Registry.Compound(w.compound.ID); one.HasStaff(stranger) {
		t.Error("a reader made themself a manager")
	}
	w.as(landlord).start(token)
	w.as(landlord).asked("这个邀请链接不对")
}

// A role is changed and taken; who lost it can do nothing any more, and the link
// does not bring it back.
func TestStaff_ChangeAndRemove(t *testing.T) {
	w, _ := at(t)
	boss, li, new := w.as(admin), w.as(manager), w.as(stranger)
	li.says("/queue")
	boss.says("/staff")
	boss.presses(w.compound.Name)
	boss.presses("➕ 邀请物业")
	token := boss.invitedBy("的物业人员")
	new.start(token)
	new.asked("您已是" + w.compound.Name + "的物业人员")
	boss.says("/staff " + w.compound.Name)
	w.settled()
	boss.presses("👤 路人")
	w.settled()
	boss.presses("改为只看统计")
	boss.sees("路人　社区（只看统计）")
	new.says("/queue")
	new.asked("这个操作您不能用")
	boss.presses("👤 路人")
	w.settled()
	boss.presses("移出")
	w.settled()
	new.says("/stats")
	new.asked("这个操作您不能用")
	new.start(token)
	new.asked("这个邀请链接不对")
	boss.says("/audit")
	if m := boss.sees("操作记录"); !strings.Contains(m.Text, "社区工作人员身份") || strings.Contains(m.Text, "路人") {
		t.Errorf("the log reads:\n%s", m.Text)
	}
}

// A form about a tenancy ends with the role: it would go on showing what the
// tenancy holds. So does one that was put aside.
func TestStaff_RoleTakenEndsTheForm(t *testing.T) {
	w, _ := at(t)
	w.register()
	zhao := w.as(second)
	take := func(role tenancy.StaffRole) {
		if err := w.zuji.Registry.GiveRole(context.Background(), w.compound.ID, second, role, admin); err != nil {
			t.Fatal(err)
		}
	}
	zhao.presses("↩️ 退回")
	zhao.presses("租客姓名：李雷")
	zhao.offered("☑️ 租客姓名：李雷")
	zhao.presses("💾 暂存")
	zhao.asked("已存为草稿")
	take(tenancy.Reader)
	zhao.says("/resume")
	zhao.asked("这个操作您不能用")
	take(tenancy.Manager)
	zhao.says("/resume")
	zhao.asked("哪几项要更正")
	take(tenancy.Reader)
	zhao.says("选好了")
	zhao.asked("这个操作您不能用")
	zhao.says("选好了")
	zhao.asked("我没有在等您回答的问题")
}

// An administrator is invited, stays one after a restart, and is removed again;
// one that the settings name is removed there.
func TestStaff_Administrators(t *testing.T) {
	w, now := at(t)
	boss, new := w.as(admin), w.as(stranger)
	boss.says("/staff")
	boss.presses("🛠 管理员")
	boss.presses("➕ 邀请管理员")
	token := boss.invitedBy("新的管理员")
	now.days(4)
	new.start(token)
	new.asked("这个邀请链接不对")
	boss.presses("➕ 邀请管理员")
	new.start(boss.invitedBy("新的管理员"))
	new.asked("您已是租记的管理员")
	w.stop()
	w.start()
	new.says("/staff")
	new.presses("🛠 管理员")
	new.presses("👤 1004")
	w.settled()
	new.presses("移出")
	new.asked("写在设置 ZUJI_ADMINS 里")
	new.presses("⬅️ 返回")
	w.settled()
	new.presses("👤 路人")
	w.settled()
	new.presses("移出")
	new.asked("您已不是管理员")
	new.says("/audit")
	new.asked("这个操作您不能用")
}
