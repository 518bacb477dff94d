package service_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// ticked lets everything fall due that has, and waits until it is sent.
func (w *world) ticked() {
	w.t.Helper()
	if _, err := w.zuji.Registry.Tick(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.drained()
}

// drained waits until the outbox is empty.
func (w *world) drained() { w.t.Helper(); w.drainedWithin(patience) }

func (w *world) drainedWithin(d time.Duration) {
	w.t.Helper()
	for deadline := time.Now().Add(d); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		n, err := w.zuji.Box.Counts(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		if n.Waiting == 0 && n.Sending == 0 {
			return
		}
	}
	w.t.Fatal("the outbox does not empty")
}

// until plays the time until a day, one due moment after the other.
func (w *world) until(now *clock, last calendar.Date) {
	w.t.Helper()
	for {
		next, ok, err := w.zuji.Registry.NextDue(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		expiry := calendar.DateOf(now.Now()).AddDays(1).At(0, 1)
		if !ok || expiry.Before(next) {
			next = expiry
		}
		if next.After(last.At(23, 59)) {
			return
		}
		if next.After(now.Now()) {
			now.set(next)
		}
		w.expireQuietly()
		w.ticked()
	}
}

func (w *world) expireQuietly() {
	w.t.Helper()
	if _, err := w.zuji.Registry.Expire(context.Background(), tenancy.Today(w.config.Now())); err != nil {
		w.t.Fatal(err)
	}
}

// diary writes the messages that a person got from a moment on.
func (p *person) diary(after int64) string {
	var b strings.Builder
	for _, m := range p.app.Messages(after) {
		if m.From.ID != p.id {
			fmt.Fprintf(&b, "%s\n", m.Date.In(calendar.Shanghai).Format("2006-01-02 15:04"))
			for line := range strings.Lines(m.Text) {
				b.WriteString("  " + line)
			}
			b.WriteString("\n")
			for _, row := range m.Inline {
				for _, k := range row {
					fmt.Fprintf(&b, "  [%s]", k.Text)
				}
				b.WriteString("\n")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestReminder_IsSettledByButtons(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 3})
	wang.sees("的租客信息要向派出所报送")
	wang.presses("⏰ 稍后")
	wang.asked("什么时候再提醒")
	wang.presses("明早 9 点")
	wang.asked("再提醒您")
	now.set(calendar.Date{Year: 2026, Month: 12, Day: 4}.At(9, 1))
	w.ticked()
	if m := wang.sees("🔔"); !strings.Contains(m.Text, "报送") {
		t.Errorf("put off, it comes back as %q", m.Text)
	}
	wang.presses("✅ 已报送")
	wang.asked("不再提醒这件事")
	before := len(wang.app.Messages(0))
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 7})
	if d := wang.diary(0); strings.Count(d, "🔔") != 2 || len(wang.app.Messages(0)) != before {
		t.Errorf("after it was done:\n%s", d)
	}
}

// No more is no more, except of what is overdue by law.
func TestReminder_NoMore(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	filing := func(day calendar.Date) int {
		w.until(now, day)
		return strings.Count(wang.diary(0), "要办租赁备案")
	}
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 8})
	wang.sees("要办租赁备案")
	wang.presses("🔕 不再提醒")
	wang.asked("这件事不再提醒")
	if n := filing(calendar.Date{Year: 2026, Month: 12, Day: 27}); n != 1 {
		t.Errorf("told %d times before it was overdue:\n%s", n, wang.diary(0))
	}
	if n := filing(calendar.Date{Year: 2026, Month: 12, Day: 28}); n != 2 {
		t.Errorf("overdue: told %d times", n)
	}
	wang.presses("🔕 不再提醒")
	if n := filing(calendar.Date{Year: 2027, Month: 1, Day: 4}); n != 3 {
		t.Errorf("overdue by law it was told %d times", n)
	}
}

// A form that was put aside is remembered twice, until it is taken up or over.
func TestReminder_OfADraft(t *testing.T) {
	w, now := at(t)
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	wang.says("/register")
	wang.presses("💾 暂存")
	wang.asked("已存为草稿")
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 10})
	if n := strings.Count(wang.diary(0), "有一份没填完的「出租登记」"); n != 2 {
		t.Fatalf("told %d times:\n%s", n, wang.diary(0))
	}
	wang.presses("▶️ 接着填")
	wang.asked("同意这样处理吗")
}

