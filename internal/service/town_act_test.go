package service_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// pick draws one of some.
func pick[T any](v *town, what string, from ...T) T {
	return rapid.SampledFrom(from).Draw(v.rt, what)
}

func (v *town) somebody() int64 {
	return pick(v, "who", slices.Sorted(maps.Keys(townNames))...)
}

func (v *town) somePaper() *paper {
	if len(v.papers) == 0 {
		v.rt.Skip("nothing is registered")
	}
	return v.papers[rapid.IntRange(1, len(v.papers)).Draw(v.rt, "tenancy")-1]
}

// acts writes down what a person does, and keeps their chat as it was.
func (v *town) acts(who int64, what string) {
	v.lines = append(v.lines, fmt.Sprintf("%s > %s", townNames[who], what))
	v.before = map[int]string{}
	for _, m := range v.as(who).app.Messages(0) {
		v.before[m.ID] = m.Text
	}
}

// says and presses write down what a person does, and wait for what follows.
func (v *town) says(who int64, text string) {
	v.acts(who, text)
	v.as(who).says(text)
	v.calm()
}

func (v *town) presses(who int64, label string) {
	v.acts(who, "["+label+"]")
	v.as(who).presses(label)
	v.calm()
}

// forges presses a button by its data, wherever it is or was: on the newest
// message that is not a form's.
func (v *town) forges(who int64, data, shown string) {
	v.acts(who, "["+shown+"]")
	for _, m := range slices.Backward(v.as(who).app.Messages(0)) {
		if m.From.ID != who && !isForm(m) {
			_, err := v.as(who).app.Press(0, m.ID, data)
			v.as(who).must(0, err)
			break
		}
	}
	v.calm()
}

// isForm reports whether a message holds the question that is open.
func isForm(m standin.Message) bool {
	if m.Reply != nil && len(m.Reply.Keys) > 0 {
		return true
	}
	for _, row := range m.Inline {
		for _, k := range row {
			if strings.HasPrefix(k.Data, "f:") {
				return true
			}
		}
	}
	return false
}

// question is the form that a person has before them, or an empty message.
func (v *town) question(who int64) standin.Message {
	for _, m := range slices.Backward(v.as(who).app.Messages(0)) {
		if m.From.ID != who && isForm(m) {
			return m
		}
	}
	return standin.Message{}
}

// last is the newest thing that the bot said to a person.
func (v *town) last(who int64) standin.Message {
	for _, m := range slices.Backward(v.as(who).app.Messages(0)) {
		if m.From.ID != who {
			return m
		}
	}
	return standin.Message{}
}

// begins makes a person begin a form: f if the records allow it, else nil. A form
// under way is put aside, dropped or gone on with first.
func (v *town) begins(who int64, f *openForm, begin func()) {
	open := v.forms[who]
	begin()
	asked := strings.Contains(v.last(who).Text, "您还有一份没填完的表")
	if asked != (open != nil && open.rev > 0) {
		v.rt.Fatalf("%s is asked what to do with the form under way: %t\n%s", townNames[who], asked, v.as(who).chat())
	}
	if asked {
		switch label := pick(v, "first", "💾 保留草稿", "🗑 放弃", "▶️ 继续填"); label {
		case "▶️ 继续填":
			v.presses(who, label)
			v.touch(open)
			return
		case "💾 保留草稿":
			v.presses(who, label)
			v.saved(who, open)
		default:
			v.presses(who, label)
			delete(v.drafts[who], open)
		}
		v.forms[who] = nil
	}
	if f != nil {
		f.touched = v.now.Now()
		v.forms[who] = f
	}
	if v.forms[who] != nil && f != nil && !isForm(v.last(who)) {
		v.rt.Fatalf("%s gets no question:\n%s", townNames[who], v.as(who).chat())
	}
}

func (v *town) touch(f *openForm) { f.rev, f.touched = f.rev+1, v.now.Now() }

