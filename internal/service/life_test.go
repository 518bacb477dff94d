package service_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

func (w *world) stored(id string) tenancy.Tenancy {
	w.t.Helper()
	t, err := w.zuji.Registry.Tenancy(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

// states are those of a person's tenancies, in alphabetical order.
func (w *world) states(who int64) string {
	w.t.Helper()
	all, err := w.zuji.Registry.Mine(context.Background(), who, 20)
	if err != nil {
		w.t.Fatal(err)
	}
	var s []string
	for _, t := range all {
		s = append(s, string(t.State))
	}
	slices.Sort(s)
	return strings.Join(s, " ")
}

func (p *person) opens(unit, button string) {
	p.w.t.Helper()
	p.says("/my")
	p.w.settled()
	p.presses(unit)
	p.w.settled()
	p.presses(button)
}

// A change shows the manager before and after, and takes the old one's place only
// when it is accepted.
func TestChange(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang, li := w.as(landlord), w.as(manager)
	wang.opens("3栋1单元502室", "✏️ 变更")
	wang.asked("请核对")
	wang.presses("✅ 属实，提交")
	wang.asked("还没有改任何一项")
	wang.presses("✏️ 月租金")
	wang.says("3800")
	wang.asked("¥3,800.00")
	wang.presses("✏️ 租客证件")
	wang.says("219999198802290025")
	wang.asked("219999********0025")
	wang.presses("✅ 属实，提交")
	wang.sees("原来的登记照旧有效")
	card := li.sees("变更　幸福花园")
	for _, want := range []string{"从 2026年11月23日（周一） 起", "月租金：¥3,500.00 → ¥3,800.00", "119999********0012 → 居民身份证 219999********0025", "其他不变"} {
		if !strings.Contains(card.Text, want) {
			t.Errorf("the card lacks %q:\n%s", want, card.Text)
		}
	}
	if strings.Contains(card.Text, "起租日") || strings.Contains(card.Text, "还有谁住") || strings.Contains(card.Text, "同一证件") {
		t.Errorf("the card shows what has not changed:\n%s", card.Text)
	}
	if got := w.states(landlord); got != "accepted submitted" {
		t.Errorf("before it is accepted: %s", got)
	}
	wang.says(w.stored("T1").Receipt)
	wang.asked("状态：物业已受理")
	wang.presses("🔁 续租")
	wang.asked("已经有一份变更或续租在等物业受理")
	li.presses("✅ 受理")
	li.sees("已受理，回执已发给房东")
	if got := w.states(landlord); got != "accepted changed" {
		t.Errorf("after: %s", got)
	}
}

func TestRenewal_ThreeTaps(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang, li := w.as(landlord), w.as(manager)
	wang.opens("3栋1单元502室", "🔁 续租")
	wang.presses("🔁 再租 12 个月，租金不变")
	wang.presses("✅ 属实，提交")
	wang.sees("原来的登记照旧有效")
	wang.says("/my")
	wang.asked("续租已提交，等物业受理")
	card := li.sees("续租　幸福花园")
	if !strings.Contains(card.Text, "止租日：2027年11月30日（周二） → 2028年11月30日（周四）") {
		t.Errorf("the card is:\n%s", card.Text)
	}
	li.presses("✅ 受理")
	li.sees("已受理，回执已发给房东")
	if got := w.states(landlord); got != "accepted renewed" {
		t.Errorf("states %s", got)
	}
	all, _ := w.zuji.Registry.Mine(context.Background(), landlord, 1)
	if now := all[0]; now.Start != (calendar.Date{Year: 2027, Month: 12, Day: 1}) || now.Filing.Rent != 350000 || now.MoveIn.Year != 2026 {
		t.Errorf("renewed as %+v", now)
	}
	wang.opens("3栋1单元502室", "🕘 经过")
	story := wang.sees("的经过")
	for _, want := range []string{"房东：提交登记", "物业 李经理：受理", "受理续租，由新登记代替"} {
		if !strings.Contains(story.Text, want) {
			t.Errorf("the history lacks %q:\n%s", want, story.Text)
		}
	}
}

func TestEndAndWithdraw(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang, li := w.as(landlord), w.as(manager)
	wang.opens("3栋1单元502室", "🔁 续租")
	wang.presses("🔁 再租 12 个月，租金不变")
	wang.presses("✅ 属实，提交")
	wang.sees("原来的登记照旧有效")
	wang.says("/my")
	wang.asked("这是一份续租")
	next, err := w.zuji.Registry.Replacing(context.Background(), "T1")
	if err != nil || next == nil {
		t.Fatal("no renewal waits")
	}
	wang.says(next.Receipt)
	wang.asked("状态：等物业受理")
	wang.presses("↩️ 撤回")
	wang.asked("撤回后物业不再处理")
	wang.presses("撤回")
	wang.asked("已撤回")
	li.presses("✅ 受理")
	li.sees("房东已经撤回这份登记")

	first := w.stored("T1").Receipt
	wang.says(first)
	wang.asked("状态：物业已受理")
	wang.presses("🚪 退租")
	wang.says("下个月31号")
	wang.presses("⏭ 跳过")
	wang.presses("🚪 提交退租")
	wang.asked("已登记退租")
	li.sees("🚪 退租")
	if got := w.states(landlord); got != "ended withdrawn" {
		t.Errorf("states %s", got)
	}
	one := w.ordinary()
	one.ID = "T2"
	if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
		t.Errorf("the unit is not free again: %v", err)
	}
}

func TestTenantConfirmsOrObjects(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang, li, lei := w.as(landlord), w.as(manager), w.as(stranger)
	wang.opens("3栋1单元502室", "🤝 请租客确认")
	wang.asked("还没有请他确认")
	wang.presses("🔗 请李雷确认")
	link := wang.sees("请把这个链接发给李雷本人").Text
	token := link[strings.LastIndex(link, "t_"):]
	lei.start(token)
	entry := lei.sees("房东替您登记了以上内容")
	for _, want := range []string{"租客姓名：李雷", "119999********0012", "止租日：2027年11月30日"} {
		if !strings.Contains(entry.Text, want) {
			t.Errorf("the tenant's view lacks %q:\n%s", want, entry.Text)
		}
	}
	for _, never := range []string{"王建国", "138****8000", "租金", "ZJ-"} {
		if strings.Contains(entry.Text, never) {
			t.Errorf("the tenant sees %q:\n%s", never, entry.Text)
		}
	}
	li.says("https://t.me/" + username + "?start=" + token)
	li.sees("这个链接不对、别人用过了")
	lei.presses("✅ 确认无误")
	lei.sees("已经告诉房东")
	wang.sees("李雷 确认了")
	lei.start("t_wrong")
	lei.sees("这个链接不对")
	lei.says("/my")
	lei.presses("🏠 3栋1单元502室")
	lei.sees("您的答复：✅ 已确认")

	now.add(time.Hour)
	lei.start(token)
	if _, err := w.zuji.Registry.Confirm(context.Background(), "T1", stranger, tenancy.SaidWrong, "#dates"); err != nil {
		t.Fatal(err)
	}
	wang.sees("有出入：租期不对")
	li.sees("有出入：租期不对")
	wang.opens("3栋1单元502室", "🤝 请租客确认")
	wang.presses("🚫 收回李雷的链接")
	wang.sees("链接已收回")
	lei.start(token)
	lei.asked("这个链接不对")
	if one := w.stored("T1"); one.Lodger(stranger) != nil {
		t.Error("the tenant still sees the tenancy")
	}
}

func TestTenantLink_Expires(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	token := w.invitation("a")
	now.days(8)
	w.as(stranger).start("t_" + token)
	w.as(stranger).sees("这个链接不对")
	if w.stored("T1").People[0].Answer.Who != 0 {
		t.Error("an expired link was opened")
	}
}

func TestDesk_LandlordTakesOver(t *testing.T) {
	w, _ := at(t)
	li, wang, other := w.as(manager), w.as(landlord), w.as(stranger)
	li.says("/desk")
	li.presses("已同意")
	for _, s := range []string{"3-1-502", "房东本人", "王建国", "13800138000", "李雷", "119999199001010012", "13900139000", "没有了", "12月1日", "一年"} {
		li.says(s)
		w.settled()
	}
	li.asked("请核对")
	li.presses("✅ 属实，提交")
	li.asked("已代录并受理")
	li.presses("🔗 交给房东")
	link := li.sees("请把这个链接交给房东本人").Text
	token := link[strings.LastIndex(link, "l_"):]
	all, _, err := w.zuji.Registry.Find(context.Background(), w.compound.ID, "3-1-502", 5)
	if err != nil || len(all) != 1 || all[0].State != tenancy.Accepted || all[0].Owner != 0 || all[0].Desk != manager {
		t.Fatalf("entered as %+v, %v", all, err)
	}

	w.telegram.AddUser(*w.user(stranger, "+8613900139999"))
	other.start(token)
	other.asked("请发送您的手机号")
	other.shares()
	other.sees("和登记的房东手机不一致")
	if w.stored(all[0].ID).Owner != 0 {
		t.Fatal("somebody with another phone has taken it over")
	}
	wang.start(token)
	wang.asked("请发送您的手机号")
	wang.says("13800138000")
	wang.asked("打字不行")
	wang.shares()
	wang.sees("已接手")
	wang.opens("3栋1单元502室", "🔁 续租")
	wang.asked("再租多久")
	other.start(token)
	other.asked("这个链接不对、用过了")
}

func TestFind_ByWhateverIsTyped(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	li := w.as(manager)
	receipt := w.stored("T1").Receipt
	for _, words := range []string{"3-1-502", "3栋1单元502", "502", "王建国", "建国", "wjg", "ll", "8000", "139 0013 9000", receipt, strings.ToLower(receipt)} {
		before := len(li.app.Messages(0))
		li.says(words)
		li.asked("已受理")
		if m := li.sees("已受理"); !strings.Contains(m.Text, receipt) || len(li.app.Messages(0)) != before+2 {
			t.Errorf("%q finds %q", words, m.Text)
		}
	}
	li.says("/find 张三")
	li.asked("没有查到")
	stranger := w.as(stranger)
	stranger.start("")
	stranger.sees("租记")
	stranger.says("3-1-502")
	stranger.asked("我没有在等您回答的问题")
}

func TestReveal_AsksWhyAndIsToldToTheLandlord(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	li, wang := w.as(manager), w.as(landlord)
	li.says("3-1-502")
	li.asked("已受理")
	li.presses("👁 看完整号码")
	li.asked("为什么要看")
	if strings.Contains(li.chat(), "119999199001010012") {
		t.Fatal("the number shows before a reason is given")
	}
	li.presses("核对证件")
	m := li.sees("119999199001010012")
	if !m.Protected {
		t.Error("the numbers can be forwarded")
	}
	li.presses("🙈 收起")
	w.settled()
	if strings.Contains(li.chat(), "119999199001010012") {
		t.Error("the numbers are still there")
	}
	wang.opens("3栋1单元502室", "🕘 经过")
	wang.sees("物业 李经理：查看完整号码（核对证件）")
}

func TestQueue_OldestFirstThenNext(t *testing.T) {
	w, now := at(t)
	wang, li := w.as(landlord), w.as(manager)
	wang.start("")
	for i, room := range []string{"501", "502", "503"} {
		one := w.ordinary()
		one.ID, one.Unit.Room = "Q"+room, room
		if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
			t.Fatal(err)
		}
		now.days(i + 1)
	}
	w.settled()
	li.says("/queue")
	li.asked("待受理 1/3　已等 4 个工作日")
	li.asked("501室")
	li.presses("下一份 ▶️")
	li.asked("待受理 2/3　已等 3 个工作日")
	li.presses("✅ 受理")
	li.sees("已受理，回执已发给房东")
	li.presses("下一份（还有 2 份）▶️")
	li.asked("待受理 1/2")
	li.presses("🚫 不予受理")
	li.presses("不是本小区的房子")
	li.asked("只是有错要改的，请用「退回」")
	li.presses("🚫 不予受理")
	li.asked("已决定不予受理")
	wang.sees("理由：不是本小区的房子")
	if got := w.stored("Q501").State; got != tenancy.Rejected {
		t.Errorf("it is %s", got)
	}
}

