package flows_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// own are a compound's own questions, one of each kind.
func own() []tenancy.Question {
	return []tenancy.Question{
		{ID: "pets", Kind: tenancy.AsksChoice, Label: "养宠物吗？", Help: "养犬请先到派出所办证", Options: []string{"养狗", "养猫", "不养"}},
		{ID: "parking", Kind: tenancy.AsksText, Label: "车位 & 车牌号是多少？", Optional: true},
		{ID: "keys", Kind: tenancy.AsksNumber, Label: "交接了几把钥匙？"},
		{ID: "handover", Kind: tenancy.AsksDate, Label: "哪天交房", Optional: true},
	}
}

// curious are facts in which a landlord who is known registers in a compound
// with questions of its own.
func curious() flows.Facts {
	known := facts()
	known.Compounds[0].Questions = own()
	known.Profile = tenancy.Profile{
		ID: 1001, Notice: flows.NoticeVersion, Role: tenancy.Owner, Compound: "XF", Unit: "3栋1单元502室",
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000"},
	}
	return known
}

// upToQuestions answers the registration of known up to the compound's own.
func upToQuestions(t *testing.T, known flows.Facts) form.Result {
	t.Helper()
	s, err := flows.StartRegistration(known, "s1", "")
	if err != nil {
		t.Fatal(err)
	}
	var res form.Result
	for _, said := range []string{"幸福花园", "3-1-601", "李雷", "119999199001010012", "13900139000", "none", "明天", "12个月"} {
		res = answer(t, flows.Registration(known), s, said)
		s = res.Session
	}
	return res
}

// stored takes a session through JSON, as a store does.
func stored(t *testing.T, s form.Session) (back form.Session) {
	t.Helper()
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &back)
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func press(t *testing.T, f form.Runner, s form.Session, act form.Act) form.Result {
	t.Helper()
	p := f.Peek(s)
	for _, one := range slices.Concat(p.Choices, p.Actions) {
		if one.Button.Act == act {
			return f.Step(s, form.Event{Act: act, Button: &one.Button})
		}
	}
	t.Fatalf("no button %q at %q", act, p.Field)
	return form.Result{}
}

// A session that stood on the summary when the question was added.
func TestCustom_OldSessionMeetsTheNewQuestion(t *testing.T) {
	known := curious()
	known.Compounds[0].Questions = nil
	res := upToQuestions(t, known)
	if res.Prompt.Kind != form.Summary {
		t.Fatalf("without questions asks %s", res.Prompt.Field)
	}
	old, submit := stored(t, res.Session), res.Prompt.Choices[0].Button
	known.Compounds[0].Questions = own()[:1]
	flow := flows.Registration(known)
	if p := flow.Peek(old); p.Field != "custom.pets" {
		t.Fatalf("asks %q", p.Field)
	}
	if again := flow.Step(old, form.Event{Act: submit.Act, Button: &submit}); !again.Stale || again.Prompt.Field != "custom.pets" {
		t.Errorf("submitted without the new question: %+v", again.Outcome)
	}
	res = answer(t, flow, old, "2")
	if res.Prompt.Kind != form.Summary {
		t.Fatalf("then asks %s", res.Prompt.Field)
	}
	res = press(t, flow, stored(t, res.Session), form.Confirm)
	if d := flow.Draft(res.Session); res.Outcome != form.Submitted || d.Extra.Get("pets") != "养猫" {
		t.Errorf("outcome %v, answers %v", res.Outcome, d.Extra)
	}
}

// A question retired under way is neither asked nor stored, whether it was
// answered or open; nor is the answer to another compound's.
func TestCustom_RetiredUnderWayIsDropped(t *testing.T) {
	known := curious()
	res := answer(t, flows.Registration(known), upToQuestions(t, known).Session, "1")
	if res.Prompt.Field != "custom.parking" {
		t.Fatalf("asks %s", res.Prompt.Field)
	}
	for i := range known.Compounds[0].Questions {
		known.Compounds[0].Questions[i].Retired = time.Unix(1, 0)
	}
	known.Compounds[1].Questions = []tenancy.Question{{ID: "other", Label: "x", Kind: tenancy.AsksText}}
	flow := flows.Registration(known)
	d := flow.Draft(res.Session)
	d.Extra = d.Extra.With("other", "elsewhere")
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	res.Session.Draft = raw
	p := flow.Peek(stored(t, res.Session))
	if p.Kind != form.Summary || slices.ContainsFunc(p.Lines, func(l form.Line) bool { return strings.HasPrefix(l.Field, "custom") }) {
		t.Fatalf("asks %q, shows %v", p.Field, p.Lines)
	}
	res = press(t, flow, res.Session, form.Confirm)
	if d := flow.Draft(res.Session); res.Outcome != form.Submitted || d.Extra != nil {
		t.Errorf("stored %v", d.Extra)
	}
}