// A day can be picked from a calendar: for a reminder that one sets, and to put
// one off.
func TestReminder_PickedFromACalendar(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	wang.says("/remind")
	wang.presses("收房租")
	wang.presses("📅 选日子")
	wang.sees("2026 年 11 月")
	wang.presses("▶")
	wang.sees("2026 年 12 月")
	wang.presses("2")
	wang.presses("✅ 设好")
	wang.asked("提醒设好了")
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 2})
	if m := wang.sees("🔔 收房租"); m.Date.In(calendar.Shanghai).Format("01-02 15:04") != "12-02 09:00" {
		t.Errorf("it comes at %v", m.Date)
	}
	wang.presses("⏰ 稍后")
	wang.presses("📅 选日子")
	wang.offered("▶")
	wang.presses("1")
	wang.asked("这一天已经过了")
	wang.presses("15")
	wang.asked("再提醒您")
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 15})
	if n := strings.Count(wang.diary(0), "收房租"); n < 2 {
		t.Errorf("put off to the 15th it comes %d times:\n%s", n, wang.diary(0))
	}
}

// A reminder that comes in the middle of a form leaves it alone.
func TestReminder_DoesNotTouchTheConversation(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	wang.says("/register")
	wang.asked("哪一栋")
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 3})
	wang.sees("🔔")
	wang.says("3-1-503")
	wang.sees("房号：3栋1单元503室")
}

func TestSettings(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	wang.says("/settings")
	wang.asked("提醒设置")
	wang.presses("✅ 报派出所")
	wang.sees("提醒设置")
	wang.presses("🕘 时段")
	wang.presses("18:00–21:00")
	w.settled()
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 4})
	if d := wang.diary(0); strings.Contains(d, "🔔") {
		t.Errorf("what was turned off comes:\n%s", d)
	}
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 8})
	m := wang.sees("🔔")
	if at := m.Date.In(calendar.Shanghai); !strings.Contains(m.Text, "备案") || at.Hour() != 18 {
		t.Errorf("at %v: %s", at, m.Text)
	}
}

// Whoever blocked the bot is phoned by the staff.
func TestReminder_OfSomebodyWhoBlockedTheBot(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	w.as(landlord).app.Block()
	w.settled()
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 3})
	if m := w.as(manager).sees("请打电话告诉他"); !strings.Contains(m.Text, "3栋1单元502室") {
		t.Errorf("the staff is told %q", m.Text)
	}
}

// A year of one landlord and one manager, as a person can read it.
func TestReminder_Year(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	late := w.fulfilled(2026, 2027, 2028)
	w.until(now, calendar.Date{Year: 2027, Month: 6, Day: 10})
	if _, err := w.zuji.Registry.Fulfil(context.Background(), late, manager, "", ""); err != nil {
		t.Fatal(err)
	}
	w.until(now, calendar.Date{Year: 2028, Month: 1, Day: 31})
	for who, name := range map[int64]string{landlord: "landlord", manager: "manager"} {
		golden(t, "testdata/year_"+name+".txt", w.as(who).diary(0))
	}
}