// A term that is over is noted by the calendar, and the landlord says what
// follows.
func TestExpiry(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	now.set(calendar.Date{Year: 2027, Month: 11, Day: 30}.At(12, 0))
	w.expire()
	if got := w.stored("T1").State; got != tenancy.Accepted {
		t.Fatalf("on the last day it is %s", got)
	}
	now.set(calendar.Date{Year: 2027, Month: 12, Day: 1}.At(0, 5))
	w.expire()
	w.expire()
	now.set(calendar.Date{Year: 2027, Month: 12, Day: 1}.At(9, 31))
	w.ticked()
	wang.sees("还没有登记续租或退租")
	wang.presses("♾ 转为不定期")
	wang.asked("已记为不定期租赁")
	if got := w.stored("T1").State; got != tenancy.Indefinite {
		t.Errorf("it is %s", got)
	}
	wang.opens("3栋1单元502室", "🔁 续租")
	wang.presses("24 个月")
	wang.presses("✓ 不变：¥3,500.00")
	wang.presses("✅ 属实，提交")
	wang.sees("原来的登记照旧有效")
}

func (w *world) expire() {
	w.t.Helper()
	if _, err := w.zuji.Registry.Expire(context.Background(), tenancy.Today(w.config.Now())); err != nil {
		w.t.Fatal(err)
	}
	w.settled()
}

