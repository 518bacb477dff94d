package service_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/calendar"
	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
)

// More people of the town.
const (
	landlady = 1007
	foreign  = 1006 // manages the other compound
)

var names = map[int64]string{landlord: "王建国", landlady: "陈女士", stranger: "路人", manager: "李经理", second: "赵经理", foreign: "外区经理", admin: "管理员"}

// A paper is what the model knows of a tenancy.
type paper struct {
	n        int // as the transcript names it
	id       string
	receipt  string
	name     string // the tenant's, of no other tenancy but those that replace it
	place    int    // which compound
	unit     string
	owner    int64 // 0: nobody yet
	state    tenancy.State
	purpose  tenancy.Purpose
	replaces *paper
	round    int
	numbered bool // it has a filing number
	end      calendar.Date
}

// An openForm is a conversation under way, or put aside.
type openForm struct {
	flow    string
	about   *paper
	round   int
	place   int
	unit    string
	person  int // number of the tenant in it
	rev     int // 0: nothing was answered
	touched time.Time
}

// A town is Zuji at work, and what it must hold kept a second time: in memory and
// with the rules written out anew.
type town struct {
	*world
	rt     *rapid.T
	rig    *torture.Rig
	now    *clock
	places [2]tenancy.Compound
	staff  [2]map[int64]bool
	reader [2]map[int64]bool
	papers []*paper
	forms  map[int64]*openForm
	drafts map[int64]map[*openForm]time.Time

	people int // tenants named so far
	rents  int
	looks  map[int64]map[int]string // by person: messages as they were
	lines  []string
	told   map[int64][]string // by person: keys of what this step must send
	timely bool               // this step may send reminders
}

func newTown(t *testing.T, rt *rapid.T, rig *torture.Rig) *town {
	now := &clock{}
	now.set(day.At(10, 0))
	v := &town{rt: rt, rig: rig, now: now, forms: map[int64]*openForm{}, drafts: map[int64]map[*openForm]time.Time{}, looks: map[int64]map[int]string{}}
	v.world = newWorld(t, func(c *service.Config) { c.Now = now.Now })
	v.t = rt
	v.places[0] = v.compound
	c, err := v.zuji.Registry.AddCompound(context.Background(), "compound-two", admin, tenancy.Compound{Name: "阳光家园", City: tenancy.DefaultCity})
	if err != nil {
		rt.Fatal(err)
	}
	v.places[1] = c
	v.telegram.AddUser(standin.User{ID: landlady, FirstName: "陈女士", LanguageCode: "zh-hans", Phone: "+8613800138000"})
	v.telegram.AddUser(standin.User{ID: foreign, FirstName: "外区经理", LanguageCode: "zh-hans", Phone: "+8613900139999"})
	v.telegram.AddUser(standin.User{ID: stranger, FirstName: "路人", LanguageCode: "zh-hans", Phone: "+8613900139999"})
	v.invite(c.ID, foreign)
	v.staff = [2]map[int64]bool{{manager: true, second: true}, {foreign: true}}
	v.reader = [2]map[int64]bool{{}, {}}
	for who := range names {
		v.as(who).start("")
	}
	v.calm()
	v.remember()
	return v
}

func (v *town) today() calendar.Date { return tenancy.Today(v.now.Now()) }

// holder is the tenancy that holds a unit.
func (v *town) holder(place int, unit string) *paper {
	for _, p := range v.papers {
		waits := p.state == tenancy.Submitted || p.state == tenancy.ToCorrect
		if p.place == place && p.unit == unit && (lives(p.state) || waits && p.replaces == nil) {
			return p
		}
	}
	return nil
}

func lives(s tenancy.State) bool {
	return slices.Contains([]tenancy.State{tenancy.Accepted, tenancy.Filed, tenancy.Holding, tenancy.Indefinite}, s)
}

// pending is the change or renewal of p that waits.
func (v *town) pending(p *paper) *paper {
	for _, o := range v.papers {
		if o.replaces == p && (o.state == tenancy.Submitted || o.state == tenancy.ToCorrect) {
			return o
		}
	}
	return nil
}

func (v *town) staffs(p *paper, who int64) bool { return v.staff[p.place][who] }

func (v *town) sees(p *paper, who int64) bool { return p.owner == who || v.staffs(p, who) }

// tell notes that a notice must reach a person in this step.
func (v *town) tell(who int64, kind registry.NoticeKind, p *paper) {
	if who != 0 {
		v.told[who] = append(v.told[who], fmt.Sprintf("%s/%s/%d/%d", kind, p.id, p.round, who))
	}
}

func (v *town) tellStaff(kind registry.NoticeKind, p *paper) {
	for _, who := range slices.Sorted(maps.Keys(v.staff[p.place])) {
		v.tell(who, kind, p)
	}
}

// may says whether a person may do what a button says, as the records stand.
func (v *town) may(verb string, p *paper, round int, who int64) bool {
	mine, staff := p.owner == who, v.staffs(p, who)
	waits := p.state == tenancy.Submitted && round == p.round
	switch verb {
	case "accept", "return", "reject":
		return staff && waits
	case "correct":
		return mine && p.state == tenancy.ToCorrect
	case "withdrew":
		return mine && (p.state == tenancy.Submitted || p.state == tenancy.ToCorrect)
	case "renew", "change":
		return mine && lives(p.state) && v.pending(p) == nil
	case "end":
		return (mine || staff) && lives(p.state)
	case "filed":
		return (mine || staff) && p.state == tenancy.Accepted
	case "goon":
		return (mine || staff) && p.state == tenancy.Holding
	case "close":
		return (mine || staff) && p.state == tenancy.Ended
	case "offer":
		return staff && p.owner == 0
	}
	panic(verb)
}

