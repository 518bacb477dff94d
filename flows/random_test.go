package flows_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// typed are answers of every kind, right and wrong, and words that act.
var typed = []string{
	"王建国", "李雷", "幸福花园", "阳光", "3-1-502", "A座1203", "13800138000", "138 0013 8000", "119999199001010012", "21999919900101018X",
	"119999199001010013", "E1234567X", "H00000001", "911840199001010018", "91999999MA0TE5T08K", "91999999MA0TE5T08L", "今天", "明天", "2026年12月1日",
	"一年", "半年", "30年", "3500", "三千五", "89.5", "20", "5", "1", "2", "3", "上一步", "跳过", "取消", "继续", "不变", "没错", "没有了", "",
	"租客 李雷 13900139000 3-1-502 2026.12.1起租一年", "房东：王建国 13800138000\n租客：韩梅梅 21999919900101018X", "😀", "<b>x</b>",
}

// Whatever a person does, there is a question, the summary or an ending before
// them, every button just shown is taken, and what is submitted is complete.
func TestFlows_RandomEventsNeverStrand(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := facts()
	known.Compounds[0].Questions = own()
	registration, filing := flows.Registration(known), flows.Filing(known, known.Compounds[0].City)
	rapid.Check(t, func(t *rapid.T) {
		var run form.Runner = registration
		s, _ := flows.StartRegistration(known, "s1", rapid.SampledFrom([]string{"", "XF"}).Draw(t, "link"))
		if rapid.Bool().Draw(t, "filing") {
			run = filing
			s, _ = flows.StartFiling(known, "s1", registered(), known.Compounds[0].City)
		}
		p := run.Peek(s)
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			var e form.Event
			if all := slices.Concat(p.Choices, locales.Edits(p), p.Actions); rapid.Bool().Draw(t, "press") && len(all) > 0 {
				b := rapid.SampledFrom(all).Draw(t, "button").Button
				e = form.Event{Act: b.Act, Button: &b}
			} else {
				text := rapid.SampledFrom(typed).Draw(t, "text")
				e = form.Event{Act: form.Answer, Text: text, Says: texts.Says(text)}
			}
			res := run.Step(s, e)
			s, p = res.Session, res.Prompt
			if res.Stale {
				t.Fatalf("a button just shown is stale: %+v", e.Button)
			}
			if res.Outcome == form.Submitted && s.Flow == "registration" {
				complete(t, registration.Draft(s).Tenancy)
			}
			if res.Outcome != form.Open {
				return
			}
			if len(p.Choices)+len(p.Actions) == 0 {
				t.Fatalf("a dead end: %+v", p)
			}
			for _, l := range locales.All {
				if text := texts.In(l).Prompt(p); len([]rune(text)) > 4000 {
					t.Fatalf("a message of %d characters", len([]rune(text)))
				}
			}
		}
	})
}

func complete(t *rapid.T, d tenancy.Tenancy) {
	bad := d.Compound == "" || d.Unit.IsZero() || d.Role == "" || d.Landlord.Name == "" || d.Landlord.Phone == "" ||
		d.Start.IsZero() || !d.Start.Before(d.End) || d.Signed.IsZero() || d.MoveIn.IsZero() || d.Headcount < len(d.Living())
	bad = bad || d.Compound == "XF" && (d.Extra.Get("pets") == "" || d.Extra.Get("keys") == "") || d.Compound != "XF" && d.Extra != nil
	for _, p := range d.Living() {
		bad = bad || p.Name == "" || p.Document.Kind == "" || p.Document.Number == "" || !p.Occupant && p.Phone == ""
	}
	if bad {
		t.Fatalf("submitted incomplete: %+v", d)
	}
}
