package flows_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/flows"
	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/tenancy"
	"zuji/internal/transcript"
	"zuji/locales"
)

// today is the day on which all transcripts play.
var today = calendar.Date{Year: 2026, Month: time.November, Day: 23}

// facts are the compounds that the transcripts know. The landlord is new.
func facts() flows.Facts {
	city := tenancy.City{Name: "杭州", FileDays: 30, ReportDays: 3, ReportWorking: true, MinArea: 5, MaxPerRoom: 2, DepositMonths: 3}
	return flows.Facts{
		Today:   today,
		Profile: tenancy.Profile{ID: 1001},
		Compounds: []tenancy.Compound{
			{ID: "XF", Name: "幸福花园", City: city},
			{ID: "YG1", Name: "阳光家园一期", City: city},
			{ID: "YG2", Name: "阳光家园二期", City: city},
		},
	}
}

// registered is a tenancy as the ordinary transcript leaves it.
func registered() tenancy.Tenancy {
	return tenancy.Tenancy{
		ID: "T1", Receipt: "ZJ-202611-0001-K", Compound: "XF", State: tenancy.Submitted, Owner: 1001,
		Unit: address.Unit{Building: "3", Entrance: "1", Room: "502"}, Role: tenancy.Owner, Notice: flows.NoticeVersion,
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000"},
		People: []tenancy.Person{{Item: "a", Name: "李雷", Phone: "+8613900139000", Next: tenancy.NobodyElse,
			Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}}},
		Headcount: 2, Signed: today,
		Start:  calendar.Date{Year: 2026, Month: 12, Day: 1},
		End:    calendar.Date{Year: 2027, Month: 11, Day: 30},
		MoveIn: calendar.Date{Year: 2026, Month: 12, Day: 1},
	}
}

// engine plays a transcript on a flow alone, with the session through JSON
// between the lines.
type engine struct {
	t     *testing.T
	flow  form.Runner
	s     form.Session
	to    locales.Writer
	texts *locales.Texts
	now   form.Prompt
}

