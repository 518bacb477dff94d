package flows

import (
	"fmt"
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Renewing is a tenancy's next term. Everything else stays as it was.
type Renewing struct {
	tenancy.Tenancy
	Months int  `json:"months,omitempty"`
	Same   bool `json:"same,omitempty"` // the same rent, said together with the term
}

// sameAgain is the answer "another twelve months at the same rent".
const sameAgain = "same12"

// Renew asks for the term and the rent of a renewal.
func Renew(facts Facts) form.Flow[Renewing] {
	return form.Flow[Renewing]{
		Name: "renewal",
		Fields: func(d *Renewing) []form.Field {
			if d.Months > 0 {
				d.End = calendar.TermEnd(d.Start, d.Months)
			}
			return []form.Field{
				{Key: "end", Input: nextEnd(d, facts.Today), Args: map[string]any{"Unit": d.Unit.String(), "Start": d.Start}},
				{Key: "rent", Input: money(&d.Filing.Rent).Kept(), Optional: true, Hide: d.Same && d.Filing.Rent == 0, Assume: sameRent(d)},
				{Key: "signed", Input: date(&d.Signed, facts.Today, notAfter(facts.Today)), Assume: func() { d.Signed = facts.Today }},
			}
		},
	}
}

func sameRent(d *Renewing) func() {
	if d.Same {
		return func() {}
	}
	return nil
}

// StartRenewal begins the renewal of t: what is known is copied, and only the
// term and the rent are asked.
func StartRenewal(facts Facts, id string, t tenancy.Tenancy) (form.Session, error) {
	d := Renewing{Tenancy: successor(t, tenancy.ToRenew)}
	d.Start, d.End, d.Signed = t.End.AddDays(1), calendar.Date{}, calendar.Date{}
	d.Filing.ContractNo = ""
	return Renew(facts).Start(id, d)
}

// successor is a copy of t to register in its place. What was decided about t and
// what its tenants said of it stay behind.
func successor(t tenancy.Tenancy, purpose tenancy.Purpose) tenancy.Tenancy {
	next := t
	next.ID, next.Receipt, next.State = "", "", ""
	next.Purpose, next.Replaces = purpose, t.ID
	next.Reminding = tenancy.Reminding{}
	next.Desk, next.Handover, next.History, next.Returned, next.Round = 0, tenancy.Link{}, nil, nil, 0
	next.Filing.Refile = purpose == tenancy.ToChange && (t.Filing.Number != "" || t.Filing.Refile)
	next.Filing.Number, next.Filing.FiledOn = "", calendar.Date{}
	next.People = nil
	for _, p := range t.Living() {
		p.Answer = tenancy.Confirmation{}
		next.People = append(next.People, p)
	}
	return next
}

func nextEnd(d *Renewing, today calendar.Date) form.Input {
	e := Draft{Tenancy: d.Tenancy}
	term := end(&e, today)
	read := func(answer string) error {
		d.Same, d.Months = false, 0
		if answer == sameAgain {
			d.Same, d.Months = true, 12
			d.End = calendar.TermEnd(d.Start, 12)
			return nil
		}
		err := term.Read(answer)
		d.End, d.Months = e.End, e.Months
		return err
	}
	in := form.Typed(&d.End, func(s string) (calendar.Date, error) { return chinese.ParseDate(s, today) },
		func(e calendar.Date) any { return e }, func(last calendar.Date) error {
			if !d.Start.Before(last) {
				return invalid.New("end_before_start", "Start", d.Start)
			}
			if last.Before(today) {
				return invalid.New("renewal_over", "Today", today)
			}
			return nil
		})
	check := in.Check
	in = in.Reading(func(answer string) error {
		if err := read(answer); err != nil {
			return err
		}
		return check()
	})
	same := form.T("renewal.end.option.same")
	return in.Or(form.Option{Value: sameAgain, Label: &same}).Or(usualTerms...)
}

// StartChange begins a change of t: the registration's form with everything
// answered, so that it opens on the summary.
func StartChange(facts Facts, id string, t tenancy.Tenancy) (form.Session, error) {
	d := Draft{Tenancy: successor(t, tenancy.ToChange), Answer: "agree"}
	d.Since = facts.Today
	flow := Registration(facts)
	var done []string
	for _, f := range flow.Fields(&d) {
		done = append(done, f.Name())
	}
	return flow.Start(id, d, done...)
}

// Difference are the answers of a tenancy that differ from another's, with what
// they were before; a value is nil where there is no such answer.
type Difference struct {
	Label         form.Text
	Before, After any
}

// Differences returns what a change or renewal changes.
func Differences(facts Facts, before, after tenancy.Tenancy) []Difference {
	flow := Registration(facts)
	before.Purpose, after.Purpose = tenancy.ToChange, tenancy.ToChange
	before.Since = after.Since
	was, is := flow.Lines(Draft{Tenancy: before}), flow.Lines(Draft{Tenancy: after})
	old := map[string]any{}
	for _, l := range was {
		old[l.Field] = l.Value
	}
	var all []Difference
	for _, l := range is {
		if strings.HasPrefix(l.Field, "others") {
			continue // that there is somebody more says it
		}
		value, had := old[l.Field]
		delete(old, l.Field)
		if !had {
			all = append(all, Difference{Label: l.Label, After: l.Value})
		} else if !equal(value, l.Value) || hidden(before, l.Field) != hidden(after, l.Field) {
			all = append(all, Difference{Label: l.Label, Before: value, After: l.Value})
		}
	}
	for _, l := range was {
		if value, gone := old[l.Field]; gone && !strings.HasPrefix(l.Field, "others") {
			all = append(all, Difference{Label: l.Label, Before: value})
		}
	}
	return all
}

// hidden is the whole of an answer that is shown masked.
func hidden(t tenancy.Tenancy, field string) string {
	key, item, _ := strings.Cut(field, ".")
	switch p := t.Person(item); {
	case key == "landlord_phone":
		return t.Landlord.Phone
	case key == "agent_phone":
		return t.Agent.Phone
	case p == nil:
		return ""
	case key == "tenant_phone":
		return p.Phone
	case key == "tenant_document" || key == "occupant_document":
		return p.Document.Number
	}
	return ""
}

func equal(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func chineseDate(d calendar.Date) string {
	return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
}
