package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zuji/internal/address"
	"zuji/internal/registry"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// lets puts a home into the register; owner 0: the desk enters it.
func (w *world) lets(id string, owner int64, u address.Unit) {
	w.t.Helper()
	t := w.ordinary()
	t.ID, t.Owner, t.Unit = id, owner, u
	if owner == 0 {
		t.Desk = manager
	}
	_, err := w.zuji.Registry.Submit(context.Background(), t)
	if err == nil && owner != 0 {
		_, err = w.zuji.Registry.Accept(context.Background(), id, 0, manager)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// letHomes are the homes of the transcripts: two of one landlord, and one that
// the desk entered.
func (w *world) letHomes() {
	w.t.Helper()
	w.as(landlord).start("")
	w.lets("T1", landlord, address.Unit{Building: "3", Entrance: "1", Room: "502"})
	w.lets("T2", landlord, address.Unit{Building: "3", Entrance: "1", Room: "601"})
	w.lets("T3", 0, address.Unit{Building: "12", Entrance: "2", Room: "1001"})
	w.settled()
}

// other is a landlord of the tests with a home of their own.
const other = 1010

// two are the homes of letHomes and one of another landlord's.
func (w *world) two() {
	w.t.Helper()
	w.letHomes()
	w.telegram.AddUser(standin.User{ID: other, FirstName: "赵敏", LanguageCode: "zh-hans"})
	w.as(other).start("")
	w.lets("T4", other, address.Unit{Building: "5", Entrance: "1", Room: "301"})
	w.settled()
}

// notifies sends the notice to all landlords, as the manager does.
func (p *person) notifies() {
	p.w.t.Helper()
	p.says("/notice")
	p.presses("✉️ 发告知书")
	p.presses("全部房东")
	p.presses("⏭ 跳过")
	p.asked("请核对")
	p.presses("✉️ 发送")
	p.sees("告知书已发给")
}

// told counts the messages of a chat that say text.
func (p *person) told(text string) (n int) {
	for _, m := range p.app.Messages(0) {
		if m.From.ID != p.id && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

// clocked is a world in which the test lets days pass while Zuji does not run.
func clocked(t *testing.T) (*world, func(days int)) {
	w, now := at(t)
	return w, func(days int) {
		w.stop()
		now.days(days)
		w.start()
	}
}

// The manager sends, one landlord reads, the other is reminded.
func TestDutyNotice_SentReadAndReminded(t *testing.T) {
	w, sleep := clocked(t)
	w.two()
	li, wang, zhao := w.as(manager), w.as(landlord), w.as(other)
	li.says("/notice")
	li.sees("还没有发过")
	li.presses("✉️ 发告知书")
	li.presses("全部房东")
	li.says("12月5日<b>上午</b>检查燃气")
	li.asked("发给 2 位房东（3 户）\n另有 1 户没有 Telegram，请当面告知：12栋2单元1001室")
	li.presses("✉️ 发送")
	li.sees("告知书已发给 2 位房东。\n另有 1 户没有 Telegram，请当面告知：12栋2单元1001室")
	wang.sees("物业补充：12月5日<b>上午</b>检查燃气")
	zhao.sees("出租房屋告知书（2026-11 版）")
	w.settled()
	if n := wang.told("出租房屋告知书"); n != 1 {
		t.Errorf("a landlord of two homes got %d copies", n)
	}

	wang.presses("👌 已阅知悉")
	copied := wang.sees("✅ 已阅知悉 · 2026年11月23日（周一） 10:00")
	if len(copied.Inline) != 0 || !strings.Contains(copied.Text, "检查燃气") {
		t.Errorf("the read copy is %+v", copied)
	}
	li.presses("↩️ 全部告知书")
	li.sees("1. 2026年11月23日（周一） 10:00　全部房东\n　已阅 1，没看 1；另有 1 户没有 Telegram")
	li.presses("📋 第 1 份：谁没看")
	open := li.sees("还没看的（1 户）\n• 5栋1单元301室\n\n另有 1 户没有 Telegram，请当面告知：\n• 12栋2单元1001室")
	if strings.Contains(open.Text, "502室") {
		t.Errorf("who has read it is listed:\n%s", open.Text)
	}
	li.presses("🔔 只提醒没看的")
	li.asked("今天已经发过了")

	sleep(1)
	li.says("/notice")
	li.presses("📋 第 1 份：谁没看")
	li.sees("已阅 1 位，没看 1 位")
	li.presses("🔔 只提醒没看的")
	li.asked("已提醒 1 位没看的房东")
	zhao.sees("物业还没有看到您确认")
	w.settled()
	if wang.told("物业还没有看到您确认") != 0 {
		t.Error("who has read it was reminded")
	}
	zhao.presses("👌 已阅知悉")
	zhao.sees("✅ 已阅知悉 · 2026年11月24日（周二） 10:00")
	li.says("/notice")
	li.sees("已阅 2，没看 0；另有 1 户没有 Telegram；提醒过 1 次")
	li.presses("📋 第 1 份：谁没看")
	if done := li.sees("没有还没看的房东"); len(done.Inline) != 1 || len(done.Inline[0]) != 1 {
		t.Errorf("there is nobody to remind, but buttons %v", done.Inline)
	}
	w.settled()
	if n := zhao.told("出租房屋告知书"); n != 2 {
		t.Errorf("%d copies after one reminder", n)
	}
}

// Who blocked the bot is shown to be phoned. When they come back they get the
// newest round, not all.
func TestDutyNotice_BlockedLandlordIsPhoned(t *testing.T) {
	w, sleep := clocked(t)
	w.two()
	li, zhao := w.as(manager), w.as(other)
	zhao.app.Block()
	w.settled()
	li.notifies()
	w.settled()
	for round := 1; round <= 2; round++ {
		sleep(1)
		li.says("/notice")
		li.presses("📋 第 1 份：谁没看")
		li.sees("• 5栋1单元301室　📵 停用了机器人，请打电话")
		li.presses("🔔 只提醒没看的")
		li.sees("已提醒 2 位没看的房东")
		w.settled()
	}
	if n := zhao.told("出租房屋告知书"); n != 0 {
		t.Fatalf("%d copies reached who blocked the bot", n)
	}
	zhao.start("")
	zhao.sees("物业还没有看到您确认")
	w.settled()
	if n := zhao.told("出租房屋告知书"); n != 1 {
		t.Errorf("after coming back %d copies", n)
	}
	zhao.presses("👌 已阅知悉")
	zhao.sees("✅ 已阅知悉")
}

// Presses by anybody else, forged or old, change nothing and show nothing.
func TestDutyNotice_ForgedPressesChangeNothing(t *testing.T) {
	w, _ := clocked(t)
	w.two()
	li := w.as(manager)
	li.notifies()
	w.as(landlord).sees("出租房屋告知书")
	w.settled()
	all, _, err := w.zuji.Registry.DutyNotices(context.Background(), w.compound.ID, 0, 1)
	if err != nil || len(all) != 1 {
		t.Fatal(err)
	}
	before := all[0]
	for _, who := range []int64{stranger, admin, landlord} {
		p := w.as(who)
		p.start("")
		p.sees("租记")
		for _, data := range []string{"dnew:" + w.compound.ID, "dlist:" + w.compound.ID + ".0", "dunread:" + before.ID + ".0", "dremind:" + before.ID + ".1", "dlist:x.9", "dremind:.", "dunread:", "dread:", "dread:x"} {
			p.forges("a:" + data)
		}
		if who != landlord {
			p.forges("a:dread:" + before.ID)
		}
		if chat := p.chat(); strings.Contains(chat, "没看") || strings.Contains(chat, "5栋") || strings.Contains(chat, "发给谁") || strings.Contains(chat, "✅ 已阅") {
			t.Errorf("%d sees:\n%s", who, chat)
		}
	}
	li.forges("a:dread:" + before.ID)
	for _, data := range []string{"dunread:" + before.ID + ".99", "dunread:" + before.ID + ".-3", "dlist:" + w.compound.ID + ".99"} {
		li.forges("a:" + data)
	}
	for _, data := range []string{"dremind:" + before.ID + ".0", "dremind:" + before.ID + ".7", "dremind:" + before.ID + ".x"} {
		li.forges("a:" + data)
	}
	now, err := w.zuji.Registry.DutyNotice(context.Background(), before.ID)
	if err != nil || now != before {
		t.Errorf("it was %+v and is %+v, %v", before, now, err)
	}
	if _, read, _ := w.zuji.Registry.DutyCopy(context.Background(), before.ID, landlord); !read.IsZero() {
		t.Error("it is read")
	}
}

// A landlord presses on both messages: the time of the first press stays.
func TestDutyNotice_SecondPressKeepsTheTime(t *testing.T) {
	w, sleep := clocked(t)
	w.two()
	w.as(manager).notifies()
	wang := w.as(landlord)
	copied := wang.sees("出租房屋告知书")
	data := copied.Inline[0][0].Data
	wang.presses("👌 已阅知悉")
	wang.sees("✅ 已阅知悉 · 2026年11月23日")
	sleep(3)
	if _, err := wang.app.Press(0, copied.ID, data); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if wang.told("✅ 已阅知悉 · 2026年11月23日（周一） 10:00") != 1 || strings.Contains(wang.chat(), "11月26日") {
		t.Errorf("the chat is\n%s", wang.chat())
	}
}

// What was being sent when the process ended goes on at the next start.
func TestDutyNotice_GoesOnAtTheNextStart(t *testing.T) {
	w, sleep := clocked(t)
	w.two()
	n := tenancy.DutyNotice{ID: "half", Compound: w.compound.ID, Audience: tenancy.Audience{Kind: tenancy.WholeCompound}, By: manager}
	if _, err := w.zuji.Registry.SendDutyNotice(context.Background(), n); err != nil {
		t.Fatal(err)
	}
	sleep(0)
	w.as(landlord).sees("出租房屋告知书")
	w.as(other).sees("出租房屋告知书")
	w.settled()
	if a, b := w.as(landlord).told("出租房屋告知书"), w.as(other).told("出租房屋告知书"); a != 1 || b != 1 {
		t.Errorf("%d and %d copies", a, b)
	}
}

// At night nobody is woken.
func TestDutyNotice_WaitsForTheMorning(t *testing.T) {
	w, now := at(t)
	now.set(day.At(22, 0))
	w.two()
	li := w.as(manager)
	li.notifies()
	li.sees("现在不打扰大家，2026年11月24日（周二） 09:00 送达")
	w.settled()
	if n := w.as(landlord).told("出租房屋告知书"); n != 0 {
		t.Errorf("%d copies at night", n)
	}
	w.stop()
	now.set(day.AddDays(1).At(9, 0))
	w.start()
	w.as(landlord).sees("出租房屋告知书")
}

// A long list has pages, in the order in which people count buildings.
func TestDutyNotice_LongListHasPages(t *testing.T) {
	w, _ := clocked(t)
	w.letHomes()
	for i := range 45 {
		w.lets(fmt.Sprint("D", i), 0, address.Unit{Building: fmt.Sprint(20 + i), Room: "101"})
	}
	li := w.as(manager)
	li.notifies()
	li.sees("……等 46 户")
	li.presses("↩️ 全部告知书")
	li.presses("📋 第 1 份：谁没看")
	first := li.sees("请当面告知：\n• 12栋2单元1001室\n• 20栋101室\n")
	if strings.Contains(first.Text, "48栋") {
		t.Errorf("the first page is\n%s", first.Text)
	}
	li.presses("下一页 ›")
	li.sees("• 48栋101室")
	li.presses("‹ 上一页")
	li.sees("还没看的（2 户）")
	li.presses("↩️ 全部告知书")
	li.sees("已阅 0，没看 1")
}

// Where nothing is let there is nobody to tell.
func TestDutyNotice_NobodyToTell(t *testing.T) {
	w, _ := clocked(t)
	li := w.as(manager)
	li.says("/notice")
	li.presses("✉️ 发告知书")
	li.asked("还没有登记在册的出租")
	w.as(stranger).says("/notice")
	w.as(stranger).sees("这个操作您不能用")
	if _, err := w.zuji.Registry.DutyNotice(context.Background(), "x"); !errors.Is(err, registry.ErrNotFound) {
		t.Error(err)
	}
}