// A registered tenancy shows what it answers, also to a question retired since,
// and is not asked what was added since, even when it is corrected.
func TestCustom_RecordsGoOnAsTheyWere(t *testing.T) {
	known := curious()
	one := registered()
	one.State, one.Returned = tenancy.ToCorrect, map[string]string{"custom.keys": "#unclear"}
	one.Extra = tenancy.Answers{{Question: "pets", Value: "不养"}, {Question: "keys", Value: "99"}}
	known.Compounds[0].Questions[0].Retired = time.Unix(1, 0)
	known.Compounds[0].Questions = append(known.Compounds[0].Questions,
		tenancy.Question{ID: "late", Kind: tenancy.AsksText, Label: "后加的必答题"})
	shows := func(lines []form.Line) (fields []string) {
		for _, l := range lines {
			if strings.HasPrefix(l.Field, "custom") {
				fields = append(fields, l.Field)
			}
		}
		return fields
	}
	flow := flows.Registration(known)
	if got := shows(flow.Lines(flows.Draft{Tenancy: one})); !slices.Equal(got, []string{"custom.pets", "custom.keys"}) {
		t.Errorf("the card shows %v", got)
	}
	s, err := flows.StartCorrection(known, "s2", one)
	if err != nil {
		t.Fatal(err)
	}
	if p := flow.Peek(s); p.Field != "custom.keys" || p.Of != 1 || p.Because == nil {
		t.Fatalf("asks %s of %d because %v", p.Field, p.Of, p.Because)
	}
	res := answer(t, flow, s, "3")
	if res.Prompt.Kind != form.Summary {
		t.Fatalf("then asks %s", res.Prompt.Field)
	}
	res = press(t, flow, res.Session, form.Confirm)
	want := tenancy.Answers{{Question: "pets", Value: "不养"}, {Question: "keys", Value: "3"}}
	if d := flow.Draft(res.Session); res.Outcome != form.Submitted || !slices.Equal(d.Extra, want) {
		t.Errorf("stored %v", d.Extra)
	}
}

// What continues a registered tenancy, such as a change, has no id of its own
// yet. Its form opens with everything answered.
func TestCustom_ContinuedTenancyKeepsItsAnswers(t *testing.T) {
	known := curious()
	known.Compounds[0].Questions[0].Retired = time.Unix(1, 0)
	next := registered()
	next.ID, next.Submitted = "", time.Unix(1, 0)
	next.Extra = tenancy.Answers{{Question: "pets", Value: "不养"}}
	flow := flows.Registration(known)
	d := flows.Draft{Tenancy: next, Answer: "agree"}
	var done []string
	for _, f := range flow.Fields(&d) {
		done = append(done, f.Name())
	}
	s, err := flow.Start("s2", d, done...)
	if err != nil {
		t.Fatal(err)
	}
	if p := flow.Peek(s); p.Kind != form.Summary {
		t.Fatalf("asks %s", p.Field)
	}
	res := press(t, flow, s, form.Confirm)
	if got := flow.Draft(res.Session).Extra; res.Outcome != form.Submitted || !slices.Equal(got, next.Extra) {
		t.Errorf("stored %v", got)
	}
}

func TestCustom_CanBeReturned(t *testing.T) {
	one := registered()
	one.Extra = tenancy.Answers{{Question: "keys", Value: "99"}}
	flow := flows.Return(curious(), one)
	s, err := flow.Start("s1", flows.Returning{Tenancy: "T1"})
	if err != nil {
		t.Fatal(err)
	}
	s = answer(t, flow, s, "custom.keys").Session
	s = press(t, flow, s, form.Finish).Session
	s = answer(t, flow, s, "不止这么多吧").Session
	if why := flow.Draft(s).Why(); why["custom.keys"] != "不止这么多吧" || len(why) != 1 {
		t.Errorf("returned %v", why)
	}
}

