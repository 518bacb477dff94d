package form_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zuji/internal/form"
	"zuji/internal/invalid"
)

// trip is a small form with a branch, a check across fields, an assumed answer,
// an optional one, a group and a doubtful value.
type trip struct {
	Kind   string   `json:"kind,omitempty"`
	Ticket string   `json:"ticket,omitempty"`
	From   int      `json:"from,omitempty"`
	To     int      `json:"to,omitempty"`
	Bags   int      `json:"bags,omitempty"`
	Note   string   `json:"note,omitempty"`
	Extras []string `json:"extras,omitempty"`
	Guests []guest  `json:"guests,omitempty"`
}

type guest struct {
	Item string `json:"item"`
	Name string `json:"name,omitempty"`
	More string `json:"more,omitempty"`
}

func number(p *int, checks ...func(int) error) form.Input {
	read := func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, invalid.New("number")
		}
		if n == 99 {
			return n, &form.Doubt{Why: invalid.New("really")}
		}
		return n, nil
	}
	return form.Typed(p, read, func(n int) any { return n }, checks...)
}

func text(p *string) form.Input {
	read := func(s string) (string, error) {
		if s == "" || s == "bad" {
			return "", invalid.New("bad")
		}
		return s, nil
	}
	return form.Typed(p, read, func(s string) any { return s })
}

var trips = form.Flow[trip]{
	Name: "trip",
	Fields: func(d *trip) []form.Field {
		if len(d.Guests) == 0 {
			d.Guests = []guest{{Item: "a"}}
		}
		after := func(to int) error {
			if to <= d.From {
				return invalid.New("after", "From", d.From)
			}
			return nil
		}
		fields := []form.Field{
			{Key: "kind", Input: form.Choice(&d.Kind, "train", "walk", "none").StopAt("none")},
			{Key: "ticket", Input: text(&d.Ticket), Hide: d.Kind != "train", Secret: true},
			{Key: "from", Input: number(&d.From)},
			{Key: "to", Input: number(&d.To, after)},
			{Key: "bags", Input: number(&d.Bags), Assume: func() { d.Bags = 1 }},
			{Key: "note", Input: text(&d.Note), Optional: true, Suggest: []string{"as usual"}},
		}
		hide := false
		for i := range d.Guests {
			g := &d.Guests[i]
			name := form.Field{Key: "guest", Item: g.Item, Input: text(&g.Name), Hide: hide}
			if i > 0 {
				name.Drop = func() {
					d.Guests[i-1].More = "no"
					d.Guests = d.Guests[:i]
				}
			}
			more := form.Choice(&g.More, "yes", "no").Reading(func(s string) error {
				d.Guests[i].More = s
				if s == "yes" && i+1 == len(d.Guests) {
					d.Guests = append(d.Guests, guest{Item: string(rune('a' + i + 1))})
				}
				return nil
			})
			fields = append(fields, name, form.Field{Key: "more", Item: g.Item, Input: more, Hide: hide})
			hide = hide || g.More != "yes"
		}
		return append(fields, form.Field{Key: "extras", Input: form.Several(&d.Extras, form.Option{Value: "food"}, form.Option{Value: "seat"})})
	},
	Paste: func(d *trip, s string) ([]string, bool) {
		from, to, ok := strings.Cut(s, "->")
		if !ok {
			return nil, false
		}
		d.From, _ = strconv.Atoi(from)
		d.To, _ = strconv.Atoi(to)
		return []string{"from", "to"}, true
	},
}

// player plays a session, through JSON between the steps.
type player struct {
	t interface{ Fatalf(string, ...any) }
	s form.Session
	form.Result
}

func play(t *testing.T, answers ...string) *player {
	t.Helper()
	s, err := trips.Start("s1", trip{})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, s: s}
	p.Prompt = trips.Peek(s)
	for _, a := range answers {
		p.say(a)
	}
	return p
}

func (p *player) event(e form.Event) {
	raw, err := json.Marshal(p.s)
	if err != nil {
		p.t.Fatalf("session: %v", err)
	}
	var s form.Session
	if err := json.Unmarshal(raw, &s); err != nil {
		p.t.Fatalf("session: %v", err)
	}
	p.Result = trips.Step(s, e)
	p.s = p.Result.Session
}

