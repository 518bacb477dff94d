package tenancy

import "time"

// RetentionDays is how long a tenancy that is over keeps its personal data, in
// days. 个人信息保护法 Art. 19 asks for the shortest time that the purpose needs:
// disputes over a lease come up within two years or so, and the limitation of
// three years (Civil Code Art. 188) is no reason to keep longer than that. The
// number is this register's rule; no law gives one.
const RetentionDays = 2 * 365

// WarningDays is how long before that the landlord is told, in days.
const WarningDays = 30

// IdleDays is after how many days without use a person's profile is removed, if
// they have no tenancy, role or reminder.
const IdleDays = 2 * 365

// Over returns when t came to its end: it was ended, replaced, withdrawn or
// refused. It is the zero time while t is alive.
func (t *Tenancy) Over() time.Time {
	if t.State.Active() {
		return time.Time{}
	}
	for _, e := range t.History {
		if e.To != "" && e.To != Draft && !e.To.Active() {
			return e.At
		}
	}
	return time.Time{}
}

// Leaves returns when something is to be done about the personal data of t: first
// the landlord is warned, then the data leave. It is the zero time while t is
// alive, and once they have left.
func (t *Tenancy) Leaves() time.Time {
	over := t.Over()
	if over.IsZero() || !t.Erased.IsZero() {
		return time.Time{}
	}
	if t.Warned.IsZero() {
		return over.AddDate(0, 0, RetentionDays-WarningDays)
	}
	return t.LeavesAfterWarning(t.Warned)
}

// LeavesAfterWarning returns when the personal data of t leave if the landlord is
// warned at a time: never less than WarningDays later.
func (t *Tenancy) LeavesAfterWarning(warned time.Time) time.Time {
	at, soonest := t.Over().AddDate(0, 0, RetentionDays), warned.AddDate(0, 0, WarningDays)
	if at.Before(soonest) {
		return soonest
	}
	return at
}

// Anonymous returns what may stay of t when its personal data leave: the unit,
// dates, the area, and the states with their times. What is not named here goes,
// and so does every field that is added to Tenancy later.
func (t *Tenancy) Anonymous(at time.Time) Tenancy {
	kept := Tenancy{
		ID: t.ID, Compound: t.Compound, State: t.State, Purpose: t.Purpose, Unit: t.Unit,
		Since: t.Since, Signed: t.Signed, Start: t.Start, End: t.End, MoveIn: t.MoveIn, Left: t.Left,
		Filing:    Filing{Area: t.Filing.Area, LetArea: t.Filing.LetArea},
		Submitted: t.Submitted, Reviewed: t.Reviewed, Round: t.Round, Erased: at,
	}
	for _, e := range t.History {
		if e.To != "" {
			kept.History = append(kept.History, Event{At: e.At, Actor: e.Actor, Move: e.Move, To: e.To})
		}
	}
	return kept
}

// Forget takes away what a person whom t names has typed and what leads to them:
// their link and their own words. Of a tenancy that is over their name and
// numbers go too. It reports whether there was anything.
func (t *Tenancy) Forget(who int64) bool {
	p := t.Lodger(who)
	if p == nil {
		return false
	}
	t.People = append([]Person(nil), t.People...)
	p = t.Lodger(who)
	p.Answer = Confirmation{Said: p.Answer.Said, At: p.Answer.At}
	if !t.State.Active() {
		*p = Person{Item: p.Item, Occupant: p.Occupant, Next: p.Next}
	}
	t.History = append([]Event(nil), t.History...)
	for i := range t.History {
		if t.History[i].Who == who {
			t.History[i].Who, t.History[i].Reason = 0, ""
		}
	}
	return true
}