func begin(t *testing.T, name string) transcript.Player {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{t: t, texts: texts, to: texts.In(locales.Chinese)}
	if strings.HasSuffix(name, "english") {
		e.to = texts.In(locales.English)
	}
	flow, _, _ := strings.Cut(name, "_")
	switch flow {
	case "registration":
		e.flow = flows.Registration(facts())
		e.s, err = flows.StartRegistration(facts(), "s1", "")
	case "filing":
		e.flow = flows.Filing(facts(), facts().Compounds[0].City)
		e.s, err = flows.StartFiling(facts(), "s1", registered(), facts().Compounds[0].City)
	case "returning":
		f := flows.Return(facts(), registered())
		e.flow = f
		e.s, err = f.Start("s1", flows.Returning{Tenancy: "T1"})
	case "compound":
		e.flow = flows.NewCompound(facts())
		e.s, err = flows.StartCompound(facts(), "s1", tenancy.Compound{})
	case "change":
		e.flow = flows.Registration(facts())
		e.s, err = flows.StartChange(facts(), "s1", inForce())
	case "desk":
		at := facts()
		at.Profile, at.Compounds = tenancy.Profile{}, at.Compounds[:1]
		e.flow = flows.Registration(at)
		e.s, err = flows.StartDesk(at, "s1", 1002, "XF")
	case "renewal":
		e.flow = flows.Renew(facts())
		e.s, err = flows.StartRenewal(facts(), "s1", inForce())
	case "ending":
		e.flow, e.s, err = started(flows.End(facts(), inForce()), flows.Ending{Tenancy: "T1"})
	case "filed":
		e.flow, e.s, err = started(flows.Filed(facts(), inForce()), flows.Numbered{Tenancy: "T1"})
	case "rejecting":
		e.flow, e.s, err = started(flows.Reject(registered()), flows.Decision{Tenancy: "T1"})
	case "revealing":
		e.flow, e.s, err = started(flows.Reveal(registered()), flows.Decision{Tenancy: "T1"})
	case "objecting":
		e.flow, e.s, err = started(flows.Object(registered()), flows.Decision{Tenancy: "T1"})
	case "own":
		k := flows.Remindful{Now: today.At(10, 0), Zone: calendar.Shanghai, Holidays: calendar.NewHolidays(), Receivers: func(tenancy.OwnReminder) int { return 1 }}
		if strings.Contains(name, "staff") {
			k.Compounds = facts().Compounds[:1]
		}
		e.flow = flows.Remind(k)
		e.s, err = flows.StartReminder(k, "s1", tenancy.OwnReminder{})
	case "homes":
		e.flow, e.s, err = started(flows.AddHomes(), flows.Block{Compound: "XF"})
	case "stay":
		e.flow, e.s, err = started(flows.Stay(facts()), flows.Staying{Compound: "XF", Unit: registered().Unit})
	case "takeover":
		e.flow, e.s, err = started(flows.TakeOver(), flows.Takeover{Token: "x", Unit: registered().Unit})
	case "question":
		e.flow = flows.AddQuestion(facts())
		e.s, err = flows.StartQuestion(facts(), "s1", "XF")
	case "notice":
		e.flow = flows.SendNotice(facts(), reached)
		e.s, err = flows.StartNotice(facts(), reached, "s1", "XF")
	case "custom":
		e.flow = flows.Registration(curious())
		e.s, err = flows.StartRegistration(curious(), "s1", "")
	default:
		t.Fatalf("no flow for transcript %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// inForce is registered's tenancy after the manager accepted it.
func inForce() tenancy.Tenancy {
	t := registered()
	t.State = tenancy.Accepted
	t.Filing.Rent = 350000
	return t
}

func started[D any](f form.Flow[D], d D) (form.Runner, form.Session, error) {
	s, err := f.Start("s1", d)
	return f, s, err
}

func (e *engine) Begin() transcript.Answer {
	e.now = e.flow.Peek(e.s)
	return e.answer()
}

func (e *engine) Do(s transcript.Step) transcript.Answer {
	event := form.Event{Act: form.Answer, Text: s.Type, Says: e.texts.Says(s.Type)}
	switch {
	case s.Contact != "":
		event = form.Event{Act: form.Answer, Text: s.Contact, Shared: true}
	case s.Press != "":
		b := e.button(s.Press)
		event = form.Event{Act: b.Act, Button: &b}
	}
	raw, err := json.Marshal(e.s)
	if err != nil {
		e.t.Fatal(err)
	}
	var back form.Session
	if err := json.Unmarshal(raw, &back); err != nil {
		e.t.Fatal(err)
	}
	res := e.flow.Step(back, event)
	if res.Stale {
		e.t.Fatalf("[%s] is stale", s.Press)
	}
	e.s, e.now = res.Session, res.Prompt
	if res.Outcome != form.Open {
		return transcript.Answer{End: []string{"", "提交", "暂存", "放弃", "结束"}[res.Outcome]}
	}
	return e.answer()
}

func (e *engine) button(label string) form.Button {
	for _, p := range slices.Concat(e.now.Choices, locales.Edits(e.now), e.now.Actions) {
		if e.to.Press(p) == label {
			return p.Button
		}
	}
	e.t.Fatalf("no button [%s] under %q", label, e.to.Plain(e.now.Ask))
	return form.Button{}
}

// answer writes the prompt and its buttons; the edit buttons of a summary are
// left out, since each repeats a line.
func (e *engine) answer() transcript.Answer {
	a := transcript.Answer{Text: e.to.Prompt(e.now)}
	for i, group := range [][]form.Press{e.now.Choices, e.now.Actions} {
		var row []string
		for _, p := range group {
			row = append(row, e.to.Press(p))
		}
		if i == 0 && e.now.Days { // the bot's own button
			row = append(row, e.to.Plain(form.T("button.pick_day")))
		}
		if row != nil {
			a.Buttons = append(a.Buttons, row)
		}
	}
	return a
}

func TestTranscripts(t *testing.T) {
	transcript.Play(t, "testdata/*.txt", true, begin)
}