// fulfilled notes the obligations of the years as done, but for the fire check of
// May 2027, whose id it returns.
func (w *world) fulfilled(years ...int) (late string) {
	w.t.Helper()
	for _, year := range years {
		for _, o := range tenancy.YearOf(w.compound.ID, year) {
			if o.Kind == tenancy.FireCheck && o.Due.Month == time.May && year == 2027 {
				late = o.ID()
				continue
			}
			if _, err := w.zuji.Registry.Fulfil(context.Background(), o.ID(), manager, "", ""); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return late
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err == nil && string(want) == got {
		return
	}
	if os.Getenv("ZUJI_UPDATE") != "" {
		_ = os.MkdirAll("testdata", 0o755)
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s differs (ZUJI_UPDATE=1 rewrites it):\n%s", path, got)
}

// What people set themselves: it comes at its time, within their hours, again and
// again; a manager's reaches the landlords of a building.
func TestOwnReminders(t *testing.T) {
	w, now := at(t)
	w.accepted(landlord)
	wang, li := w.as(landlord), w.as(manager)
	set := func(p *person, answers ...string) {
		t.Helper()
		p.says("/remind")
		for _, s := range answers {
			w.settled()
			p.says(s)
		}
		p.presses("✅ 设好")
		p.asked("提醒设好了")
	}
	set(wang, "收房租", "每月5号上午九点")
	set(li, "一栋的房东", "3栋", "周六停水", "明天晚上十一点")
	w.until(now, calendar.Date{Year: 2026, Month: 11, Day: 25})
	m := wang.sees("幸福花园物业提醒您：周六停水")
	if at := m.Date.In(calendar.Shanghai); at.Day() != 25 || at.Hour() != 9 {
		t.Errorf("a reminder for 23:00 came at %v", at)
	}
	w.until(now, calendar.Date{Year: 2027, Month: 2, Day: 5})
	if n := strings.Count(wang.diary(0), "🔔 收房租"); n != 3 {
		t.Errorf("%d reminders of the rent:\n%s", n, wang.diary(0))
	}
	wang.says("/reminders")
	wang.asked("每月 5 号 09:00")
	wang.presses("⏸ 1")
	wang.sees("已暂停")
	w.until(now, calendar.Date{Year: 2027, Month: 3, Day: 6})
	if n := strings.Count(wang.diary(0), "🔔 收房租"); n != 3 {
		t.Errorf("paused, but %d came", n)
	}
	wang.presses("▶️ 1")
	w.settled()
	w.until(now, calendar.Date{Year: 2027, Month: 4, Day: 6})
	if n := strings.Count(wang.diary(0), "🔔 收房租"); n != 4 {
		t.Errorf("after going on there are %d:\n%s", n, wang.diary(0))
	}
	wang.says("/reminders")
	wang.asked("我设的提醒")
	wang.presses("🗑 1")
	wang.sees("您还没有设提醒")
}

// The year's obligations: remembered a month, a week and a day before, weekly when
// overdue, until one of the staff says that they are done.
func TestYear(t *testing.T) {
	w, now := at(t)
	li, zhao := w.as(manager), w.as(second)
	li.says("/year")
	li.asked("2026 年要办的事")
	w.until(now, calendar.Date{Year: 2026, Month: 11, Day: 30})
	if d := zhao.diary(0); strings.Count(d, "消防燃气检查，") != 2 || !strings.Contains(d, "2026-11-27 09:30") { // a Friday: the day before the last is a Sunday
		t.Errorf("by the end of November:\n%s", d)
	}
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 8})
	li.sees("消防燃气检查，2026年11月30日（周一）前，已过 7 天")
	li.says("/year")
	li.sees("消防燃气检查（逾期）")
	li.presses("✅ 11月 消防燃气检查")
	w.settled()
	li.presses("✅ 办好了")
	li.asked("要记一句吗")
	li.says("查了 12 户，已整改")
	li.asked("记下了：消防燃气检查")
	before := strings.Count(zhao.diary(0), "消防燃气检查，")
	w.until(now, calendar.Date{Year: 2026, Month: 12, Day: 31})
	if d := zhao.diary(0); strings.Count(d, "消防燃气检查，") != before || !strings.Contains(d, "租赁协调会，2026年12月15日") {
		t.Errorf("by the end of the year:\n%s", d)
	}
	li.says("/year")
	li.asked("查了 12 户，已整改")
	li.presses("✅ 12月 租赁协调会")
	w.settled()
	li.presses("✅ 办好了")
	li.asked("或发一个文件") // the hint below the question
	li.must(li.app.SendFile("纪要.pdf", "application/pdf", []byte("%PDF-1.4 minutes"), ""))
	li.asked("记下了：租赁协调会")
	zhao.says("/year")
	zhao.presses("📎 12月 租赁协调会")
	w.settled()
	if d := w.as(second).app.Messages(0); d[len(d)-1].Document == nil || d[len(d)-1].Document.Name != "纪要.pdf" {
		t.Errorf("the file does not come: %+v", d[len(d)-1])
	}
	w.until(now, calendar.Date{Year: 2027, Month: 2, Day: 1})
	li.sees("签订年度责任书，2027年1月31日")
}
