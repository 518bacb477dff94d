package flows

import (
	"fmt"
	"strings"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Draft is a tenancy being registered.
type Draft struct {
	tenancy.Tenancy
	Answer string `json:"answer,omitempty"` // to the privacy notice
	Paper  string `json:"paper,omitempty"`  // to the notice on paper, at the desk
	Query  string `json:"query,omitempty"`  // part of a name that fits several compounds
	Months int    `json:"months,omitempty"` // the term, where it was answered by its length

	// Misread says for a field why what a pasted block had for it was not taken.
	Misread map[string]*invalid.Error `json:"misread,omitempty"`
}

// Registration is the notice to the property manager that a home is let (Civil
// Code Art. 945 ¶2), with what the move-in reports need.
func Registration(facts Facts) form.Flow[Draft] {
	return form.Flow[Draft]{
		Name: "registration",
		Fields: func(d *Draft) []form.Field {
			desk := d.Desk != 0
			agent := d.Role == tenancy.ForOwner
			firm := d.Role == tenancy.Company || agent && d.Landlord.Kind == tenancy.Firm
			fields := make([]form.Field, 0, 22+5*max(1, len(d.People))) // those below, without a compound's own
			fields = append(fields, []form.Field{
				{Key: "consent", Input: consent(d, facts), Hide: desk || d.Notice == NoticeVersion, Quiet: true},
				{Key: "paper", Input: form.Choice(&d.Paper, "signed", "refused").StopAt("refused"), Hide: !desk, Quiet: true},
				{Key: "compound", Input: compound(d, facts), Suggest: facts.lastCompound()},
				{Key: "unit", Input: unit(&d.Unit, free(d, facts)), Suggest: facts.lastUnit(d)},
				{Key: "role", Input: form.Choice(&d.Role, tenancy.Owner, tenancy.Company, tenancy.ForOwner, tenancy.Sublessor), Args: at(desk)},
				{Key: "head_consent", Input: form.Choice(&d.Consent, tenancy.ConsentWritten, tenancy.ConsentSpoken, tenancy.ConsentMissing), Hide: d.Role != tenancy.Sublessor},
				{Key: "agent_name", Input: name(&d.Agent.Name), Hide: !agent, Args: at(desk)},
				{Key: "agent_phone", Input: ownPhone(&d.Agent.Phone, desk), Hide: !agent, Secret: true, Args: at(desk)},
				{Key: "agent_basis", Input: form.Choice(&d.Agent.Basis, tenancy.PowerOfAttorney, tenancy.BrokerContract, tenancy.Spoken), Hide: !agent},
				{Key: "landlord_kind", Input: form.Choice(&d.Landlord.Kind, tenancy.Individual, tenancy.Firm), Hide: !agent},
				{Key: "landlord_name", Input: name(&d.Landlord.Name).Kept(), Hide: firm, Suggest: facts.ownName()},
				{Key: "firm_name", Input: words(&d.Landlord.Name, 60).Kept(), Hide: !firm},
				{Key: "firm_code", Input: companyCode(&d.Landlord.Code), Hide: !firm},
				{Key: "landlord_phone", Input: ownPhone(&d.Landlord.Phone, desk), Secret: true, Args: at(desk)},
			}...)
			fields = people(fields, d, facts.Today)
			fields = lease(fields, d, facts.Today)
			fields = append(fields, custom(d, facts)...)
			notes(d, fields)
			return fields
		},
		Paste:    func(d *Draft, text string) ([]string, bool) { return pasted(d, text, facts) },
		Warnings: warnings,
	}
}

// at says in a text whether the desk is asking on behalf of the person.
func at(desk bool) map[string]any {
	if desk {
		return atDesk
	}
	return atHome
}

var atDesk, atHome = map[string]any{"Desk": true}, map[string]any{"Desk": false}

// ownPhone is the number of the person who is answering, unless it is the desk.
func ownPhone(p *string, desk bool) form.Input {
	if desk {
		return phone(p)
	}
	return phone(p).ByContact()
}

// consent asks for agreement to the privacy notice; nothing is taken down before
// it (个人信息保护法 Art. 17).
func consent(d *Draft, facts Facts) form.Input {
	in := form.Choice(&d.Answer, "agree", "refuse")
	return in.StopAt("refuse").Reading(func(answer string) error {
		if IsPaste(answer, facts.Today) {
			return invalid.New("consent_first")
		}
		return in.Read(answer)
	})
}

// people adds the questions for each tenant's and occupant's particulars, and after each who else
// there is (住房租赁条例 Art. 37: tenants and actual occupants).
func people(fields []form.Field, d *Draft, today calendar.Date) []form.Field {
	if len(d.People) == 0 {
		d.People = []tenancy.Person{{Item: "a"}}
	}
	hide, seen := false, map[bool]int{}
	for i := range d.People {
		p := &d.People[i]
		seen[p.Occupant]++
		last := p.Next != tenancy.MoreTenant && p.Next != tenancy.MoreOccupant
		kind := "tenant"
		if p.Occupant {
			kind = "occupant"
		}
		group := []form.Field{
			{Key: kind + "_name", Input: name(&p.Name), Drop: drop(d, i)},
			{Key: kind + "_document", Input: document(&p.Document, p.Name, today, once(d, i)), Secret: true},
			{Key: "document_kind", Input: documentKind(&p.Document, today), Hide: p.Document.Number == "" || detected(p.Document, p.Name, today), Quiet: true},
			{Key: "tenant_phone", Input: phone(&p.Phone), Hide: p.Occupant, Secret: true},
			{Key: "others", Input: others(d, i), Quiet: !last},
		}
		args := map[string]any{"N": seen[p.Occupant], "Name": p.Name}
		for i := range group {
			f := &group[i]
			f.Item, f.Args, f.Hide = p.Item, args, f.Hide || hide
		}
		fields = append(fields, group...)
		hide = hide || last
	}
	return fields
}

// lease adds those for the contract's dates. The day of signing and of moving in are
// assumed and can be corrected on the summary; moving in is asked where the law
// counts it in hours.
func lease(fields []form.Field, d *Draft, today calendar.Date) []form.Field {
	if d.Months > 0 && !d.Start.IsZero() {
		d.End = calendar.TermEnd(d.Start, d.Months)
	}
	moveIn := func() { d.MoveIn = d.Start }
	if d.FromOutside() {
		moveIn = nil
	}
	return append(fields, []form.Field{
		{Key: "start", Input: date(&d.Start, today, near(today))},
		{Key: "end", Input: end(d, today)},
		{Key: "signed", Input: date(&d.Signed, today, notAfter(today)), Assume: func() { d.Signed = earlier(today, d.Start) }},
		{Key: "move_in", Input: date(&d.MoveIn, today, near(today)), Assume: moveIn},
		{Key: "headcount", Input: count(&d.Headcount, len(d.Living()), 50), Assume: func() { d.Headcount = len(d.Living()) }},
		{Key: "rent", Input: money(&d.Filing.Rent), Assume: func() {}, Optional: d.Purpose != "", Hide: d.Filing.Rent == 0 && d.Purpose == ""},
		{Key: "deposit", Input: money(&d.Filing.Deposit), Assume: func() {}, Optional: d.Purpose != "", Hide: d.Filing.Deposit == 0 && d.Purpose == ""},
		{Key: "since", Input: date(&d.Since, today, near(today)), Hide: d.Purpose != tenancy.ToChange},
	}...)
}

// compound takes a compound by its button, or by part of its name.
func compound(d *Draft, facts Facts) form.Input {
	read := func(answer string) (string, error) {
		if c, ok := facts.compound(answer); ok {
			return c.ID, nil
		}
		id, err := facts.one(answer)
		if len(facts.find(answer)) > 1 {
			d.Query = answer
		}
		return id, err
	}
	show := func(id string) any {
		c, _ := facts.compound(id)
		return c.Name
	}
	exists := func(id string) error {
		c, ok := facts.compound(id)
		if !ok || c.Archived && d.Purpose == tenancy.NewLetting && d.Submitted.IsZero() {
			return invalid.New("compound_gone")
		}
		return nil
	}
	return form.Typed(&d.Compound, read, show, exists).Or(compoundOptions(d, facts)...)
}

// maxCompounds is how many compounds are offered as buttons.
const maxCompounds = 8

func compoundOptions(d *Draft, facts Facts) []form.Option {
	offered := facts.open()
	if d.Query != "" {
		offered = facts.find(d.Query)
	}
	var options []form.Option
	for i, c := range offered {
		if i == maxCompounds {
			break
		}
		label := form.T("value.compound", "Name", c.Name)
		options = append(options, form.Option{Value: c.ID, Label: &label})
	}
	return options
}

// free refuses a unit that already has an active tenancy.
func free(d *Draft, facts Facts) func(address.Unit) error {
	return func(u address.Unit) error {
		if facts.Taken == nil {
			return nil
		}
		other := facts.Taken(d.Compound, u)
		switch {
		case other == nil || other.ID == d.ID && d.ID != "" || other.ID == d.Replaces && d.Replaces != "":
			return nil
		case other.Owner == facts.Profile.ID:
			return invalid.New("unit_yours", "Unit", u.String(), "Receipt", other.Receipt)
		}
		return invalid.New("unit_taken", "Unit", u.String())
	}
}

func end(d *Draft, today calendar.Date) form.Input {
	read := func(answer string) (calendar.Date, error) {
		months, err := chinese.ParseTerm(strings.TrimPrefix(chinese.Normalise(answer), "先"))
		d.Months = months
		if err == nil {
			return calendar.TermEnd(d.Start, months), nil
		}
		last, err := chinese.ParseDateAfter(answer, today, d.Start)
		if bad, ok := err.(*invalid.Error); ok && bad.Reason == "date" {
			return last, invalid.New("term")
		}
		return last, err
	}
	within := func(end calendar.Date) error {
		if !d.Start.Before(end) {
			return invalid.New("end_before_start", "Start", d.Start)
		}
		if end.After(calendar.TermEnd(d.Start, 20*12)) {
			return invalid.New("over_twenty_years")
		}
		return nil
	}
	return form.Typed(&d.End, read, func(e calendar.Date) any { return e }, within).Or(usualTerms...)
}

// usualTerms are the lengths of a lease that are offered as buttons.
var usualTerms = terms(6, 12, 24)

func terms(months ...int) (all []form.Option) {
	for _, n := range months {
		label := form.T("value.months", "N", n)
		all = append(all, form.Option{Value: fmt.Sprintf("%d个月", n), Label: &label})
	}
	return all
}
