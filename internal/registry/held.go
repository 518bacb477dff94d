package registry

import (
	"context"
	"errors"
	"time"

	"zuji/internal/address"
	"zuji/internal/audit"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// A Holding is everything that is held on one person, for them to read (个人信息
// 保护法 Art. 45). Of other people in their tenancies it has the names alone.
type Holding struct {
	At        time.Time             `json:"at"`
	Profile   tenancy.Profile       `json:"profile"`
	Roles     []Role                `json:"roles,omitempty"`
	Tenancies []tenancy.Tenancy     `json:"tenancies,omitempty"` // as landlord
	Rents     []Rental              `json:"rents,omitempty"`     // as tenant
	Form      *form.Session         `json:"form,omitempty"`      // being filled in
	Drafts    []SavedDraft          `json:"drafts,omitempty"`
	Reminders []tenancy.OwnReminder `json:"reminders,omitempty"` // that they set
	Notices   []DutyRead            `json:"notices,omitempty"`   // duty notices that they were sent
	Acts      []audit.Entry         `json:"acts,omitempty"`      // of theirs in the audit log
}

// A DutyRead is a duty notice that a person was sent.
type DutyRead struct {
	Notice string    `json:"notice"`
	Read   time.Time `json:"read,omitzero"` // when they pressed 已阅知悉
}

// A Role is what a person is somewhere.
type Role struct {
	Compound string            `json:"compound,omitempty"` // its name; "" for administrators
	Role     tenancy.StaffRole `json:"role"`
}

// A Rental is what is held on a tenant who has opened their invitation.
type Rental struct {
	Tenancy  string         `json:"tenancy"`
	Compound string         `json:"compound"` // its name
	Unit     address.Unit   `json:"unit"`
	Start    calendar.Date  `json:"start"`
	End      calendar.Date  `json:"end"` // inclusive
	State    tenancy.State  `json:"state"`
	Entry    tenancy.Person `json:"entry"`
}

// Held returns what the records hold on a person, and puts on record that they
// asked.
func (r *Registry) Held(ctx context.Context, who int64) (h Holding, err error) {
	err = r.update(ctx, func(tx kv.Tx) error { return r.log(tx, who, "data.export", audit.Person(who)) })
	if err != nil {
		return h, err
	}
	h.At = r.Now()
	if h.Drafts, err = r.Drafts(ctx, who); err != nil {
		return h, err
	}
	if h.Reminders, err = r.Owns(ctx, who); err != nil {
		return h, err
	}
	if h.Roles, err = r.roles(ctx, who); err != nil {
		return h, err
	}
	if h.Acts, err = r.acts(ctx, who); err != nil {
		return h, err
	}
	if h.Notices, err = r.dutiesOf(ctx, who); err != nil {
		return h, err
	}
	if h.Profile, err = r.Profile(ctx, who); err != nil {
		return h, err
	}
	mine, err := r.Mine(ctx, who, 0)
	if err != nil {
		return h, err
	}
	for _, t := range mine {
		h.Tenancies = append(h.Tenancies, ownView(t, who))
	}
	rented, err := r.Rented(ctx, who, 0)
	for _, t := range rented {
		c, _ := r.Compound(t.Compound)
		entry := *t.Lodger(who)
		entry.Answer.Link = tenancy.Link{}
		h.Rents = append(h.Rents, Rental{Tenancy: t.ID, Compound: c.Name, Unit: t.Unit, Start: t.Start, End: t.End, State: t.State, Entry: entry})
	}
	return h, err
}

// ownView returns a tenancy as its landlord is told of it: the tenants' numbers
// are the tenants' data, and who reviewed it is the reviewer's.
func ownView(t tenancy.Tenancy, who int64) tenancy.Tenancy {
	var people []tenancy.Person
	for _, p := range t.People {
		people = append(people, tenancy.Person{Item: p.Item, Occupant: p.Occupant, Name: p.Name})
	}
	var history []tenancy.Event
	for _, e := range t.History {
		if e.Who != who {
			e.Who = 0
		}
		history = append(history, e)
	}
	t.People, t.History = people, history
	t.Handover, t.Reviewer, t.Desk = tenancy.Link{}, 0, 0
	return t
}

func (r *Registry) roles(ctx context.Context, who int64) (all []Role, err error) {
	compounds, err := r.Reads(ctx, who)
	for _, c := range compounds {
		all = append(all, Role{Compound: c.Name, Role: c.RoleOf(who)})
	}
	if r.Admin(who) {
		all = append(all, Role{Role: tenancy.Administrator})
	}
	return all, err
}

// dutiesOf reads through all duty notices, which are few and seldom asked for.
func (r *Registry) dutiesOf(ctx context.Context, who int64) (all []DutyRead, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for k := range tx.Scan(dutyNotices, nil, nil) {
			var c dutyCopy
			id := lastPart(k)
			err := get(tx, dutyCopies, key(id, who), &c)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			all = append(all, DutyRead{Notice: id, Read: c.Read})
		}
		return nil
	})
	return all, err
}

// acts returns all that a person did, newest first.
func (r *Registry) acts(ctx context.Context, who int64) (all []audit.Entry, err error) {
	for f := (audit.Filter{Who: who}); ; {
		p, err := r.AuditPage(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, e := range p.Entries {
			if e.Who == who {
				all = append(all, e)
			}
		}
		if p.Next == 0 {
			return all, nil
		}
		f.Before = p.Next
	}
}