func (p *player) say(text string) {
	p.event(form.Event{Act: form.Answer, Text: text, Says: func(l form.Text) bool {
		return strings.HasSuffix(l.Key, "."+text)
	}})
}

// press presses the button whose label ends in label.
func (p *player) press(label string) {
	all := slices.Concat(p.Prompt.Choices, p.Prompt.Actions)
	for _, l := range p.Prompt.Lines {
		all = append(all, form.Press{Label: form.T("edit." + l.Field), Button: l.Button})
	}
	for _, b := range all {
		if strings.HasSuffix(b.Label.Key, "."+label) {
			p.event(form.Event{Act: b.Button.Act, Button: &b.Button})
			return
		}
	}
	p.t.Fatalf("no button %q on %q", label, p.Prompt.Ask.Key)
}

func (p *player) asks(t *testing.T, field string) {
	t.Helper()
	if p.Prompt.Field != field {
		t.Fatalf("asks %q, want %q (problem %v)", p.Prompt.Field, field, p.Prompt.Problem)
	}
}

func (p *player) problem(t *testing.T, key string) {
	t.Helper()
	got := ""
	if p.Prompt.Problem != nil {
		got = p.Prompt.Problem.Key
	}
	if got != key {
		t.Fatalf("problem %q, want %q", got, key)
	}
}

// full answers everything up to the summary.
func full(t *testing.T) *player {
	t.Helper()
	p := play(t, "walk", "3", "5", "skip", "Ann", "no", "food", "finish")
	if p.Prompt.Kind != form.Summary {
		t.Fatalf("not at the summary but at %q", p.Prompt.Field)
	}
	return p
}

func TestStep_AsksFieldsInOrderAndBranches(t *testing.T) {
	p := play(t)
	p.asks(t, "kind")
	p.press("train")
	p.asks(t, "ticket")
	p.say("T1")
	if !p.Secret {
		t.Error("a typed secret is not reported as one")
	}
	p.asks(t, "from")
	if walk := play(t, "walk"); walk.Prompt.Field != "from" {
		t.Errorf("the hidden ticket is asked: %q", walk.Prompt.Field)
	}
}

func TestStep_OptionByNumberAndWord(t *testing.T) {
	for _, typed := range []string{"2", "walk"} {
		if p := play(t, typed); p.Prompt.Field != "from" {
			t.Errorf("typed %q: asks %q", typed, p.Prompt.Field)
		}
	}
}

func TestStep_RefusalKeepsEarlierValueAndHelpsAfterThree(t *testing.T) {
	p := play(t, "walk", "3", "5", "back")
	p.asks(t, "to")
	for range 3 {
		p.say("many")
		p.problem(t, "problem.number")
	}
	if p.Prompt.Help == nil {
		t.Error("no help after three refusals")
	}
	p.press("keep")
	p.asks(t, "note")
	if d := trips.Draft(p.s); d.To != 5 {
		t.Errorf("the earlier answer became %d", d.To)
	}
}

func TestStep_SkipOnlyWhereOptional(t *testing.T) {
	p := play(t, "walk")
	p.event(form.Event{Act: form.Skip})
	p.problem(t, "problem.no_skip")
	p.say("3")
	p.say("5")
	p.press("skip")
	p.asks(t, "guest.a")
}

func TestStep_BackSkipsHiddenAndAssumed(t *testing.T) {
	p := play(t, "walk", "3", "5", "note")
	p.asks(t, "guest.a")
	p.press("back")
	p.asks(t, "note")
	p.press("back")
	p.asks(t, "to")
	p.press("back")
	p.press("back")
	p.asks(t, "kind")
	p.event(form.Event{Act: form.Back})
	p.problem(t, "problem.no_back")
}

func TestStep_EditReturnsToSummaryAndReopensWhatItBreaks(t *testing.T) {
	p := full(t)
	p.press("from")
	p.asks(t, "from")
	p.say("4")
	if p.Prompt.Kind != form.Summary {
		t.Fatalf("after a harmless edit asks %q", p.Prompt.Field)
	}
	p.press("from")
	p.say("7")
	p.asks(t, "to")
	if p.Prompt.Because == nil || p.Prompt.Because.Key != "problem.after" {
		t.Errorf("does not say why it asks again: %v", p.Prompt.Because)
	}
	p.say("9")
	if p.Prompt.Kind != form.Summary {
		t.Errorf("asks %q instead of the summary", p.Prompt.Field)
	}
}

