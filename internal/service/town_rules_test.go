package service_test

import (
	"fmt"
	"maps"
	"slices"

	"zuji/internal/calendar"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// holder is the tenancy that holds a unit.
func (v *town) holder(place int, unit string) *paper {
	for _, p := range v.papers {
		waits := p.state == tenancy.Submitted || p.state == tenancy.ToCorrect
		if p.place == place && p.unit == unit && (lives(p.state) || waits && p.replaces == nil) {
			return p
		}
	}
	return nil
}

// active reports whether p is in force, or waits.
func (p *paper) active() bool {
	return lives(p.state) || p.state == tenancy.Submitted || p.state == tenancy.ToCorrect
}

func lives(s tenancy.State) bool {
	return slices.Contains([]tenancy.State{tenancy.Accepted, tenancy.Filed, tenancy.Holding, tenancy.Indefinite}, s)
}

// pending is the change or renewal of p that waits.
func (v *town) pending(p *paper) *paper {
	for _, o := range v.papers {
		if o.replaces == p && (o.state == tenancy.Submitted || o.state == tenancy.ToCorrect) {
			return o
		}
	}
	return nil
}

func (v *town) staffs(p *paper, who int64) bool { return v.staff[p.place][who] }

func (v *town) sees(p *paper, who int64) bool { return p.owner == who || v.staffs(p, who) }

// tell notes that a notice must reach a person in this step.
func (v *town) tell(who int64, kind registry.NoticeKind, p *paper) {
	if who != 0 {
		v.told[who] = append(v.told[who], fmt.Sprintf("%s/%s/%d/%d", kind, p.id, p.round, who))
	}
}

func (v *town) tellStaff(kind registry.NoticeKind, p *paper) {
	for _, who := range slices.Sorted(maps.Keys(v.staff[p.place])) {
		v.tell(who, kind, p)
	}
}

// may says whether a person may do what a button says, as the records stand.
func (v *town) may(verb string, p *paper, round int, who int64) bool {
	mine, staff := p.owner == who, v.staffs(p, who)
	waits := p.state == tenancy.Submitted && round == p.round
	switch verb {
	case "accept", "return", "reject":
		return staff && waits
	case "correct":
		return mine && p.state == tenancy.ToCorrect
	case "withdrew":
		return mine && (p.state == tenancy.Submitted || p.state == tenancy.ToCorrect)
	case "renew", "change":
		return mine && lives(p.state) && v.pending(p) == nil
	case "end":
		return (mine || staff) && lives(p.state)
	case "filed":
		return (mine || staff) && p.state == tenancy.Accepted
	case "goon":
		return (mine || staff) && p.state == tenancy.Holding
	case "close":
		return (mine || staff) && p.state == tenancy.Ended
	case "invite":
		return (mine || staff) && p.lodger == 0 && p.active()
	case "takeback":
		return mine || staff
	case "offer":
		return staff && p.owner == 0
	}
	panic(verb)
}

// submitted makes a new paper of a form, or nil if that may not be.
func (v *town) submitted(who int64, f *openForm) *paper {
	p := &paper{n: len(v.papers) + 1, place: f.place, unit: f.unit, owner: who, state: tenancy.Submitted, name: tenantName(f.person), end: calendar.TermEnd(v.today(), 2)}
	switch f.flow {
	case "desk":
		if !v.staff[f.place][who] || v.holder(f.place, f.unit) != nil {
			return nil
		}
		p.owner, p.state = 0, tenancy.Accepted
	case "registration":
		if v.holder(f.place, f.unit) != nil {
			return nil
		}
	default:
		old := f.about
		if !lives(old.state) || v.pending(old) != nil {
			return nil
		}
		p.place, p.unit, p.name, p.lodger, p.replaces, p.end = old.place, old.unit, old.name, old.lodger, old, old.end
		p.purpose = tenancy.ToChange
		if f.flow == "renewal" {
			p.purpose, p.end = tenancy.ToRenew, calendar.TermEnd(old.end.AddDays(1), 24)
		}
	}
	v.papers = append(v.papers, p)
	return p
}

// took lets a form's submission take effect on the model, and reports whether it
// may be submitted.
func (v *town) took(who int64, f *openForm) bool {
	p := f.about
	switch f.flow {
	case "registration", "desk", "renewal", "change":
		made := v.submitted(who, f)
		if made == nil {
			return false
		}
		made.id, made.receipt = v.newest()
		if made.state == tenancy.Submitted {
			v.tellStaff(registry.ToReview, made)
		}
		return true
	case "correction":
		if !v.may("correct", p, 0, who) {
			return false
		}
		p.state, p.round = tenancy.Submitted, p.round+1
		v.tellStaff(registry.ToReview, p)
	case "returning":
		if !v.may("return", p, f.round, who) {
			return false
		}
		p.state = tenancy.ToCorrect
		v.tell(p.owner, registry.WasReturned, p)
	case "rejecting":
		if !v.may("reject", p, f.round, who) {
			return false
		}
		p.state = tenancy.Rejected
		v.tell(p.owner, registry.WasRejected, p)
	case "filed":
		if !v.may("filed", p, 0, who) {
			return false
		}
		p.state, p.numbered = tenancy.Filed, true
	case "ending":
		if !v.may("end", p, 0, who) {
			return false
		}
		if next := v.pending(p); next != nil {
			next.state = tenancy.Withdrawn
		}
		p.state = tenancy.Ended
		if who == p.owner {
			v.tellStaff(registry.HasEnded, p)
		} else {
			v.tell(p.owner, registry.HasEnded, p)
		}
	}
	return true
}

// pressed lets a button that acts at once take effect on the model.
func (v *town) pressed(verb string, p *paper, round int, who int64) {
	if !v.may(verb, p, round, who) {
		return
	}
	switch verb {
	case "accept":
		p.state = tenancy.Accepted
		if p.replaces != nil {
			p.replaces.state = map[tenancy.Purpose]tenancy.State{tenancy.ToChange: tenancy.Changed, tenancy.ToRenew: tenancy.Renewed}[p.purpose]
		}
		v.tell(p.owner, registry.WasAccepted, p)
	case "withdrew":
		p.state = tenancy.Withdrawn
	case "goon":
		p.state = tenancy.Indefinite
	case "close":
		p.state = tenancy.Closed
	}
}

// aged lets days pass in the model.
func (v *town) aged() {
	for _, p := range v.papers {
		if (p.state == tenancy.Accepted || p.state == tenancy.Filed) && p.end.Before(v.today()) {
			p.state = tenancy.Holding
		}
	}
	for _, kept := range v.drafts {
		for f, saved := range kept {
			if v.now.Now().After(saved.AddDate(0, 0, registry.DraftDays)) {
				delete(kept, f)
			}
		}
	}
}