// Who opened a tenant's link sees the entry of the change, too, unless the link was
// taken back while it was filled in, or the entry is somebody else's by now.
func TestTenantLink_GoesOnForTheSamePersonOnly(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*tenancy.Person)
		revoked bool
		sees    bool
	}{
		"another rent":     {func(*tenancy.Person) {}, false, true},
		"a name corrected": {func(p *tenancy.Person) { p.Name = "李磊" }, false, true},
		"another person": {func(p *tenancy.Person) {
			p.Name, p.Document.Number = "韩梅梅", "119999199001010039"
		}, false, false},
		"another of the name": {func(p *tenancy.Person) { p.Document.Number = "119999199001010039" }, false, false},
		"taken back":          {func(*tenancy.Person) {}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := at(t)
			w.accepted(landlord)
			w.as(stranger).start("t_" + w.invitation("a"))
			w.as(stranger).sees("房东替您登记了以上内容")
			ctx, next := context.Background(), w.stored("T1")
			next.ID, next.Replaces, next.Purpose = "T2", "T1", tenancy.ToChange
			c.change(&next.People[0])
			if c.revoked {
				if _, err := w.zuji.Registry.RevokeTenant(ctx, "T1", "a", landlord); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.zuji.Registry.Submit(ctx, next); err != nil {
				t.Fatal(err)
			}
			stored := w.stored("T2")
			if sees := stored.Lodger(stranger) != nil; sees != c.sees {
				t.Errorf("who opened the link sees the change: %t", sees)
			}
			if _, err := w.zuji.Registry.RevokeTenant(ctx, "T1", "a", landlord); err != nil {
				t.Fatal(err)
			}
			if stored = w.stored("T2"); stored.Lodger(stranger) != nil {
				t.Error("taken back from the one, the link opens the other")
			}
		})
	}
}

