package flows

import (
	"maps"
	"slices"

	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// StartRegistration begins a registration with what is known of the person.
// compound may be "" or the id that their link named.
func StartRegistration(facts Facts, id, compound string) (form.Session, error) {
	p := facts.Profile
	var d Draft
	var done []string
	know := func(known bool, fields ...string) {
		if known {
			done = append(done, fields...)
		}
	}
	if open := facts.open(); compound == "" && len(open) == 1 {
		compound = open[0].ID
	}
	d.Notice, d.Agreed = p.Notice, p.Agreed
	d.Compound = compound
	know(compound != "", "compound")
	d.Role, d.Landlord, d.Agent = p.Role, p.Landlord, p.Agent
	know(p.Role != "", "role")
	if p.Role == tenancy.ForOwner {
		d.Landlord = tenancy.Party{}
		know(p.Agent.Name != "", "agent_name", "agent_phone", "agent_basis")
	} else {
		know(p.Landlord.Name != "", "landlord_name", "firm_name", "firm_code", "landlord_phone")
	}
	return Registration(facts).Start(id, d, done...)
}

// StartDesk begins a registration that a member of staff enters for a landlord
// who stands at the desk.
func StartDesk(facts Facts, id string, staff int64, compound string) (form.Session, error) {
	var d Draft
	d.Desk, d.Compound = staff, compound
	if compound == "" {
		return Registration(facts).Start(id, d)
	}
	return Registration(facts).Start(id, d, "compound")
}

// StartCorrection begins the correction of a returned tenancy: only the fields
// that were returned are asked.
func StartCorrection(facts Facts, id string, t tenancy.Tenancy) (form.Session, error) {
	flow := Registration(facts)
	d := Draft{Tenancy: t, Answer: "agree"}
	var done []string
	for _, f := range flow.Fields(&d) {
		if _, returned := t.Returned[f.Name()]; !returned {
			done = append(done, f.Name())
		}
	}
	return flow.Start(id, d, done...)
}

// notes puts on the fields what the property manager said of them, and what was
// wrong with a pasted answer.
func notes(d *Draft, fields []form.Field) {
	for i := range fields {
		if why, ok := d.Misread[fields[i].Name()]; ok {
			note := form.Text{Key: "problem." + why.Reason, Args: why.Args}
			fields[i].Note = &note
		}
		if why, ok := d.Returned[fields[i].Name()]; ok {
			note := form.T("registration.returned_note", "Reason", WhyValue(why))
			fields[i].Note = &note
		}
	}
}

func (f Facts) lastCompound() []string {
	if c, ok := f.compound(f.Profile.Compound); ok && len(f.Compounds) > maxCompounds {
		return []string{c.Name}
	}
	return nil
}

func (f Facts) lastUnit(d *Draft) []string {
	if f.Profile.Unit == "" || d.Compound != f.Profile.Compound {
		return nil
	}
	return []string{f.Profile.Unit}
}

func (f Facts) ownName() []string {
	if f.Profile.Landlord.Name != "" && f.Profile.Landlord.Kind != tenancy.Firm {
		return []string{f.Profile.Landlord.Name}
	}
	return nil
}

// ReturnedFields returns the names of the fields that t was returned for, in
// alphabetical order.
func ReturnedFields(t tenancy.Tenancy) []string {
	return slices.Sorted(maps.Keys(t.Returned))
}
