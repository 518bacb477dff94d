package tenancy

import (
	"maps"
	"time"
)

// Reminding is how far a tenancy's reminders have come, by their kinds.
type Reminding struct {
	Next  time.Time            `json:"next,omitzero"`   // when the next one falls due
	Fired map[string]time.Time `json:"fired,omitempty"` // the moment of the last one sent
	Done  map[string]time.Time `json:"done,omitempty"`  // the landlord says it is done
}

// Fire notes that the reminders of a kind have been sent up to a moment.
func (r *Reminding) Fire(kind string, at time.Time) { r.Fired = with(r.Fired, kind, at) }

// Do notes that what a kind reminds of is done.
func (r *Reminding) Do(kind string, at time.Time) { r.Done = with(r.Done, kind, at) }

// with returns a copy: tenancies are values, and copies of one share their maps.
func with(m map[string]time.Time, key string, at time.Time) map[string]time.Time {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]time.Time{}
	}
	m[key] = at
	return m
}

// Entered returns when t last came into one of the states; the zero time if its
// history does not say.
func (t *Tenancy) Entered(states ...State) time.Time {
	for i := len(t.History) - 1; i >= 0; i-- {
		for _, s := range states {
			if t.History[i].To == s {
				return t.History[i].At
			}
		}
	}
	return time.Time{}
}

// Registered returns when t came into the register.
func (t *Tenancy) Registered() time.Time {
	if at := t.Entered(Accepted); !at.IsZero() {
		return at
	}
	return t.Reviewed
}
