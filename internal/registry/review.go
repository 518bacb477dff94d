package registry

import (
	"context"
	"errors"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// A TakenError says that somebody else decided first.
type TakenError struct {
	By    string // name of the member of staff
	State tenancy.State
}

func (e *TakenError) Error() string { return "already decided: " + string(e.State) }

// Accept accepts a submitted tenancy for its compound's staff and sends the
// landlord the receipt. Repeated by the same person it changes nothing; after
// another's decision it returns a *TakenError.
func (r *Registry) Accept(ctx context.Context, id string, round int, by int64) (tenancy.Tenancy, error) {
	return r.decide(ctx, id, round, by, decision{move: tenancy.Accept, tell: WasAccepted})
}

// Return sends a submitted tenancy back with a reason for each field to
// correct; see Accept.
func (r *Registry) Return(ctx context.Context, id string, round int, by int64, why map[string]string) (tenancy.Tenancy, error) {
	return r.decide(ctx, id, round, by, decision{move: tenancy.Return, tell: WasReturned, fields: why})
}

// Reject refuses a submitted tenancy with a reason; see Accept.
func (r *Registry) Reject(ctx context.Context, id string, round int, by int64, reason string) (tenancy.Tenancy, error) {
	return r.decide(ctx, id, round, by, decision{move: tenancy.Reject, tell: WasRejected, reason: reason})
}

// A decision is what a member of staff makes of a submitted tenancy.
type decision struct {
	move   tenancy.Move
	tell   NoticeKind
	reason string
	fields map[string]string // what to correct
}

func (r *Registry) decide(ctx context.Context, id string, round int, by int64, d decision) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if t, err = r.tenancy(tx, id); err != nil {
			return err
		}
		var c tenancy.Compound
		if err := get(tx, compounds, key(t.Compound), &c); err != nil {
			return err
		}
		if !c.HasStaff(by) {
			return ErrNotAllowed
		}
		did := tenancy.By{Actor: tenancy.ByManager, Who: by, At: r.Now(), Reason: d.reason, Why: tenancy.ReturnReasons(d.fields)}
		before := t
		if t.Round != round || t.Apply(d.move, did) != nil {
			return repeated(before, round, by, d.move, c)
		}
		t.Reviewed, t.Reviewer, t.Returned = did.At, by, d.fields
		if d.move == tenancy.Accept {
			if err := r.replace(tx, t, did); err != nil {
				return err
			}
		}
		return errors.Join(
			r.putTenancy(tx, t),
			r.notify(tx, t.Owner, Notice{Kind: d.tell, Tenancy: t.ID, Round: t.Round}),
			r.log(tx, by, "tenancy."+string(d.move), t.ID))
	})
	return t, err
}

// repeated tells one's own decision made twice from another's.
func repeated(t tenancy.Tenancy, round int, by int64, m tenancy.Move, c tenancy.Compound) error {
	if n := len(t.History); n > 0 && t.Round == round {
		if last := t.History[n-1]; last.Move == m && last.Who == by {
			return nil
		}
	}
	return taken(t, c)
}

func taken(t tenancy.Tenancy, c tenancy.Compound) error {
	e := &TakenError{State: t.State}
	for _, s := range c.Staff {
		if s.ID == t.Reviewer {
			e.By = s.Name
		}
	}
	return e
}

// Decided returns the *TakenError for a tenancy that no longer waits for review.
func (r *Registry) Decided(t tenancy.Tenancy) error {
	c, _ := r.Compound(t.Compound)
	return taken(t, c)
}

// SaveFiling stores the filing pack of a tenancy for the person who registered
// it.
func (r *Registry) SaveFiling(ctx context.Context, by int64, filled tenancy.Tenancy) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if t, err = r.tenancy(tx, filled.ID); err != nil {
			return err
		}
		if t.Owner != by {
			return ErrNotAllowed
		}
		filled.Filing.Number, filled.Filing.FiledOn = t.Filing.Number, t.Filing.FiledOn
		t.Filing, t.Consent, t.Landlord.Document = filled.Filing, filled.Consent, filled.Landlord.Document
		return errors.Join(r.putTenancy(tx, t), r.log(tx, by, "tenancy.filing", t.ID))
	})
	return t, err
}
