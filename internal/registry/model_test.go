package registry_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// The people of the model. Anybody may try anything.
var people = []int64{landlord, 1004, manager, second, 1005}

// A model is the register as a person would keep it on paper: what each tenancy
// is, in one map, with the rules written out a second time.
type model struct {
	shelf *shelf
	all   map[string]*paper
	next  int
	log   []string
}

type paper struct {
	owner    int64
	unit     string
	state    tenancy.State
	purpose  tenancy.Purpose
	replaces string
	round    int
	end      calendar.Date
}

func (m *model) today() calendar.Date { return tenancy.Today(m.shelf.now) }

func (m *model) any(t *rapid.T) string {
	if len(m.all) == 0 {
		t.Skip()
	}
	return rapid.SampledFrom(slices.Sorted(maps.Keys(m.all))).Draw(t, "tenancy")
}

func person(t *rapid.T) int64 { return rapid.SampledFrom(people).Draw(t, "who") }

func staffed(who int64) bool { return who == manager || who == second }

// holder is the tenancy that holds a unit.
func (m *model) holder(unit string) string {
	for id, p := range m.all {
		waits := p.state == tenancy.Submitted || p.state == tenancy.ToCorrect
		if p.unit == unit && (inForce(p.state) || waits && p.replaces == "") {
			return id
		}
	}
	return ""
}

func inForce(s tenancy.State) bool {
	return slices.Contains([]tenancy.State{tenancy.Accepted, tenancy.Filed, tenancy.Holding, tenancy.Indefinite}, s)
}

// waiting is the pending change or renewal of a tenancy.
func (m *model) waiting(id string) string {
	for other, p := range m.all {
		if p.replaces == id && (p.state == tenancy.Submitted || p.state == tenancy.ToCorrect) {
			return other
		}
	}
	return ""
}

func (m *model) make(id string, owner int64, unit string) tenancy.Tenancy {
	one := letting(id, unit)
	one.Unit = address.Unit{Building: "3", Entrance: "1", Room: unit}
	one.Owner = owner
	one.Start, one.End = m.today(), calendar.TermEnd(m.today(), 2)
	return one
}

// did compares what happened with what the model says.
func (m *model) did(t *rapid.T, what string, err error, allowed bool) {
	m.log = append(m.log, fmt.Sprintf("%s: %v", what, err))
	if (err == nil) != allowed {
		t.Fatalf("%s\n%s: %v, the model says %v", strings.Join(m.log, "\n"), what, err, allowed)
	}
}

func (m *model) submit(t *rapid.T) {
	m.next++
	id, who, unit := fmt.Sprintf("t%d", m.next), person(t), rapid.SampledFrom([]string{"501", "502", "503"}).Draw(t, "unit")
	free := m.holder(unit) == ""
	_, err := m.shelf.Submit(t.Context(), m.make(id, who, unit))
	m.did(t, fmt.Sprintf("%d submits %s for %s", who, id, unit), err, free)
	if free {
		m.all[id] = &paper{owner: who, unit: unit, state: tenancy.Submitted, end: calendar.TermEnd(m.today(), 2)}
	}
}

func (m *model) desk(t *rapid.T) {
	m.next++
	id, who, unit := fmt.Sprintf("t%d", m.next), person(t), rapid.SampledFrom([]string{"501", "502", "503"}).Draw(t, "unit")
	one := m.make(id, 0, unit)
	one.Desk = who
	allowed := m.holder(unit) == "" && staffed(who)
	_, err := m.shelf.Submit(t.Context(), one)
	m.did(t, fmt.Sprintf("%d enters %s for %s at the desk", who, id, unit), err, allowed)
	if allowed {
		m.all[id] = &paper{unit: unit, state: tenancy.Accepted, end: calendar.TermEnd(m.today(), 2)}
	}
}