func TestStep_BackWhileEditingKeepsTheAnswer(t *testing.T) {
	p := full(t)
	p.press("from")
	p.press("back")
	if p.Prompt.Kind != form.Summary || trips.Draft(p.s).From != 3 {
		t.Error("back out of an edit changed something")
	}
}

func TestStep_SummaryNumberEdits(t *testing.T) {
	p := full(t)
	p.say("2")
	p.asks(t, "from")
}

func TestStep_AssumedAnswerIsOnTheSummaryAndCanBeChanged(t *testing.T) {
	p := full(t)
	p.press("bags")
	p.say("4")
	if d := trips.Draft(p.s); d.Bags != 4 {
		t.Errorf("bags = %d after the edit", d.Bags)
	}
	p.press("from")
	p.say("4")
	if d := trips.Draft(p.s); d.Bags != 4 {
		t.Errorf("the assumption came back: bags = %d", d.Bags)
	}
}

func TestStep_DoubtfulAnswerIsConfirmed(t *testing.T) {
	p := play(t, "walk", "99")
	p.asks(t, "from")
	p.problem(t, "problem.really")
	if p.Prompt.Kind != form.Doubting {
		t.Fatal("does not ask to confirm")
	}
	p.press("sure")
	p.asks(t, "to")
	p = play(t, "walk", "99", "3")
	p.asks(t, "to")
	if trips.Draft(p.s).From != 3 {
		t.Error("a new answer does not replace the doubtful one")
	}
}

func TestStep_GroupGrowsAndItemsCanBeRemoved(t *testing.T) {
	p := play(t, "walk", "3", "5", "skip", "Ann", "yes", "Bob", "no", "food", "finish")
	if p.Prompt.Kind != form.Summary {
		t.Fatalf("asks %q", p.Prompt.Field)
	}
	p.press("guest.b")
	p.press("remove")
	if d := trips.Draft(p.s); len(d.Guests) != 1 || p.Prompt.Kind != form.Summary {
		t.Errorf("guests %v after removing one", d.Guests)
	}
}

func TestStep_SeveralToggles(t *testing.T) {
	p := play(t, "walk", "3", "5", "skip", "Ann", "no")
	p.press("finish")
	p.problem(t, "problem.choose_one")
	p.press("food")
	p.press("seat")
	p.press("food")
	p.press("finish")
	if d := trips.Draft(p.s); !slices.Equal(d.Extras, []string{"seat"}) {
		t.Errorf("extras %v", d.Extras)
	}
}

func TestStep_PasteFillsSeveral(t *testing.T) {
	p := play(t, "walk", "3->8")
	p.asks(t, "note")
	if len(p.Prompt.Heard) != 2 {
		t.Errorf("shows %d understood answers, want 2", len(p.Prompt.Heard))
	}
	p = play(t, "walk", "8->3")
	p.asks(t, "to")
}

func TestStep_StaleButtonsChangeNothing(t *testing.T) {
	p := play(t, "walk")
	old := p.Prompt.Actions[0].Button
	p.say("3")
	before := p.s
	for name, b := range map[string]form.Button{
		"old":           old,
		"other session": {Session: "s2", Rev: p.s.Rev, Field: "to", Act: form.Answer, Value: "5"},
		"other field":   {Session: "s1", Rev: p.s.Rev, Field: "from", Act: form.Answer, Value: "5"},
		"future":        {Session: "s1", Rev: p.s.Rev + 1, Field: "to", Act: form.Answer, Value: "5"},
	} {
		res := trips.Step(before, form.Event{Act: b.Act, Button: &b})
		if !res.Stale || res.Session.Rev != before.Rev || res.Prompt.Field != "to" {
			t.Errorf("%s: stale=%v, asks %q", name, res.Stale, res.Prompt.Field)
		}
	}
}

