package stats

import (
	"slices"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// missing returns the names of the answers that are not there.
func missing(t *tenancy.Tenancy, place *tenancy.Compound) (names []string) {
	need := func(there bool, name string) {
		if !there {
			names = append(names, name)
		}
	}
	need(!t.Unit.IsZero(), "unit")
	need(t.Role != "", "role")
	need(t.Role != tenancy.Sublessor || t.Consent != "", "head_consent")
	if t.Role == tenancy.ForOwner {
		need(t.Agent.Name != "", "agent_name")
		need(t.Agent.Phone != "", "agent_phone")
		need(t.Agent.Basis != "", "agent_basis")
	}
	if t.Role == tenancy.Company || t.Landlord.Kind == tenancy.Firm {
		need(t.Landlord.Name != "", "firm_name")
		need(t.Landlord.Code != "", "firm_code")
	} else {
		need(t.Landlord.Name != "", "landlord_name")
	}
	need(t.Landlord.Phone != "", "landlord_phone")
	need(len(t.Tenants()) > 0, "tenant_name.a")
	for _, p := range t.Living() {
		need(p.Name != "", part(p)+"_name."+p.Item)
		need(p.Document.Number != "", part(p)+"_document."+p.Item)
		need(p.Document.Number == "" || p.Document.Kind != "", "document_kind."+p.Item)
		need(p.Occupant || p.Phone != "", "tenant_phone."+p.Item)
	}
	need(!t.Start.IsZero(), "start")
	need(!t.End.IsZero(), "end")
	need(!t.Signed.IsZero(), "signed")
	need(!t.MoveIn.IsZero(), "move_in")
	need(t.Headcount > 0, "headcount")
	for _, q := range place.Asked() {
		asked := !q.Optional && !q.Added.After(t.Submitted)
		need(!asked || t.Extra.Get(q.ID) != "", "custom."+q.ID)
	}
	return slices.Compact(names)
}

// part names what a person's fields begin with.
func part(p tenancy.Person) string {
	if p.Occupant {
		return "occupant"
	}
	return "tenant"
}

// A check is an answer that was read again.
type check struct {
	field string
	err   error
}

// checks reads the answers that are there again, as the registration reads them.
func checks(t *tenancy.Tenancy, today calendar.Date) (all []check) {
	ask := func(field, value string, read func() error) {
		if value != "" {
			all = append(all, check{field, read()})
		}
	}
	document := func(d identity.Document) func() error {
		return func() error { _, err := identity.ParseDocument(d.Kind, d.Number, today); return err }
	}
	phone := func(text string) func() error {
		return func() error { _, err := identity.ParseContactPhone(text); return err }
	}
	ask("firm_code", t.Landlord.Code, func() error { return company(t.Landlord.Code) })
	if t.Landlord.Document.Kind != "" {
		ask("landlord_document", t.Landlord.Document.Number, document(t.Landlord.Document))
	}
	ask("landlord_phone", t.Landlord.Phone, phone(t.Landlord.Phone))
	ask("agent_phone", t.Agent.Phone, phone(t.Agent.Phone))
	for _, p := range t.Living() {
		if p.Document.Kind != "" {
			ask(part(p)+"_document."+p.Item, p.Document.Number, document(p.Document))
		}
		ask("tenant_phone."+p.Item, p.Phone, phone(p.Phone))
	}
	if !t.Start.IsZero() && !t.End.IsZero() && !t.Start.Before(t.End) {
		all = append(all, check{"end", invalid.New("end_before_start", "Start", t.Start)})
	}
	if n := len(t.Living()); t.Headcount > 0 && t.Headcount < n {
		all = append(all, check{"headcount", invalid.New("count", "Low", n, "High", mostPeople)})
	}
	return all
}

// mostPeople is how many may live in a unit, as the registration asks it.
const mostPeople = 50

// company also refuses what the registration takes after a second look: an early
// code that is genuine though it breaks the rule.
func company(code string) error {
	_, doubtful, err := identity.ParseCompanyCode(code)
	if err == nil && doubtful {
		return invalid.New("confirm_company_code")
	}
	return err
}
