package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zuji/bot"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/service"
)

// An administrator finds somebody who does not get on, sees the step and none of
// the answers, puts the form among the drafts, and asks the staff to help.
func TestUser_StuckInAForm(t *testing.T) {
	w, _ := at(t)
	boss, path := w.as(admin), w.as(stranger)
	path.start("c_" + w.compound.Link)
	path.presses("✅ 同意")
	path.says("7-2-901")
	path.presses("房东本人")
	path.asked("房东叫什么名字")
	w.settled()
	boss.says("/user 1005")
	boss.asked("用户 1005")
	boss.asked("正在填：出租登记，停在「房东姓名」")
	if m := boss.sees("正在填"); strings.Contains(m.Text, "901") {
		t.Errorf("an answer is shown:\n%s", m.Text)
	}
	boss.presses("🤝 请物业联系")
	boss.asked("已请幸福花园的物业（2 人）联系")
	w.as(manager).sees("对方在填「出租登记」，停在「房东姓名」")
	boss.says("/user 1005")
	w.settled()
	boss.presses("♻️ 收进草稿，重新开始")
	boss.sees("没有在填表")
	path.sees("收进了草稿，填过的都在")
	path.says("/resume")
	path.asked("房东叫什么名字")
	path.says("王建国")
	path.sees("✓ 房东姓名：王建国")
	boss.says("/audit")
	m := boss.sees("操作记录")
	for _, want := range []string{"重置了", "转交"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the log lacks %q:\n%s", want, m.Text)
		}
	}
}

// Whoever is stopped is told once and gets nothing done; what they must be told is
// told; an administrator can't be stopped.
func TestUser_Stopped(t *testing.T) {
	w, now := at(t)
	boss, wang := w.as(admin), w.as(landlord)
	w.register()
	wang.says("/help")
	wang.asked("您的编号：1001")
	boss.says("/user 1004")
	boss.presses("⛔ 停用")
	boss.asked("这位是管理员，不能停用")
	one, err := w.zuji.Registry.Tenancy(t.Context(), "T1")
	if err != nil {
		t.Fatal(err)
	}
	boss.says("/user " + one.Receipt)
	w.settled()
	boss.presses("⛔ 停用")
	boss.sees("⛔ 已停用")
	before := len(wang.app.Messages(0))
	for range 3 {
		wang.says("/my")
	}
	w.settled()
	if said := wang.since(before); strings.Count(said, "您的使用已被管理员停用") != 1 || strings.Contains(said, "3-1-502") {
		t.Errorf("told %q", said)
	}
	if _, err := w.zuji.Registry.Accept(t.Context(), "T1", 0, manager); err != nil {
		t.Fatal(err)
	}
	wang.sees("登记回执")
	boss.presses("✅ 恢复使用")
	w.settled()
	now.add(time.Hour)
	wang.says("/my")
	wang.asked("我的登记")
}

// A flood by one person is cut off and told once; others are served, and after a
// while that person is served again.
func TestFlood_LimitedAndToldOnce(t *testing.T) {
	now := &clock{}
	now.set(day.At(10, 0))
	w := newWorld(t, func(c *service.Config) { c.Now, c.Flood = now.Now, bot.Flood{Burst: 10, PerSecond: 1} })
	path, wang := w.as(stranger), w.as(landlord)
	for i := range 60 {
		path.says(fmt.Sprintf("/help %d", i))
	}
	w.settled()
	chat := path.since(0)
	if told, served := strings.Count(chat, "您发得太快了"), strings.Count(chat, "怎么用租记"); told != 1 || served != 10 {
		t.Errorf("told %d times, served %d times", told, served)
	}
	wang.says("/help")
	wang.asked("怎么用租记")
	now.add(20 * time.Second)
	path.says("/help")
	w.settled()
	if served := strings.Count(path.since(0), "怎么用租记"); served != 11 {
		t.Errorf("served %d times", served)
	}
}

// An update that was set aside is tried again by a button, takes effect, and is
// gone from the list; one that fails again stays.
func TestFailed_TriedAgain(t *testing.T) {
	w, _ := at(t)
	boss, path := w.as(admin), w.as(stranger)
	path.start("")
	w.settled()
	message, _ := json.Marshal(map[string]any{"update_id": 900_001, "message": map[string]any{"message_id": 77, "date": 1,
		"from": map[string]any{"id": stranger, "first_name": "路人"}, "chat": map[string]any{"id": stranger, "type": "private"}, "text": "/privacy",
		"entities": []any{map[string]any{"type": "bot_command", "offset": 0, "length": 8}}}})
	for id, raw := range map[int64][]byte{900_001: message, 900_002: []byte("{")} {
		if err := w.zuji.Registry.SetAside(t.Context(), id, raw, fmt.Sprintf("E-%d", id), "why it failed"); err != nil {
			t.Fatal(err)
		}
	}
	boss.says("/failed")
	boss.asked("why it failed")
	boss.presses("🔁 再试 E-900001")
	boss.sees("✅ 已处理")
	path.sees("隐私说明")
	boss.says("/failed")
	w.settled()
	for range 4 { // however often, it is not lost
		boss.presses("🔁 再试 E-900002")
		boss.sees("还是没能处理")
		boss.says("/failed")
		w.settled()
	}
	if m := boss.sees("没能处理的消息"); strings.Contains(m.Text, "E-900001") || !strings.Contains(m.Text, "E-900002") {
		t.Errorf("the list is\n%s", m.Text)
	}
	boss.presses("不管了")
	boss.sees("没有未能处理的消息")
}

