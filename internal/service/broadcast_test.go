package service_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zuji/internal/address"
	"zuji/internal/standin"
)

// lettingBy registers a home for each of n landlords, from the id 3000 on, who use
// the bot.
func (w *world) lettingBy(n int) {
	w.t.Helper()
	for i := range n {
		id := int64(3000 + i)
		w.telegram.AddUser(standin.User{ID: id, FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		w.as(id).start("")
		one := w.ordinary()
		one.ID, one.Owner = fmt.Sprintf("B%d", i), id
		one.Unit = address.Unit{Building: "5", Entrance: "1", Room: fmt.Sprint(101 + i)}
		if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.zuji.Registry.Accept(context.Background(), one.ID, 0, manager); err != nil {
			w.t.Fatal(err)
		}
	}
	w.settled()
}

// An administrator writes to all landlords: they see it first themselves, then how
// far it is, and in the end who could not be reached.
func TestBroadcast_FromPreviewToTheListOfTheMissed(t *testing.T) {
	w, _ := at(t)
	w.lettingBy(4)
	w.as(3002).app.Block()
	w.settled()
	if err := w.zuji.Registry.WithdrawConsent(context.Background(), 3003); err != nil {
		t.Fatal(err)
	}
	boss := w.as(admin)
	boss.says("/broadcast")
	boss.presses("房东")
	boss.presses("跳过")
	boss.asked("要通知什么？")
	boss.says("谁家有孩子请登记")
	boss.asked("孩子")
	boss.says("12月5日检查燃气。\n请留人 <在家>")
	boss.asked("现在有 4 人会收到")
	boss.presses("👀 先发给我看")
	if m := boss.sees("📢 幸福花园　通知"); !strings.Contains(m.Text, "12月5日检查燃气。\n请留人 <在家>") {
		t.Errorf("the preview reads %q", m.Text)
	}
	boss.asked("共 4 人。发吗？")
	for _, id := range []int64{3000, 3001, 3003} {
		if strings.Contains(w.as(id).chat(), "检查燃气") {
			t.Errorf("%d was told before it was confirmed", id)
		}
	}
	boss.presses("✅ 发出")
	boss.sees("发完了，共 4 人\n送达 2　停用了机器人 1　撤回了同意 1")
	w.settled()
	for _, id := range []int64{3000, 3001} {
		if n := strings.Count(w.as(id).chat(), "📢 幸福花园　通知"); n != 1 {
			t.Errorf("%d was told %d times", id, n)
		}
	}
	boss.sees("有 2 处没有确定送达")
	data, _ := boss.file("没有确定送达的名单.xlsx")
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if text := fmt.Sprint(rows); err != nil || !strings.Contains(text, "5栋1单元103室") || !strings.Contains(text, "停用了机器人") || !strings.Contains(text, "5栋1单元104室 撤回了同意") || strings.Contains(text, "王建国") {
		t.Errorf("the list is %v, %v", rows, err)
	}
	boss.says("/audit")
	boss.sees("群发了通知")
}

// A broadcast that a stop has interrupted goes on after the restart, and nobody
// gets it twice.
func TestBroadcast_GoesOnAfterARestart(t *testing.T) {
	w, _ := at(t)
	w.lettingBy(30)
	w.config.Rates.Overall = 20
	w.config.Rates.Burst = 1
	w.stop()
	w.start()
	boss := w.as(admin)
	boss.says("/broadcast 明天停水")
	boss.presses("房东")
	boss.presses("跳过")
	boss.presses("👀 先发给我看")
	boss.presses("✅ 发出")
	boss.sees("正在发")
	w.stop()
	w.start()
	boss.within(4 * patience).sees("发完了，共 30 人\n送达 30")
	for i := range 30 {
		p := w.as(int64(3000 + i))
		p.sees("明天停水")
		if n := strings.Count(p.chat(), "明天停水"); n != 1 {
			t.Errorf("%d was told %d times", p.id, n)
		}
	}
}
