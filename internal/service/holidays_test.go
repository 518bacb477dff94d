package service_test

import (
	"context"
	"strings"
	"testing"

	"zuji/internal/calendar"
)

const notice2027 = `国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。
三、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。`

// An administrator pastes the published notice; what counts working days goes by
// it, also after a restart, and nobody is reminded of it any more.
func TestHolidays_ArePastedByAnAdministrator(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	boss := w.as(admin)
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 3})
	boss.sees("下一年放假安排")
	boss.says("/holidays")
	boss.asked("放假通知全文")
	boss.says(strings.Replace(notice2027, "共7天", "共8天", 1))
	boss.asked("数出来是 7 天")
	boss.says(notice2027)
	boss.asked("2/5–2/11")
	boss.presses("✅ 保存")
	boss.asked("2027 年的放假安排已保存")
	if _, err := w.zuji.Registry.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.stop()
	w.start()
	rest := calendar.Date{Year: 2027, Month: 2, Day: 10}
	if w.zuji.Registry.Holidays.IsWorkday(rest) {
		t.Error("after a restart the table is forgotten")
	}
	if wrong, err := w.zuji.Registry.Verify(context.Background()); err != nil || len(wrong) > 0 {
		t.Errorf("indexes: %v %v", wrong, err)
	}
	before := strings.Count(boss.diary(0), "下一年放假安排")
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 20})
	if n := strings.Count(boss.diary(0), "下一年放假安排"); n != before {
		t.Errorf("it is asked for again:\n%s", boss.diary(0))
	}
	wang := w.as(landlord)
	wang.says("/holidays")
	wang.asked("这个操作您不能用")
}
