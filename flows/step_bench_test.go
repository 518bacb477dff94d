package flows_test

import (
	"testing"

	"zuji/flows"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// BenchmarkStep is one answer in the middle of a registration.
func BenchmarkStep(b *testing.B) {
	texts, err := locales.Load()
	if err != nil {
		b.Fatal(err)
	}
	facts := flows.Facts{Today: calendar.Date{Year: 2026, Month: 11, Day: 29}, Compounds: []tenancy.Compound{{ID: "one", Name: "幸福花园", City: tenancy.DefaultCity}}}
	s, err := flows.StartRegistration(facts, "session00000", "one")
	if err != nil {
		b.Fatal(err)
	}
	flow := flows.Registration(facts)
	says := func(text string) form.Event { return form.Event{Act: form.Answer, Text: text, Says: texts.Says(text)} }
	for _, e := range []form.Event{
		{Act: form.Answer, Button: &form.Button{Session: s.ID, Field: "consent", Act: form.Answer, Value: "agree"}},
		says("3-1-502"), says("房东本人"), says("王建国"), says("13800138000"), says("李雷"),
	} {
		res := flow.Step(s, e)
		if res.Prompt.Problem != nil || res.Stale {
			b.Fatal(e, res.Prompt)
		}
		s = res.Session
	}
	b.ReportAllocs()
	for b.Loop() {
		if res := flows.Registration(facts).Step(s, says("119999199001010012")); res.Prompt.Problem != nil {
			b.Fatal(res.Prompt.Problem)
		}
	}
}
