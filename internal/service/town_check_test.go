package service_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// step makes an action of what somebody does: afterwards everything is compared
// with the model.
func (v *town) step(act func() (who int64)) func(*rapid.T) {
	return func(t *rapid.T) {
		v.rt, v.t = t, t
		v.told, v.timely = map[int64][]string{}, false
		who := act()
		v.rig.Count("steps", 1)
		v.heard(who)
		v.agrees(who)
		v.remember()
	}
}

// calm waits until every update is confirmed and nothing is left to be sent.
func (v *town) calm() {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(500 * time.Microsecond) {
		if v.telegram.Pending() > 0 {
			continue
		}
		n, err := v.zuji.Box.Counts(context.Background())
		if err != nil {
			v.rt.Fatal(err)
		}
		if n.Waiting == 0 {
			return
		}
	}
	v.rt.Fatal("Zuji does not come to rest")
}

// newest is the tenancy that the model does not know yet.
func (v *town) newest() (id, receipt string) {
	known := map[string]bool{}
	for _, p := range v.papers {
		known[p.id] = true
	}
	for t, err := range v.zuji.Registry.All(context.Background()) {
		if err != nil {
			v.rt.Fatal(err)
		}
		if !known[t.ID] {
			return t.ID, t.Receipt
		}
	}
	v.rt.Fatal("what was submitted is not in the register")
	return "", ""
}

// heard writes the answer to whoever acted into the transcript.
func (v *town) heard(who int64) {
	for _, m := range v.as(who).app.Messages(0) {
		if _, known := v.looks[who][m.ID]; known || m.From.ID == who {
			continue
		}
		text := "    < " + strings.ReplaceAll(m.Text, "\n", "\n      ")
		for _, row := range m.Inline {
			for _, k := range row {
				text += " [" + k.Text + "]"
			}
		}
		v.lines = append(v.lines, text)
	}
}

// remember keeps every chat as it is.
func (v *town) remember() {
	for who := range townNames {
		v.looks[who] = map[int]string{}
		for _, m := range v.as(who).app.Messages(0) {
			v.looks[who][m.ID] = m.Text
		}
	}
}

// quiet forgets what a second person of the step was answered.
func (v *town) quiet(who int64) {
	v.heard(who)
	for _, m := range v.as(who).app.Messages(0) {
		if _, known := v.looks[who][m.ID]; !known {
			v.seesOnlyTheirs(who, m.Text)
			v.looks[who][m.ID] = m.Text
		}
	}
}

// agrees compares Zuji with the model.
func (v *town) agrees(actor int64) {
	v.holds()
	v.delivered(actor)
	for who := range townNames {
		saved, err := v.zuji.Registry.Drafts(context.Background(), who)
		if err != nil || len(saved) != len(v.drafts[who]) {
			v.rt.Fatalf("%s has %d drafts (%v), the model says %d", townNames[who], len(saved), err, len(v.drafts[who]))
		}
	}
	if aside, err := v.zuji.Registry.Aside(context.Background(), 10); err != nil || len(aside) > 0 {
		v.rt.Fatalf("set aside: %v, %v\n%s", aside, err, v.logs)
	}
}

// holds compares the register.
func (v *town) holds() {
	stored := map[string]tenancy.Tenancy{}
	receipts := map[string]bool{}
	for t, err := range v.zuji.Registry.All(context.Background()) {
		if err != nil {
			v.rt.Fatal(err)
		}
		stored[t.ID] = t
		if receipts[t.Receipt] {
			v.rt.Fatalf("receipt %s is given twice", t.Receipt)
		}
		receipts[t.Receipt] = true
	}
	if len(stored) != len(v.papers) {
		v.rt.Fatalf("%d tenancies are stored, the model has %d", len(stored), len(v.papers))
	}
	for _, p := range v.papers {
		t := stored[p.id]
		have := fmt.Sprintf("%s of %d, round %d, %s in %s until %s, receipt %s, tenant %s", t.State, t.Owner, t.Round, t.Unit.Room, t.Compound, t.End, t.Receipt, t.People[0].Name)
		want := fmt.Sprintf("%s of %d, round %d, %s in %s until %s, receipt %s, tenant %s", p.state, p.owner, p.round, p.unit, v.places[p.place].ID, p.end, p.receipt, p.name)
		if have != want {
			v.rt.Fatalf("tenancy %d is\n%s, the model says\n%s", p.n, have, want)
		}
		if want, have := v.lodging(p, t); want != have {
			v.rt.Fatalf("of tenancy %d %s, the model says %s", p.n, have, want)
		}
	}
}