func TestStep_ForgedActsOnAFreshQuestionAreHarmless(t *testing.T) {
	p := play(t, "walk")
	for _, b := range []form.Button{
		{Act: form.Confirm}, {Act: form.Answer, Value: "nonsense"}, {Act: form.Suggest, Value: "9"}, {Act: form.Suggest, Value: "x"},
		{Act: form.Edit, Value: "kind"}, {Act: form.Remove}, {Act: form.Sure}, {Act: form.Keep}, {Act: form.Finish}, {Act: "zz"},
	} {
		b.Session, b.Rev, b.Field = "s1", p.s.Rev, "from"
		res := trips.Step(p.s, form.Event{Act: b.Act, Button: &b})
		if res.Outcome != form.Open || res.Prompt.Field != "from" {
			t.Errorf("%s %q: outcome %d, asks %q", b.Act, b.Value, res.Outcome, res.Prompt.Field)
		}
	}
}

func TestStep_Endings(t *testing.T) {
	p := play(t, "walk", "3")
	p.press("cancel")
	if p.Prompt.Kind != form.Leaving || p.Outcome != form.Open {
		t.Fatal("cancel does not ask first")
	}
	p.press("continue")
	p.asks(t, "to")
	p.press("cancel")
	p.say("keep_draft")
	if p.Outcome != form.Saved {
		t.Errorf("outcome %d, want Saved", p.Outcome)
	}
	p = play(t, "walk", "3", "discard")
	if p.Outcome != form.Open || trips.Draft(p.s).From != 3 {
		t.Errorf("a word typed at a question dropped the draft: outcome %d", p.Outcome)
	}
	p = play(t, "walk", "cancel", "discard")
	if p.Outcome != form.Discarded {
		t.Errorf("outcome %d, want Discarded", p.Outcome)
	}
	p = play(t, "none")
	if p.Outcome != form.Stopped || p.Prompt.Ask.Key != "trip.kind.stop" {
		t.Errorf("outcome %d, says %q", p.Outcome, p.Prompt.Ask.Key)
	}
}

func TestStep_SubmitClearsHiddenAnswers(t *testing.T) {
	p := play(t, "train", "T1", "3", "5", "skip", "Ann", "no", "food", "finish")
	p.press("kind")
	p.press("walk")
	p.press("submit")
	if p.Outcome != form.Submitted {
		t.Fatalf("outcome %d", p.Outcome)
	}
	if d := trips.Draft(p.s); d.Ticket != "" {
		t.Error("the hidden ticket was submitted")
	}
}

func TestStep_ChangedFormKeepsValidAnswersAndAsksTheRest(t *testing.T) {
	recorded := `{"id":"s1","flow":"trip","rev":7,"done":["kind","gone","to"],"draft":{"kind":"walk","from":"was a word","to":5,"old":true}}`
	var s form.Session
	if err := json.Unmarshal([]byte(recorded), &s); err != nil {
		t.Fatal(err)
	}
	p := trips.Peek(s)
	if p.Field != "from" {
		t.Errorf("asks %q, want the answer that can no longer be read", p.Field)
	}
	if d := trips.Draft(s); d.Kind != "walk" || d.To != 5 {
		t.Errorf("lost answers: %+v", d)
	}
}

func TestStep_ProgressFollowsBranches(t *testing.T) {
	walk, train := play(t, "walk"), play(t, "train", "T1")
	if walk.Prompt.Step != 2 || train.Prompt.Step != 3 || train.Prompt.Of != walk.Prompt.Of+1 {
		t.Errorf("walk %d/%d, train %d/%d", walk.Prompt.Step, walk.Prompt.Of, train.Prompt.Step, train.Prompt.Of)
	}
}

