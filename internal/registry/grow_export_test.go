package registry

import (
	"errors"

	"zuji/internal/kv"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

// Enter puts a tenancy into the register as if it had been there for a while: with
// its receipt, its landlord's profile, a reminder that the landlord has set, and a
// line of the audit log. What it was to be reminded of by now counts as done.
func (r *Registry) Enter(tx kv.Tx, t tenancy.Tenancy, o tenancy.OwnReminder) error {
	var err error
	if t.Receipt, err = r.receipt(tx, t.Submitted); err != nil {
		return err
	}
	for _, due := range remind.DueBy(&t, r.facts(tx, t.Compound), r.Now()) {
		t.Reminding.Fire(due.Rule.Key(), r.Now())
	}
	return errors.Join(
		r.remember(tx, t),
		r.putTenancy(tx, t),
		r.schedule(tx, &o, r.Now()),
		r.putOwn(tx, o),
		tx.Put(remindersBy, key(o.By, o.ID), []byte{1}),
		r.log(tx, t.Owner, "tenancy.submit", t.ID))
}

// Leave takes out what Enter put in, but for the audit log: that only grows.
func (r *Registry) Leave(tx kv.Tx, tenancy, reminder string) error {
	t, err := r.tenancy(tx, tenancy)
	if err != nil {
		return err
	}
	o, err := r.reminder(tx, reminder)
	if err != nil {
		return err
	}
	return errors.Join(
		r.reindex(tx, r.entries(t), nil),
		tx.Delete(tenancies, key(t.ID)),
		tx.Delete(reminders, key(o.ID)),
		tx.Delete(remindersBy, key(o.By, o.ID)),
		tx.Delete(errands, r.ownErrand(o, "")))
}

// FilledIndexes returns the indexes that follow from tenancies.
func FilledIndexes() []string { return indexes }
