package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
	"zuji/internal/when"
)

// things are what each person is to be reminded of; the first comes every day.
var things = []string{"收房租", "查燃气", "交物业费"}

// remindeds are people with a reminder of each thing, on the next three days.
func (w *world) remindeds(n int, today calendar.Date) (people []*person) {
	w.t.Helper()
	for i := range n {
		w.telegram.AddUser(standin.User{ID: remindee(i), FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		p := w.as(remindee(i))
		p.start("")
		people = append(people, p)
	}
	w.settled()
	for _, p := range people {
		for n, what := range things {
			var r when.Repeat
			if n == 0 {
				r = when.Repeat{Unit: when.Day, Every: 1}
			}
			series := r.Begin(when.On(today.AddDays(n+1), 9*60, calendar.Shanghai), w.zuji.Registry.Holidays)
			own := tenancy.OwnReminder{ID: fmt.Sprintf("o%d.%d", p.id, n), By: p.id, Whom: tenancy.Myself, What: what, Series: series}
			if err := w.zuji.Registry.SetOwn(context.Background(), own); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return people
}

// digest looks for one message since before, with what is due once each and no
// other thing, and returns how many messages there are now.
func (p *person) digest(before int, due ...string) (now int) {
	p.w.t.Helper()
	all := p.app.Messages(0)
	fresh := all[before:]
	if len(fresh) != 1 {
		p.w.t.Errorf("%d got %d messages:\n%s", p.id, len(fresh), p.chat())
		return len(all)
	}
	for _, what := range things {
		want := 0
		if slices.Contains(due, what) {
			want = 1
		}
		if n := strings.Count(fresh[0].Text, what); n != want {
			p.w.t.Errorf("%s stands there %d times, want %d:\n%s", what, n, want, fresh[0].Text)
		}
	}
	return len(all)
}

// What came due in three days without Zuji is one message a person, with
// everything in it once, and no further start sends it again; what is urgent comes
// by itself, once. The day after has what is due then, and nothing of before.
func TestOutage_OneDigestAPerson(t *testing.T) {
	rig := torture.New(t)
	w, now := at(t)
	people := w.remindeds(rig.Times(40), tenancy.Today(now.Now()))
	w.foreigner()
	w.settled()
	before := map[*person]int{}
	for _, p := range people {
		before[p] = len(p.app.Messages(0))
	}
	urgent := w.urgent()
	w.stop()
	now.days(4)
	for range 3 {
		w.start()
		w.ticked()
		w.stop()
		now.add(time.Minute)
	}
	w.start()
	w.drained()
	for _, p := range people {
		before[p] = p.digest(before[p], things...)
	}
	if n := w.urgent() - urgent; n != 1 {
		t.Errorf("the urgent reminder came %d times:\n%s", n, w.as(landlord).diary(0))
	}
	now.days(1)
	w.ticked()
	for _, p := range people {
		p.digest(before[p], things[0])
	}
	rig.Count("people", len(people))
	rig.Count("reminders", len(people)*len(things))
	if c, err := w.zuji.Box.Counts(context.Background()); err != nil || c.Unconfirmed+c.Dead > 0 {
		t.Errorf("%+v %v", c, err)
	}
}

// foreigner lets a home to somebody with a foreign passport, who moves in tomorrow.
func (w *world) foreigner() {
	w.t.Helper()
	one := w.ordinary()
	one.Start = tenancy.Today(w.clock()).AddDays(1)
	one.MoveIn = one.Start
	one.People[0].Document = identity.Document{Kind: identity.Passport, Number: "X1234567"}
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
		w.t.Fatal(err)
	}
	w.drained() // a card of what is accepted already would have lost its point
	if _, err := w.zuji.Registry.Accept(context.Background(), one.ID, 0, manager); err != nil {
		w.t.Fatal(err)
	}
	wang.sees("登记回执")
}

// urgent counts the messages about the foreigner, of whom the police must hear
// within a day.
func (w *world) urgent() int { return strings.Count(w.as(landlord).diary(0), "外籍") }