// What somebody typed before is not taken as the answer to the question that is open
// by now; of whoever is stopped nothing is tried again.
func TestFailed_OldWordsAreNoAnswer(t *testing.T) {
	w, _ := at(t)
	boss, path := w.as(admin), w.as(stranger)
	path.start("c_" + w.compound.Link)
	path.presses("✅ 同意")
	path.asked("哪一栋")
	words, _ := json.Marshal(map[string]any{"update_id": 900_003, "message": map[string]any{"message_id": 78, "date": 1,
		"from": map[string]any{"id": stranger, "first_name": "路人"}, "chat": map[string]any{"id": stranger, "type": "private"}, "text": "9-9-909"}})
	aside := func() {
		t.Helper()
		if err := w.zuji.Registry.SetAside(t.Context(), 900_003, words, "E-OLD", "why it failed"); err != nil {
			t.Fatal(err)
		}
		boss.says("/failed")
		w.settled()
		boss.presses("🔁 再试 E-OLD")
		w.settled()
	}
	aside()
	boss.sees("✅ 已处理")
	path.asked("哪一栋")
	if strings.Contains(path.chat(), "9栋") {
		t.Errorf("old words were taken:\n%s", path.chat())
	}
	if err := w.zuji.Registry.Block(t.Context(), stranger, admin, true); err != nil {
		t.Fatal(err)
	}
	aside()
	boss.sees("还是没能处理")
	if all, err := w.zuji.Registry.Aside(t.Context(), 5); err != nil || len(all) != 1 {
		t.Errorf("set aside: %d, %v", len(all), err)
	}
}

// refused puts a notice of T1 to a person among those that Telegram refused.
func (w *world) refused(who int64) {
	w.t.Helper()
	ctx, later := context.Background(), w.clock().AddDate(1, 0, 0)
	payload, _ := json.Marshal(registry.Notice{Kind: registry.ToReview, Tenancy: "T1"})
	row := outbox.Row{Key: "refused/1", To: who, Kind: string(registry.ToReview), Payload: payload, NextAt: later, Created: later}
	err := w.zuji.Box.Store.Update(ctx, func(tx kv.Tx) error { return outbox.Put(tx, row) })
	if err == nil {
		_, err = w.zuji.Box.Claim(ctx, later, 1)
	}
	if err = errors.Join(err, w.zuji.Box.Dead(ctx, row.Key, "refused by telegram")); err != nil {
		w.t.Fatal(err)
	}
}

// A message that was not delivered is sent again by a button.
func TestFailed_SentAgain(t *testing.T) {
	w, _ := at(t)
	w.register()
	w.settled()
	w.refused(second)
	boss := w.as(admin)
	boss.says("/health")
	boss.asked("🔴 没送到 1 条")
	boss.says("/failed")
	boss.asked("待受理")
	li := w.as(second)
	before := len(li.app.Messages(0))
	boss.presses("📨 再发 1")
	boss.sees("也没有没送到的通知")
	w.settled()
	if said := li.since(before); !strings.Contains(said, "待受理") {
		t.Errorf("nothing came again: %q\n%s", said, li.chat())
	}
}

// /health and /version say how Zuji is, without a word about anybody.
func TestHealth(t *testing.T) {
	w, now := at(t)
	w.register()
	boss := w.as(admin)
	boss.says("/health")
	for _, want := range []string{"🟢 正常服务", "🟢 填表状态存在本机", "🟢 没送到 0 条", "🔴 没有设置备份", "硬盘还剩"} {
		boss.asked(want)
	}
	boss.says("/version")
	boss.asked("数据版本")
	now.set(day.At(10, 0).AddDate(0, 0, 14))
	boss.says("/health")
	boss.asked("🔴 还没有 2027 年的放假安排")
	w.settled()
	boss.seesNothingPersonal()
}

// A number that nobody here has shows nobody, so that a phone's never gets into the
// log; a message that lost its point is no trouble.
func TestUser_NobodyByAPhone(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord) // what the managers were told of its submission lost its point
	w.settled()
	boss := w.as(admin)
	boss.says("/user 13800138000")
	boss.asked("没找到")
	boss.says("/user 1001")
	boss.asked("用户 1001")
	boss.says("/failed")
	boss.asked("也没有没送到的通知")
	boss.says("/health")
	boss.asked("🟢 没送到 0 条")
}
