package flows_test

import (
	"testing"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// answer answers the open question of s by typing.
func answer(t *testing.T, f form.Runner, s form.Session, text string) form.Result {
	t.Helper()
	res := f.Step(s, form.Event{Act: form.Answer, Text: text})
	if res.Prompt.Problem != nil {
		t.Fatalf("%q: %v", text, res.Prompt.Problem)
	}
	return res
}

// The promise of the README: 12 questions the first time, 8 the second.
func TestRegistration_SecondTimeAsksEight(t *testing.T) {
	known := facts()
	known.Profile = tenancy.Profile{
		ID: 1001, Notice: flows.NoticeVersion, Role: tenancy.Owner, Compound: "XF", Unit: "3栋1单元502室",
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000"},
	}
	flow := flows.Registration(known)
	s, err := flows.StartRegistration(known, "s1", "")
	if err != nil {
		t.Fatal(err)
	}
	said := []string{"幸福花园", "3-1-601", "李雷", "119999199001010012", "13900139000", "none", "明天", "12个月"}
	if of := flow.Peek(s).Of; of != len(said) {
		t.Errorf("announces %d questions, want %d", of, len(said))
	}
	var res form.Result
	for _, text := range said {
		res = answer(t, flow, s, text)
		s = res.Session
	}
	if res.Prompt.Kind != form.Summary {
		t.Errorf("after %d answers still asks %s", len(said), res.Prompt.Field)
	}
	d := flow.Draft(s)
	if d.Landlord.Name != "王建国" || d.MoveIn != d.Start || d.Headcount != 1 {
		t.Errorf("what is known was not taken over: %+v", d.Tenancy)
	}
}

func TestRegistration_LinkNamesTheCompound(t *testing.T) {
	s, err := flows.StartRegistration(facts(), "s1", "YG2")
	if err != nil {
		t.Fatal(err)
	}
	if p := flows.Registration(facts()).Peek(s); p.Of != 11 {
		t.Errorf("%d questions with the compound known, want 11", p.Of)
	}
}

func TestCorrection_AsksOnlyWhatWasReturned(t *testing.T) {
	one := registered()
	one.State = tenancy.ToCorrect
	one.Returned = map[string]string{"tenant_document.a": "#mismatch"}
	s, err := flows.StartCorrection(facts(), "s2", one)
	if err != nil {
		t.Fatal(err)
	}
	flow := flows.Registration(facts())
	p := flow.Peek(s)
	if p.Field != "tenant_document.a" || p.Of != 1 || p.Because == nil {
		t.Fatalf("asks %s of %d because %v", p.Field, p.Of, p.Because)
	}
	res := answer(t, flow, s, "219999198802290025")
	if res.Prompt.Kind != form.Summary {
		t.Errorf("then asks %s", res.Prompt.Field)
	}
}

// A session of the form before it asked for the role: its answers are kept and
// only the new question is asked.
func TestRegistration_SessionOfAnOlderForm(t *testing.T) {
	s := form.Session{ID: "s1", Flow: "registration", Rev: 9,
		Done:  []string{"consent", "compound", "unit", "landlord_name", "landlord_phone", "floor"},
		Draft: []byte(`{"answer":"agree","compound":"XF","floor":5,"unit":{"building":"3","entrance":"1","room":"502"},"landlord":{"kind":"person","name":"王建国","phone":"+8613800138000"},"start":"no date"}`),
	}
	flow := flows.Registration(facts())
	if p := flow.Peek(s); p.Field != "role" {
		t.Fatalf("asks %s, want the question that the older form did not have", p.Field)
	}
	res := answer(t, flow, s, "owner")
	if res.Prompt.Field != "tenant_name.a" {
		t.Errorf("then asks %s: answers were lost", res.Prompt.Field)
	}
}
