package flows

import (
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/paste"
	"zuji/internal/tenancy"
)

// IsPaste reports whether a text is a block that answers several questions.
func IsPaste(text string, today calendar.Date) bool {
	_, ok := paste.Read(text, today)
	return ok
}

// pasted fills a draft from a block of text that answers several questions. It
// returns the names of the fields filled, in the order of asking.
func pasted(d *Draft, text string, facts Facts) ([]string, bool) {
	agreed := d.Notice == NoticeVersion || d.Answer == "agree"
	b, plausible := paste.Read(text, facts.Today)
	if !agreed || !plausible {
		return nil, false
	}
	var filled []string
	set := func(found bool, field string, do func()) {
		if found {
			do()
			filled = append(filled, field)
		}
	}
	if found := facts.find(b.Compound); b.Compound != "" && len(found) == 1 {
		set(true, "compound", func() { d.Compound = found[0].ID })
	}
	set(!b.Unit.IsZero(), "unit", func() { d.Unit = b.Unit })
	set(b.Landlord.Name != "", "landlord_name", func() { d.Landlord.Name = b.Landlord.Name })
	set(b.Landlord.Phone != "", "landlord_phone", func() { d.Landlord.Phone = b.Landlord.Phone })
	if b.Landlord.Document.Number != "" {
		d.Landlord.Document = b.Landlord.Document
	}
	filled = append(filled, pastedPeople(d, b.Tenants)...)
	set(!b.Start.IsZero(), "start", func() { d.Start = b.Start })
	if b.End.IsZero() && b.Months > 0 && !d.Start.IsZero() {
		b.End = calendar.TermEnd(d.Start, b.Months)
	}
	set(!b.End.IsZero(), "end", func() { d.End, d.Months = b.End, b.Months })
	set(!b.MoveIn.IsZero(), "move_in", func() { d.MoveIn = b.MoveIn })
	set(b.Rent > 0, "rent", func() { d.Filing.Rent = tenancy.Fen(b.Rent) })
	set(b.Deposit > 0, "deposit", func() { d.Filing.Deposit = tenancy.Fen(b.Deposit) })
	return filled, true
}

// pastedPeople puts the tenants of a block into the draft, the first into the
// first place that has no name yet.
func pastedPeople(d *Draft, found []paste.Person) (filled []string) {
	if len(d.People) == 0 {
		d.People = []tenancy.Person{{Item: "a"}}
	}
	for n, one := range found {
		i := len(d.People) - 1
		if d.People[i].Name != "" && n > 0 || d.People[i].Name != "" && one.Name != "" && d.People[i].Name != one.Name {
			if len(d.People) == tenancy.MaxPeople {
				break
			}
			d.People[i].Next = tenancy.MoreTenant
			filled = append(filled, form.NameOf("others", d.People[i].Item))
			d.People = append(d.People, tenancy.Person{Item: nextItem(d.People)})
			i++
		}
		p := &d.People[i]
		set := func(field string, found bool, do func()) {
			if found {
				do()
				filled = append(filled, form.NameOf(field, p.Item))
			}
		}
		set("tenant_name", one.Name != "", func() { p.Name = one.Name })
		set("tenant_document", one.Document.Number != "", func() { p.Document = one.Document })
		if one.Wrong != nil {
			d.Misread = map[string]*invalid.Error{form.NameOf("tenant_document", p.Item): one.Wrong}
		}
		set("tenant_phone", one.Phone != "", func() { p.Phone = one.Phone })
	}
	return filled
}