func TestCustom_AnswersAreReadAsPeopleTypeThem(t *testing.T) {
	for _, c := range []struct {
		kind        tenancy.QuestionKind
		said, value string // "": refused
	}{
		{tenancy.AsksNumber, "3", "3"}, {tenancy.AsksNumber, "三", "3"}, {tenancy.AsksNumber, "3个", "3"}, {tenancy.AsksNumber, "３", "3"},
		{tenancy.AsksNumber, "两把。", "2"}, {tenancy.AsksNumber, "十二", "12"}, {tenancy.AsksNumber, "1.50", "1.5"}, {tenancy.AsksNumber, "没有", "0"},
		{tenancy.AsksNumber, "0", "0"}, {tenancy.AsksNumber, "100", "100"}, {tenancy.AsksNumber, "1,000", "1000"}, {tenancy.AsksNumber, "1 000 000", "1000000"},
		{tenancy.AsksNumber, "1000001", ""}, {tenancy.AsksNumber, "1.234", ""}, {tenancy.AsksNumber, "-1", ""}, {tenancy.AsksNumber, "个", ""},
		{tenancy.AsksNumber, "三四个", ""}, {tenancy.AsksNumber, "NaN", ""}, {tenancy.AsksNumber, "1e9", ""}, {tenancy.AsksNumber, "两个半", ""},
		{tenancy.AsksDate, "2026年12月1日", "2026-12-01"}, {tenancy.AsksDate, "明天", "2026-11-24"}, {tenancy.AsksDate, "2026/12/1号", "2026-12-01"},
		{tenancy.AsksDate, "2月30号", ""}, {tenancy.AsksDate, "2100年1月1日", ""}, {tenancy.AsksDate, "改天", ""},
		{tenancy.AsksText, "  B2-015  ", "B2-015"}, {tenancy.AsksText, "一行\n两行", "一行 两行"}, {tenancy.AsksText, strings.Repeat("字", 200), strings.Repeat("字", 200)},
		{tenancy.AsksText, strings.Repeat("字", 201), ""}, {tenancy.AsksText, "\u200b", ""}, {tenancy.AsksText, "孩子睡上铺", "孩子睡上铺"},
		{tenancy.AsksChoice, "1", "一辆"}, {tenancy.AsksChoice, "3", ""}, {tenancy.AsksChoice, "0", ""}, {tenancy.AsksChoice, "一", ""},
	} {
		known := curious()
		known.Compounds[0].Questions = []tenancy.Question{{ID: "q", Kind: c.kind, Label: "问题", Options: []string{"一辆", "两辆"}}}
		flow := flows.Registration(known)
		res := flow.Step(upToQuestions(t, known).Session, form.Event{Act: form.Answer, Text: c.said})
		if got := flow.Draft(res.Session).Extra.Get("q"); got != c.value || (c.value == "") != (res.Prompt.Problem != nil) {
			t.Errorf("%s %q: %q, %v; want %q", c.kind, c.said, got, res.Prompt.Problem, c.value)
		}
	}
}

// A name and a phone number are here the answer, not a block that names another
// tenant.
func TestCustom_TextIsNoPastedBlock(t *testing.T) {
	known := curious()
	known.Compounds[0].Questions = []tenancy.Question{{ID: "q", Kind: tenancy.AsksText, Label: "紧急联系人？"}}
	said := "张三 13800138001"
	if !flows.IsPaste(said, today) {
		t.Fatalf("%q does not look like a block", said)
	}
	flow := flows.Registration(known)
	d := flow.Draft(answer(t, flow, upToQuestions(t, known).Session, said).Session)
	if d.Extra.Get("q") != said || len(d.Living()) != 1 || d.People[0].Name != "李雷" {
		t.Errorf("answers %v, people %+v", d.Extra, d.People)
	}
}

// The manager's words are shown as they are, never taken for markup.
func TestCustom_WordsAreEscaped(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := curious()
	known.Compounds[0].Questions = []tenancy.Question{{ID: "q", Kind: tenancy.AsksChoice, Label: "<b>A&B</b>{{.X}}？", Help: "<i>&</i>", Options: []string{"<u>1</u>", "&2"}}}
	flow := flows.Registration(known)
	res := upToQuestions(t, known)
	for _, l := range locales.All {
		w := texts.In(l)
		if html := w.Prompt(res.Prompt); !strings.Contains(html, "&lt;b&gt;A&amp;B&lt;/b&gt;{{.X}}？") || !strings.Contains(html, "&lt;i&gt;&amp;&lt;/i&gt;") || strings.Contains(html, "&amp;lt;") {
			t.Errorf("the question is written %s", html)
		}
	}
	done := texts.In(locales.Chinese).Prompt(answer(t, flow, res.Session, "2").Prompt)
	if !strings.Contains(done, "&lt;b&gt;A&amp;B&lt;/b&gt;{{.X}}：&amp;2") {
		t.Errorf("the summary is written %s", done)
	}
}

// Ten questions of eight options, on top of the longest registration, stay
// within a keyboard of 100 buttons.
func TestCustom_SummaryFitsAKeyboard(t *testing.T) {
	known := curious()
	var extra tenancy.Answers
	known.Compounds[0].Questions = nil
	for i := range tenancy.MaxQuestions {
		id := fmt.Sprintf("question%04d", i)
		known.Compounds[0].Questions = append(known.Compounds[0].Questions, tenancy.Question{ID: id, Kind: tenancy.AsksText, Label: "问题"})
		extra = extra.With(id, "x")
	}
	one := registered()
	one.Role, one.Landlord.Kind, one.Landlord.Code, one.Extra = tenancy.ForOwner, tenancy.Firm, "x", extra
	one.Agent = tenancy.Agent{Name: "张伟", Phone: "+8613800138000", Basis: tenancy.Spoken}
	one.Filing.Rent, one.Filing.Deposit = 1, 1
	person := one.People[0]
	one.People = nil
	for i := range tenancy.MaxPeople {
		person.Item, person.Next = string(rune('a'+i)), tenancy.MoreTenant
		one.People = append(one.People, person)
	}
	lines := flows.Registration(known).Lines(flows.Draft{Tenancy: one})
	if n := len(lines); n < 80 || n > 100-4 {
		t.Errorf("%d lines to change and four more buttons", n)
	}
}