// What a tenant said stands as long as what they see does.
func TestTenant_IsAskedAgainOfWhatWasCorrected(t *testing.T) {
	for name, c := range map[string]struct {
		correct func(*tenancy.Tenancy)
		stands  bool
	}{
		"the rent": {func(t *tenancy.Tenancy) { t.Filing.Rent = 999_00 }, true},
		"the name": {func(t *tenancy.Tenancy) { t.People[0].Name = "李磊" }, false},
		"the end":  {func(t *tenancy.Tenancy) { t.End = t.End.AddDays(-1) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := at(t)
			w.register()
			ctx := context.Background()
			w.as(stranger).start("t_" + w.invitation("a"))
			w.as(stranger).sees("房东替您登记了以上内容")
			w.as(stranger).presses("✅ 确认无误")
			w.as(stranger).sees("已经告诉房东")
			one, err := w.zuji.Registry.Return(ctx, "T1", 0, manager, map[string]string{"unit": "#wrong"})
			if err != nil {
				t.Fatal(err)
			}
			c.correct(&one)
			if _, err := w.zuji.Registry.Resubmit(ctx, one); err != nil {
				t.Fatal(err)
			}
			a := w.stored("T1").People[0].Answer
			if stands := a.Said == tenancy.SaidRight; stands != c.stands || a.Who != stranger {
				t.Errorf("the tenant's word stands: %t; %d may see it", stands, a.Who)
			}
		})
	}
}
