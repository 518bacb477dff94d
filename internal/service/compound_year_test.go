package service_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// The compound of the simulated year.
const (
	homesOfYear     = 400
	landlordsOfYear = 260
)

// A year of a compound in which nobody presses a button: every expiry that the
// year brings is told on its four days and no other, nothing twice, nothing
// outside the hours, and nobody gets more than three messages a day.
func TestYear_OfACompound(t *testing.T) {
	begun := time.Now()
	w, now := at(t)
	homes := w.inhabited()
	w.settled()
	last := map[int64]int{}
	for _, who := range w.everybody() {
		for _, m := range w.as(who).app.Messages(0) {
			last[who] = max(last[who], m.ID)
		}
	}
	year := calendar.DateOf(now.Now()).AddDays(365)
	w.until(now, year)

	told := map[string]int{} // "unit day" to how often its end was told
	messages := 0
	for _, who := range w.everybody() {
		messages += w.orderly(who, last[who], told)
	}
	expected := 0
	for _, h := range homes {
		for _, day := range expiryDays(w.zuji.Registry.Holidays, h.End) {
			if !day.After(calendar.DateOf(begunAt)) || day.After(year) {
				continue
			}
			expected++
			if n := told[h.Unit.String()+" "+day.String()]; n != 1 {
				t.Errorf("%s ends on %v and is told %d times on %v", h.Unit, h.End, n, day)
			}
		}
	}
	sum := 0
	for _, n := range told {
		sum += n
	}
	if sum != expected || expected < homesOfYear {
		t.Errorf("%d expiries were told, expected %d", sum, expected)
	}
	t.Logf("%d tenancies of %d landlords, %d messages in the year, %d expiries told; %v", len(homes), landlordsOfYear, messages, sum, time.Since(begun).Round(time.Millisecond))
}

var begunAt = day.At(10, 0)

// expiryDays are the days on which the end of a lease is told: 30, 7 and 1 day
// before and on the day, each on the last working day until then.
func expiryDays(h *calendar.Holidays, end calendar.Date) (days []calendar.Date) {
	for _, n := range []int{30, 7, 1, 0} {
		d := end.AddDays(-n)
		for !h.IsWorkday(d) {
			d = d.AddDays(-1)
		}
		if len(days) == 0 || days[len(days)-1] != d {
			days = append(days, d)
		}
	}
	return days
}

func (w *world) everybody() []int64 {
	all := []int64{manager, second, admin}
	for i := range landlordsOfYear {
		all = append(all, remindee(i))
	}
	return all
}

// inhabited registers the tenancies of a whole compound.
func (w *world) inhabited() (all []tenancy.Tenancy) {
	w.t.Helper()
	ctx := context.Background()
	for i := range landlordsOfYear {
		w.telegram.AddUser(standin.User{ID: remindee(i), FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		if _, err := w.telegram.As(remindee(i)).Start(""); err != nil {
			w.t.Fatal(err)
		}
	}
	w.settled()
	for i := range homesOfYear {
		one := w.ordinary()
		one.ID = fmt.Sprintf("Y%d", i)
		one.Owner = remindee(i * 7 % landlordsOfYear)
		one.Unit = address.Unit{Building: fmt.Sprint(1 + i/40), Entrance: fmt.Sprint(1 + i/20%2), Room: fmt.Sprintf("%d%02d", 1+i%20/2, 1+i%2)}
		one.Signed = day.AddDays(-i % 25)
		one.Start = day.AddDays(i % 10)
		one.End = one.Start.AddDays(40 + i*13%320)
		if _, err := w.zuji.Registry.Submit(ctx, one); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.zuji.Registry.Accept(ctx, one.ID, 0, manager); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

var ofHome = regexp.MustCompile(`\d+栋\d+单元\d+室.*`)

var expiryLine = regexp.MustCompile(`(\d+栋\d+单元\d+室) 的租期(?:还有 \d+ 天|今天到期)`)

// orderly checks what a person got after a message and notes the expiries told.
func (w *world) orderly(who int64, after int, told map[string]int) (messages int) {
	w.t.Helper()
	perDay, lines := map[calendar.Date]int{}, map[string]bool{}
	for _, m := range w.as(who).app.Messages(0) {
		if m.ID <= after || m.From.ID == who {
			continue
		}
		messages++
		at := m.Date.In(calendar.Shanghai)
		date := calendar.DateOf(at)
		if minute := at.Hour()*60 + at.Minute(); minute < 9*60 || minute > 20*60+30 {
			w.t.Errorf("%d gets a message at %v: %s", who, at, m.Text)
		}
		if perDay[date]++; perDay[date] > 3 {
			w.t.Errorf("%d gets more than three messages on %v", who, date)
		}
		for line := range strings.Lines(m.Text) {
			key := date.String() + ofHome.FindString(line)
			if ofHome.MatchString(line) && lines[key] {
				w.t.Errorf("%d is told twice on %v: %s", who, date, line)
			}
			lines[key] = true
		}
		for _, found := range expiryLine.FindAllStringSubmatch(m.Text, -1) {
			told[found[1]+" "+date.String()]++
		}
	}
	return messages
}