// submitted makes a new paper of a form, or nil if that may not be.
func (v *town) submitted(who int64, f *openForm) *paper {
	p := &paper{n: len(v.papers) + 1, place: f.place, unit: f.unit, owner: who, state: tenancy.Submitted, name: tenantName(f.person), end: calendar.TermEnd(v.today(), 2)}
	switch f.flow {
	case "desk":
		if !v.staff[f.place][who] || v.holder(f.place, f.unit) != nil {
			return nil
		}
		p.owner, p.state = 0, tenancy.Accepted
	case "registration":
		if v.holder(f.place, f.unit) != nil {
			return nil
		}
	default:
		old := f.about
		if !lives(old.state) || v.pending(old) != nil {
			return nil
		}
		p.place, p.unit, p.name, p.replaces, p.end = old.place, old.unit, old.name, old, old.end
		p.purpose = tenancy.ToChange
		if f.flow == "renewal" {
			p.purpose, p.end = tenancy.ToRenew, calendar.TermEnd(old.end.AddDays(1), 24)
		}
	}
	v.papers = append(v.papers, p)
	return p
}

// took lets a form's submission take effect on the model, and reports whether it
// may be submitted.
func (v *town) took(who int64, f *openForm) bool {
	p := f.about
	switch f.flow {
	case "registration", "desk", "renewal", "change":
		made := v.submitted(who, f)
		if made == nil {
			return false
		}
		made.id, made.receipt = v.newest()
		if made.state == tenancy.Submitted {
			v.tellStaff(registry.ToReview, made)
		}
		return true
	case "correction":
		if !v.may("correct", p, 0, who) {
			return false
		}
		p.state, p.round = tenancy.Submitted, p.round+1
		v.tellStaff(registry.ToReview, p)
	case "returning":
		if !v.may("return", p, f.round, who) {
			return false
		}
		p.state = tenancy.ToCorrect
		v.tell(p.owner, registry.WasReturned, p)
	case "rejecting":
		if !v.may("reject", p, f.round, who) {
			return false
		}
		p.state = tenancy.Rejected
		v.tell(p.owner, registry.WasRejected, p)
	case "filed":
		if !v.may("filed", p, 0, who) {
			return false
		}
		p.state, p.numbered = tenancy.Filed, true
	case "ending":
		if !v.may("end", p, 0, who) {
			return false
		}
		if next := v.pending(p); next != nil {
			next.state = tenancy.Withdrawn
		}
		p.state = tenancy.Ended
		if who == p.owner {
			v.tellStaff(registry.HasEnded, p)
		} else {
			v.tell(p.owner, registry.HasEnded, p)
		}
	}
	return true
}

// pressed lets a button that acts at once take effect on the model.
func (v *town) pressed(verb string, p *paper, round int, who int64) {
	if !v.may(verb, p, round, who) {
		return
	}
	switch verb {
	case "accept":
		p.state = tenancy.Accepted
		if p.replaces != nil {
			p.replaces.state = map[tenancy.Purpose]tenancy.State{tenancy.ToChange: tenancy.Changed, tenancy.ToRenew: tenancy.Renewed}[p.purpose]
		}
		v.tell(p.owner, registry.WasAccepted, p)
	case "withdrew":
		p.state = tenancy.Withdrawn
	case "goon":
		p.state = tenancy.Indefinite
	case "close":
		p.state = tenancy.Closed
	}
}

// aged lets days pass in the model.
func (v *town) aged() {
	for _, p := range v.papers {
		if (p.state == tenancy.Accepted || p.state == tenancy.Filed) && p.end.Before(v.today()) {
			p.state = tenancy.Holding
		}
	}
	for _, kept := range v.drafts {
		for f, saved := range kept {
			if v.now.Now().After(saved.AddDate(0, 0, registry.DraftDays)) {
				delete(kept, f)
			}
		}
	}
}

// Cases and steps of a case in the short size.
const (
	townCases = 6
	townSteps = 80
)

// Whatever landlords, managers and administrators do in their chats, in whatever
// order and with restarts in between, Zuji holds what the model says, tells each
// person once, and shows nobody what is not theirs.
func TestTown(t *testing.T) {
	rig := torture.New(t)
	set := func(name, value string) {
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(name, before) })
	}
	set("rapid.seed", strconv.FormatUint(rig.Seed, 10))
	set("rapid.checks", strconv.Itoa(rig.Times(townCases)))
	set("rapid.steps", strconv.Itoa(townSteps))
	set("rapid.nofailfile", "true")
	rapid.Check(t, func(rt *rapid.T) {
		v := newTown(t, rt, rig)
		rt.Cleanup(func() {
			v.t = t
			v.stop()
			v.telegram.Close()
			if rt.Failed() {
				rt.Logf("what happened:\n%s", strings.Join(v.lines, "\n"))
			}
		})
		actions := map[string]func(*rapid.T){}
		for name, a := range map[string]struct {
			often int
			act   func() int64
		}{
			"register": {3, v.registers}, "desk": {1, v.entersAtDesk}, "go on": {6, v.goesOn}, "leave": {1, v.leaves},
			"resume": {1, v.resumes}, "press": {5, v.pressesSomething}, "review": {2, v.reviews}, "begin": {4, v.beginsAbout},
			"hand over": {1, v.handsOver}, "look": {2, v.looksUp}, "staff": {1, v.changesStaff}, "days": {2, v.daysPass}, "restart": {1, v.restarts},
		} {
			for n := range a.often {
				actions[fmt.Sprintf("%s %d", name, n)] = v.step(a.act)
			}
		}
		rt.Repeat(actions)
		for _, p := range v.papers {
			rig.Count("tenancies "+string(p.state), 1)
		}
		v.verified()
	})
}
