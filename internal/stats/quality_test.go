package stats_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zuji/internal/address"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// sound is a tenancy in force with which nothing is wrong.
func sound(t *testing.T, id string, room int) tenancy.Tenancy {
	t.Helper()
	unit, err := address.ParseUnit(fmt.Sprintf("3-1-%d", room))
	if err != nil {
		t.Fatal(err)
	}
	return tenancy.Tenancy{
		ID: id, Receipt: "ZJ-202609-" + id, Compound: "a", State: tenancy.Filed, Owner: 7, Unit: unit, Role: tenancy.Owner,
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000"},
		People: []tenancy.Person{
			{Item: "a", Name: "李小明", Phone: "+8613800138001", Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}, Next: tenancy.MoreOccupant},
			{Item: "b", Name: "张小红", Occupant: true, Document: identity.Document{Kind: identity.Passport, Number: "X1234567"}},
		},
		Headcount: 2, Signed: day(2026, 9, 1), Start: day(2026, 9, 1), End: day(2027, 8, 31), MoveIn: day(2026, 9, 1), Submitted: day(2026, 9, 2).At(9, 0),
	}
}

// The report names what is wrong with each tenancy, and who can put it right.
func TestQuality_Finds(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *tenancy.Tenancy)
		want  string
	}{
		"nothing":             {func(*tenancy.Tenancy) {}, ""},
		"no phone":            {func(t *tenancy.Tenancy) { t.Landlord.Phone = "" }, "missing landlord_phone"},
		"no document":         {func(t *tenancy.Tenancy) { t.People[1].Document = identity.Document{} }, "missing occupant_document.b"},
		"no kind":             {func(t *tenancy.Tenancy) { t.People[0].Document.Kind = "" }, "missing document_kind.a"},
		"no date":             {func(t *tenancy.Tenancy) { t.Signed = tenancy.Tenancy{}.Signed }, "missing signed"},
		"company":             {func(t *tenancy.Tenancy) { t.Role, t.Landlord.Kind = tenancy.Company, tenancy.Firm }, "missing firm_code"},
		"nobody":              {func(t *tenancy.Tenancy) { t.People = nil }, "missing tenant_name.a"},
		"over":                {func(t *tenancy.Tenancy) { t.End = day(2026, 11, 22) }, "overdue"},
		"last day":            {func(t *tenancy.Tenancy) { t.End = today }, ""},
		"goes on":             {func(t *tenancy.Tenancy) { t.State, t.End = tenancy.Indefinite, day(2026, 11, 22) }, ""},
		"wrong check digit":   {func(t *tenancy.Tenancy) { t.People[0].Document.Number = "119999199001010013" }, "failed tenant_document.a document_check"},
		"wrong passport":      {func(t *tenancy.Tenancy) { t.People[1].Document.Number = "?" }, "failed occupant_document.b document_passport"},
		"wrong phone":         {func(t *tenancy.Tenancy) { t.People[0].Phone = "+861380013800" }, "failed tenant_phone.a contact_phone"},
		"wrong code":          {func(t *tenancy.Tenancy) { t.Landlord.Kind, t.Landlord.Code = tenancy.Firm, "91999999MA0TE5T08A" }, "failed firm_code confirm_company_code"},
		"too few people":      {func(t *tenancy.Tenancy) { t.Headcount = 1 }, "failed headcount count"},
		"ends at its start":   {func(t *tenancy.Tenancy) { t.Start, t.End = day(2027, 1, 1), day(2027, 1, 1) }, "failed end end_before_start"},
		"own question":        {func(t *tenancy.Tenancy) { t.Extra = nil; t.Submitted = day(2026, 10, 2).At(9, 0) }, "missing custom.keys00000000"},
		"waits, not in force": {func(t *tenancy.Tenancy) { t.State, t.Landlord.Phone = tenancy.Submitted, "" }, ""},
		"elsewhere":           {func(t *tenancy.Tenancy) { t.Compound, t.Landlord.Phone = "b", "" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			one := sound(t, "0001", 502)
			c.spoil(&one)
			o := options(1, "a")
			o.Compounds[0].Questions = []tenancy.Question{{ID: "keys00000000", Added: day(2026, 10, 1).At(9, 0)}, {ID: "more00000000", Optional: true}}
			r, err := stats.Quality(each([]tenancy.Tenancy{one}), o)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range r.Of("a") {
				line := string(f.Fault)
				if f.Field != "" {
					line += " " + f.Field
				}
				if f.Problem != nil {
					line += " " + f.Problem.Reason
				}
				got = append(got, line)
				if f.Ask.Manager() || f.Ask.Landlord != 7 || f.Tenancy != "0001" || f.Unit != one.Unit.String() {
					t.Errorf("%s: whom to ask is %+v of %s, %s", line, f.Ask, f.Tenancy, f.Unit)
				}
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// Two tenancies of one unit are both reported, to the manager, as is what the desk
// entered and nobody took over.
func TestQuality_Duplicates(t *testing.T) {
	one, two, three, desk := sound(t, "0001", 502), sound(t, "0002", 502), sound(t, "0003", 502), sound(t, "0004", 503)
	desk.Owner, desk.Headcount = 0, 0
	elsewhere := sound(t, "0005", 502)
	elsewhere.Compound = "b"
	r, err := stats.Quality(each([]tenancy.Tenancy{two, elsewhere, one, desk, three}), options(1, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		if !f.Ask.Manager() {
			t.Errorf("%s of %s: ask %d", f.Fault, f.Receipt, f.Ask.Landlord)
		}
		got = append(got, f.Receipt+" "+string(f.Fault)+" "+f.Other)
	}
	want := []string{"ZJ-202609-0001 duplicate ZJ-202609-0002", "ZJ-202609-0002 duplicate ZJ-202609-0001", "ZJ-202609-0003 duplicate ZJ-202609-0002", "ZJ-202609-0004 missing "}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	few := stats.Cell{Kind: stats.Few}
	if c := r.Counts["a"]; c[stats.Duplicate] != few || c[stats.Missing] != few || c[stats.Overdue] != (stats.Cell{}) || r.Counts["b"][stats.Duplicate] != (stats.Cell{}) {
		t.Errorf("counts: %v", r.Counts)
	}
}

// A finding and a summary can be read in each language, and hold nobody's name,
// phone or document number.
func TestText_CanBeRead(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	bad := sound(t, "0001", 502)
	bad.Landlord.Phone, bad.People[0].Document.Number, bad.People[1].Document.Number, bad.End = "", "119999199001010013", "", day(2026, 11, 1)
	bad.Landlord.Document = identity.Document{Kind: identity.ResidentID, Number: "119999199001010013"}
	twin := sound(t, "0002", 502)
	twin.Compound = "a"
	report, err := stats.Quality(each([]tenancy.Tenancy{bad, twin}), options(1, "a"))
	if err != nil || len(report.Findings) < 6 {
		t.Fatalf("%d findings, %v", len(report.Findings), err)
	}
	month := stats.RawMonth{Submitted: 9, Accepted: 3, Returned: 6, Reasons: map[string]int{"own": 6, "mismatch": 6, stats.Unknown: 6}, Due: 20, OnTime: 18, Review: map[int]int{2: 8}}
	s := stats.Show(options(2, "a"), stats.Raw{InForce: 30, Months: []stats.RawMonth{{}, month}})
	lines := append(s.Summary(s.All, "枫林花园", 1), s.Summary(s.All, "枫林花园", 0)...)
	lines = append(lines, report.Title("枫林花园"))
	for _, f := range report.Findings {
		lines = append(lines, f.Text())
	}
	for l, want := range map[locales.Language][]string{
		locales.Chinese: {"受理 &lt;5 户", "80–95%", "「第2位同住人证件」", "「租客证件」核对不过", "「房东证件」核对不过", "2026年11月", "其他原因 6 户、", "合同 2026年11月1日"},
		locales.English: {"&lt;5 accepted", "80–95%", "is missing", "does not pass its check", "2026-11", "Other reasons 6"},
	} {
		all := read(texts.In(l), lines)
		for _, text := range want {
			if !strings.Contains(all, text) {
				t.Errorf("%s: %q is not in\n%s", l, text, all)
			}
		}
		for _, text := range []string{"no value", "too few", "户数太少", "stats.", "registration.", "problem.", "王建国", "李小明", "138", "119999199001010013"} {
			if strings.Contains(all, text) {
				t.Errorf("%s: %q is in\n%s", l, text, all)
			}
		}
	}
}

func read(w locales.Writer, lines []form.Text) string {
	var all []string
	for _, line := range lines {
		all = append(all, w.HTML(line))
	}
	return strings.Join(all, "\n")
}