func (m *model) amend(t *rapid.T) {
	old := m.any(t)
	before := m.all[old]
	m.next++
	id, who := fmt.Sprintf("t%d", m.next), person(t)
	one := m.make(id, who, before.unit)
	one.Replaces, one.Purpose = old, rapid.SampledFrom([]tenancy.Purpose{tenancy.ToChange, tenancy.ToRenew}).Draw(t, "purpose")
	allowed := who == before.owner && inForce(before.state) && m.waiting(old) == ""
	_, err := m.shelf.Submit(t.Context(), one)
	m.did(t, fmt.Sprintf("%d submits %s, %s of %s", who, id, one.Purpose, old), err, allowed)
	if allowed {
		m.all[id] = &paper{owner: who, unit: before.unit, state: tenancy.Submitted, purpose: one.Purpose, replaces: old, end: calendar.TermEnd(m.today(), 2)}
	}
}

func (m *model) decide(t *rapid.T) {
	id, who := m.any(t), person(t)
	p := m.all[id]
	round := p.round - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "late")
	move := rapid.SampledFrom([]tenancy.Move{tenancy.Accept, tenancy.Accept, tenancy.Return, tenancy.Reject}).Draw(t, "move")
	fresh := staffed(who) && p.state == tenancy.Submitted && round == p.round
	again := false
	if last := m.last(t, id); round == p.round && staffed(who) && last.Move == move && last.Who == who {
		again = true // pressed twice
	}
	var err error
	switch move {
	case tenancy.Accept:
		_, err = m.shelf.Accept(t.Context(), id, round, who)
	case tenancy.Return:
		_, err = m.shelf.Return(t.Context(), id, round, who, map[string]string{"unit": "#wrong_unit"})
	case tenancy.Reject:
		_, err = m.shelf.Reject(t.Context(), id, round, who, "#twice")
	}
	m.did(t, fmt.Sprintf("%d %ss %s of round %d", who, move, id, round), err, fresh || again)
	if !fresh {
		return
	}
	p.state = map[tenancy.Move]tenancy.State{tenancy.Accept: tenancy.Accepted, tenancy.Return: tenancy.ToCorrect, tenancy.Reject: tenancy.Rejected}[move]
	if move == tenancy.Accept && p.replaces != "" {
		m.all[p.replaces].state = map[tenancy.Purpose]tenancy.State{tenancy.ToChange: tenancy.Changed, tenancy.ToRenew: tenancy.Renewed}[p.purpose]
	}
}

func (m *model) last(t *rapid.T, id string) tenancy.Event {
	one, err := m.shelf.Tenancy(t.Context(), id)
	if err != nil || len(one.History) == 0 {
		t.Fatalf("%s: %v", id, err)
	}
	return one.History[len(one.History)-1]
}

func (m *model) resubmit(t *rapid.T) {
	id, who := m.any(t), person(t)
	p := m.all[id]
	one := m.make(id, who, p.unit)
	one.Replaces, one.Purpose = p.replaces, p.purpose
	fresh := who == p.owner && p.state == tenancy.ToCorrect
	_, err := m.shelf.Resubmit(t.Context(), one)
	m.did(t, fmt.Sprintf("%d corrects %s", who, id), err, fresh || who == p.owner && p.state == tenancy.Submitted)
	if fresh {
		p.state, p.round, p.end = tenancy.Submitted, p.round+1, calendar.TermEnd(m.today(), 2)
	}
}