func (v *town) saved(who int64, f *openForm) {
	if v.drafts[who] == nil {
		v.drafts[who] = map[*openForm]time.Time{}
	}
	v.drafts[who][f] = v.now.Now()
	f.rev++
}

func (v *town) newForm(flow string) *openForm {
	v.people++
	place := pick(v, "compound", 0, 1)
	return &openForm{flow: flow, place: place, person: v.people, unit: pick(v, "unit", "501", "502", "503")}
}

func (v *town) registers() int64 {
	who := pick(v, "who", int64(landlord), landlady, stranger)
	v.begins(who, v.newForm("registration"), func() { v.says(who, "/register") })
	return who
}

func (v *town) entersAtDesk() int64 {
	who := pick(v, "who", int64(manager), second, foreign, stranger)
	f := v.newForm("desk")
	if !v.staff[0][who] && !v.staff[1][who] {
		v.says(who, "/desk") // and is refused
		return who
	}
	switch {
	case v.staff[0][who] && v.staff[1][who]:
	case v.staff[1][who]:
		f.place = 1
	default:
		f.place = 0
	}
	v.begins(who, f, func() { v.says(who, "/desk") })
	return who
}

// flowOf are the flows that a button begins.
var flowOf = map[string]string{"return": "returning", "reject": "rejecting", "correct": "correction", "renew": "renewal", "change": "change", "end": "ending", "filed": "filed"}

// beginsAbout makes somebody press a button that begins a form about a tenancy.
func (v *town) beginsAbout() int64 {
	p, verb := v.somePaper(), pick(v, "verb", slices.Sorted(maps.Keys(flowOf))...)
	who := v.somebody()
	if pick(v, "likely", true, true, true, false) {
		var possible []string
		for _, verb := range slices.Sorted(maps.Keys(flowOf)) {
			if v.may(verb, p, p.round, v.likely(verb, p)) {
				possible = append(possible, verb)
			}
		}
		if possible == nil {
			v.rt.Skip("nothing can be done with it")
		}
		verb = pick(v, "verb", possible...)
		who = v.likely(verb, p)
	}
	f := &openForm{flow: flowOf[verb], about: p, round: p.round, place: p.place}
	if !v.may(verb, p, p.round, who) {
		f = nil
	}
	v.begins(who, f, func() { v.forges(who, v.data(verb, p, p.round), fmt.Sprintf("%s %d", verb, p.n)) })
	return who
}

// likely is somebody who may do what a button says, if anybody.
func (v *town) likely(verb string, p *paper) int64 {
	for _, who := range slices.Sorted(maps.Keys(townNames)) {
		if v.may(verb, p, p.round, who) {
			return who
		}
	}
	return cmp.Or(p.owner, manager)
}

func (v *town) data(verb string, p *paper, round int) string {
	switch verb {
	case "accept", "return", "reject":
		return fmt.Sprintf("a:%s:%s.%d", verb, p.id, round)
	}
	return "a:" + verb + ":" + p.id
}

// pressesSomething makes anybody press a button that acts at once.
func (v *town) pressesSomething() int64 {
	p, verb, who := v.somePaper(), pick(v, "verb", "accept", "withdrew", "goon", "close"), v.somebody()
	if p.state == tenancy.Submitted && pick(v, "verb", true, false) {
		verb = "accept"
	}
	round := p.round - pick(v, "late", 0, 0, 0, 1)
	v.forges(who, v.data(verb, p, round), fmt.Sprintf("%s %d, round %d", verb, p.n, round))
	v.pressed(verb, p, round, who)
	return who
}

// reviews lets a manager accept what waits, as they mostly do.
func (v *town) reviews() int64 {
	for _, p := range v.papers {
		if who := v.likely("accept", p); v.may("accept", p, p.round, who) {
			v.forges(who, v.data("accept", p, p.round), fmt.Sprintf("accept %d", p.n))
			v.pressed("accept", p, p.round, who)
			return who
		}
	}
	v.rt.Skip("nothing waits")
	return 0
}