// delivered checks that every notice of this step was sent once, that nobody else
// got a message, and that nobody sees what is not theirs.
func (v *town) delivered(actor int64) {
	sent, err := v.zuji.Box.List(context.Background(), outbox.Sent, 100)
	if err != nil {
		v.rt.Fatal(err)
	}
	byKey := map[string]outbox.Row{}
	for _, r := range sent {
		byKey[r.Key] = r
	}
	for _, who := range slices.Sorted(maps.Keys(townNames)) {
		fresh := map[int]bool{}
		for _, m := range v.as(who).app.Messages(0) {
			was, known := v.looks[who][m.ID]
			if m.From.ID == who || known && was == m.Text {
				continue
			}
			v.seesOnlyTheirs(who, m.Text)
			if !known && !v.isAsked(who, m.Text) {
				fresh[m.ID] = true
			}
		}
		for _, key := range v.told[who] {
			r, ok := byKey[key]
			if !ok || !fresh[r.MessageID] {
				v.rt.Fatalf("%s did not get %s (known to the outbox: %t)", townNames[who], key, ok)
			}
			v.rig.Count("notices", 1)
		}
		if who != actor && !v.timely && len(fresh) != len(v.told[who]) {
			v.rt.Fatalf("%s got %d messages unasked, the model says %v\n%s", townNames[who], len(fresh), v.told[who], v.as(who).chat())
		}
	}
	for _, s := range []outbox.State{outbox.Dead, outbox.Unconfirmed} {
		lost, err := v.zuji.Box.List(context.Background(), s, 100)
		if err != nil {
			v.rt.Fatal(err)
		}
		for _, r := range lost {
			if r.Kind != string(registry.Reminders) { // of a draft that has run out
				v.rt.Fatalf("without any fault %s is %s: %s", r.Key, s, r.Why)
			}
		}
	}
}

var receiptIn = regexp.MustCompile(`ZJ-\d{6}-\d{4}-[0-9A-Z]`)

// seesOnlyTheirs checks that a person may see every tenancy that a text is about.
func (v *town) seesOnlyTheirs(who int64, text string) {
	for _, p := range v.papers {
		if v.sees(p, who) {
			continue
		}
		if slices.Contains(receiptIn.FindAllString(text, -1), p.receipt) || strings.Contains(text, p.name) && v.forms[who] == nil && !v.knows(who, p.name) {
			v.rt.Fatalf("%s sees tenancy %d, which is none of theirs:\n%s", townNames[who], p.n, text)
		}
	}
}

// isAsked reports whether a message reminds a tenant to confirm their entry, or the
// landlord of that: it is due from when they opened the link.
func (v *town) isAsked(who int64, text string) bool {
	tenant, owner := strings.HasPrefix(text, "🔔 房东替您登记了"), strings.Contains(text, "的租客打开了链接，还没有确认")
	return slices.ContainsFunc(v.papers, func(p *paper) bool { return p.lodger != 0 && (tenant && p.lodger == who || owner && p.owner == who) })
}

// knows reports whether a person may read a tenant's name: in a tenancy of theirs,
// or in the entry whose link they opened.
func (v *town) knows(who int64, name string) bool {
	return slices.ContainsFunc(v.papers, func(p *paper) bool { return p.name == name && (v.sees(p, who) || p.lodger == who) })
}

// looksUp makes somebody open a tenancy by its receipt: they are offered what
// they may do, and nothing else.
func (v *town) looksUp() int64 {
	p, who := v.somePaper(), v.somebody()
	if v.forms[who] != nil {
		v.rt.Skip("a form would take it for an answer")
	}
	v.says(who, p.receipt)
	verbs := []string{"accept", "return", "reject", "end", "filed", "offer"}
	if !v.staffs(p, who) {
		verbs = []string{"correct", "renew", "change", "end", "goon", "withdrew", "filed", "close"}
	}
	var want, offered []string
	for _, verb := range verbs {
		may := v.sees(p, who) && v.may(verb, p, p.round, who)
		switch verb {
		case "renew", "change":
			may = p.owner == who && lives(p.state)
		case "close":
			may = may && p.numbered
		case "offer":
			may = may && lives(p.state)
		}
		if may {
			want = append(want, verb)
		}
	}
	for _, row := range v.last(who).Inline {
		for _, k := range row {
			parts := strings.Split(k.Data+"::", ":")
			verb := map[string]string{"withdraw": "withdrew"}[parts[1]]
			if verb == "" {
				verb = parts[1]
			}
			if parts[0] == "a" && slices.Contains(verbs, verb) {
				offered = append(offered, verb)
			}
		}
	}
	slices.Sort(want)
	slices.Sort(offered)
	if !slices.Equal(want, offered) {
		v.rt.Fatalf("%s is offered %v of tenancy %d, the model says %v:\n%s", townNames[who], offered, p.n, want, v.last(who).Text)
	}
	return who
}

// daysPass moves the clock to another day.
func (v *town) daysPass() int64 {
	days := rapid.IntRange(1, 20).Draw(v.rt, "days")
	for _, who := range slices.Sorted(maps.Keys(v.forms)) {
		if f := v.forms[who]; f != nil && v.now.Now().AddDate(0, 0, days).After(f.touched.AddDate(0, 0, 29)) {
			v.givesUp(who, f)
		}
	}
	v.now.days(days)
	v.lines = append(v.lines, "it is "+v.today().String())
	v.timely = true
	if _, err := v.zuji.Registry.Expire(context.Background(), v.today()); err != nil {
		v.rt.Fatal(err)
	}
	v.ticked()
	v.calm()
	v.aged()
	return admin
}

// restarts ends Zuji, starts it again, and has everything read and checked.
func (v *town) restarts() int64 {
	v.lines = append(v.lines, "Zuji is restarted")
	v.stop()
	v.start()
	v.calm()
	v.rig.Count("restarts", 1)
	v.verified()
	return admin
}

func (v *town) verified() {
	if wrong, err := v.zuji.Registry.Verify(context.Background()); err != nil || len(wrong) > 0 {
		v.rt.Fatalf("%v %v", wrong, err)
	}
}