// Whatever happens, the person has a question, the summary or an ending before
// them, and only a complete draft is submitted.
func TestStep_RandomEventsNeverStrand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _ := trips.Start("s1", trip{})
		p := &player{t: t, s: s}
		p.Prompt = trips.Peek(s)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			all := slices.Concat(p.Prompt.Choices, p.Prompt.Actions)
			for _, l := range p.Prompt.Lines {
				all = append(all, form.Press{Button: l.Button})
			}
			if rapid.Bool().Draw(t, "press") && len(all) > 0 {
				b := rapid.SampledFrom(all).Draw(t, "button").Button
				p.event(form.Event{Act: b.Act, Button: &b})
				if p.Stale {
					t.Fatalf("a button just shown is stale: %+v", b)
				}
			} else {
				p.say(rapid.SampledFrom([]string{"1", "2", "7", "99", "bad", "walk", "train", "yes", "no", "3->4", "9->1", "back", "skip", "keep", "food", "finish", "", "Ann"}).Draw(t, "text"))
			}
			if p.Outcome == form.Submitted {
				d := trips.Draft(p.s)
				if d.Kind == "" || d.To <= d.From || d.Bags == 0 || d.Guests[0].Name == "" || len(d.Extras) == 0 {
					t.Fatalf("submitted incomplete: %+v", d)
				}
			}
			if p.Outcome != form.Open {
				return
			}
			if p.Prompt.Kind == form.Question && p.Prompt.Field == "" {
				t.Fatalf("no question and no summary after %+v", p.s)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	s, _ := trips.Start("s1", trip{Kind: "walk"}, "kind")
	e := form.Event{Act: form.Answer, Text: "3"}
	b.ReportAllocs()
	for b.Loop() {
		trips.Step(s, e)
	}
}

// A brief flow ends with its last answer; a number typed does not do where only
// the person's own contact does.
func TestStep_BriefFlowWantsOwnContact(t *testing.T) {
	type draft struct{ Name, Phone string }
	same := func(s string) (string, error) { return s, nil }
	flow := form.Flow[draft]{Name: "brief", Brief: true, Fields: func(d *draft) []form.Field {
		return []form.Field{
			{Key: "name", Input: form.Typed(&d.Name, same, func(s string) any { return s })},
			{Key: "phone", Input: form.Typed(&d.Phone, same, func(s string) any { return s }).ByOwnContact()},
		}
	}}
	s, err := flow.Start("s", draft{})
	if err != nil {
		t.Fatal(err)
	}
	res := flow.Step(s, form.Event{Act: form.Answer, Text: "王建国"})
	if res.Outcome != form.Open || res.Prompt.Field != "phone" {
		t.Fatalf("after the first of two answers: %+v", res)
	}
	res = flow.Step(res.Session, form.Event{Act: form.Answer, Text: "13800138000"})
	if res.Outcome != form.Open || res.Prompt.Problem == nil || res.Prompt.Problem.Key != "problem.contact_only" {
		t.Fatalf("a typed number: %+v", res.Prompt)
	}
	res = flow.Step(res.Session, form.Event{Act: form.Answer, Text: "13800138000", Shared: true})
	if res.Outcome != form.Submitted || flow.Draft(res.Session) != (draft{"王建国", "13800138000"}) {
		t.Errorf("after the last answer: %+v", res)
	}
}

// What is shown of a stored draft is what it holds, not what would be assumed now.
func TestLines_AssumeNothing(t *testing.T) {
	type draft struct{ Day string }
	flow := form.Flow[draft]{Name: "stored", Fields: func(d *draft) []form.Field {
		same := func(s string) (string, error) { return s, nil }
		return []form.Field{{Key: "day", Input: form.Typed(&d.Day, same, func(s string) any { return s }), Assume: func() { d.Day = "today" }}}
	}}
	if l := flow.Lines(draft{Day: "long ago"}); len(l) != 1 || l[0].Value != "long ago" {
		t.Errorf("shown as %+v", l)
	}
	if l := flow.Lines(draft{}); len(l) != 0 {
		t.Errorf("nothing is shown as %+v", l)
	}
}

// A question that an assumed answer brings up is asked in the same step.
func TestAssume_BringsUpAQuestion(t *testing.T) {
	type draft struct{ Kind, Why string }
	f := form.Flow[draft]{Name: "f", Fields: func(d *draft) []form.Field {
		return []form.Field{
			{Key: "why", Input: form.Choice(&d.Why, "a", "b"), Hide: d.Kind != "x"},
			{Key: "kind", Input: form.Choice(&d.Kind, "x", "y"), Assume: func() { d.Kind = "x" }},
		}
	}}
	s, err := f.Start("s", draft{})
	if err != nil {
		t.Fatal(err)
	}
	if p := f.Peek(s); p.Kind != form.Question || len(p.Choices) != 2 || p.Choices[0].Button.Field != "why" {
		t.Errorf("the prompt is %+v", p)
	}
}