// moves are what needs no more than the right person and state.
func (m *model) move(t *rapid.T) {
	id, who := m.any(t), person(t)
	p := m.all[id]
	move := rapid.SampledFrom([]tenancy.Move{tenancy.Withdraw, tenancy.File, tenancy.Continue, tenancy.End, tenancy.Close}).Draw(t, "move")
	mine := who == p.owner
	allowed := map[tenancy.Move]bool{
		tenancy.Withdraw: mine && (p.state == tenancy.Submitted || p.state == tenancy.ToCorrect),
		tenancy.File:     (mine || staffed(who)) && p.state == tenancy.Accepted,
		tenancy.Continue: (mine || staffed(who)) && p.state == tenancy.Holding,
		tenancy.End:      (mine || staffed(who)) && inForce(p.state),
		tenancy.Close:    (mine || staffed(who)) && p.state == tenancy.Ended,
	}[move]
	last := m.last(t, id)
	again := last.Move == move && last.Who == who && (mine || staffed(who))
	var err error
	ctx := t.Context()
	switch move {
	case tenancy.Withdraw:
		_, err = m.shelf.Withdraw(ctx, id, who)
	case tenancy.File:
		_, err = m.shelf.MarkFiled(ctx, id, who, "备2026-1", m.today())
	case tenancy.Continue:
		_, err = m.shelf.Continue(ctx, id, who)
	case tenancy.End:
		_, err = m.shelf.End(ctx, id, who, m.today(), "")
	case tenancy.Close:
		_, err = m.shelf.Close(ctx, id, who)
	}
	m.did(t, fmt.Sprintf("%d %ss %s", who, move, id), err, allowed || again)
	if !allowed {
		return
	}
	p.state = map[tenancy.Move]tenancy.State{tenancy.Withdraw: tenancy.Withdrawn, tenancy.File: tenancy.Filed,
		tenancy.Continue: tenancy.Indefinite, tenancy.End: tenancy.Ended, tenancy.Close: tenancy.Closed}[move]
	if next := m.waiting(id); move == tenancy.End && next != "" {
		m.all[next].state = tenancy.Withdrawn
	}
}

func (m *model) days(t *rapid.T) {
	m.shelf.now = m.shelf.now.AddDate(0, 0, rapid.IntRange(1, 45).Draw(t, "days"))
	_, err := m.shelf.Expire(t.Context(), m.today())
	m.did(t, "days pass to "+m.today().String(), err, true)
	for _, p := range m.all {
		if (p.state == tenancy.Accepted || p.state == tenancy.Filed) && p.end.Before(m.today()) {
			p.state = tenancy.Holding
		}
	}
}

func (m *model) takeover(t *rapid.T) {
	id, who := m.any(t), person(t)
	p := m.all[id]
	token := registry.Token()
	phone := rapid.SampledFrom([]string{"+8613800138000", "+8613800138000", "+8613900139009"}).Draw(t, "phone")
	_, err := m.shelf.Offer(t.Context(), token, id, manager)
	m.did(t, "a handover of "+id, err, p.owner == 0)
	if err != nil {
		return
	}
	allowed := phone == "+8613800138000"
	_, err = m.shelf.TakeOver(t.Context(), token, who, phone)
	m.did(t, fmt.Sprintf("%d takes over %s", who, id), err, allowed)
	if allowed {
		p.owner = who
		if next := m.waiting(id); next != "" {
			t.Fatal("what nobody owns is being changed")
		}
	}
}

func (m *model) agree(t *rapid.T) {
	for id, p := range m.all {
		one, err := m.shelf.Tenancy(t.Context(), id)
		if err != nil || one.State != p.state || one.Owner != p.owner || one.Round != p.round {
			t.Fatalf("%s\n%s is %s of %d, round %d (%v), the model says %s of %d, round %d", strings.Join(m.log, "\n"),
				id, one.State, one.Owner, one.Round, err, p.state, p.owner, p.round)
		}
	}
	if wrong, err := m.shelf.Verify(t.Context()); err != nil || len(wrong) > 0 {
		t.Fatalf("%s\n%v %v", strings.Join(m.log, "\n"), wrong, err)
	}
}

// Whatever people do, in whatever order, the register is what the model says, and
// its indexes follow from its records.
func TestModel(t *testing.T) {
	steps := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t)
		s.now = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
		m := &model{shelf: s, all: map[string]*paper{}}
		count := func(do func(*rapid.T)) func(*rapid.T) { return func(t *rapid.T) { steps++; do(t) } }
		rt.Repeat(map[string]func(*rapid.T){
			"submit": count(m.submit), "desk": count(m.desk), "amend": count(m.amend), "decide": count(m.decide),
			"decide again": count(m.decide), "resubmit": count(m.resubmit), "move": count(m.move), "days": count(m.days),
			"takeover": count(m.takeover), "": m.agree,
		})
	})
	t.Logf("%d steps", steps)
	if steps < 2000 {
		t.Errorf("only %d steps", steps)
	}
}
