package tenancy

import (
	"time"

	"zuji/internal/when"
)

// An OwnReminder is one that a person has set: a landlord to themself, a property
// manager also to others.
type OwnReminder struct {
	ID       string      `json:"id"` // the session that made it
	By       int64       `json:"by"`
	Compound string      `json:"compound,omitempty"` // of a manager's
	Whom     Whom        `json:"whom"`
	Building string      `json:"building,omitempty"`
	Home     string      `json:"home,omitempty"` // a unit's key
	What     string      `json:"what"`
	Series   when.Repeat `json:"series"`
	Before   int         `json:"before,omitempty"` // minutes before the time that was meant
	Next     time.Time   `json:"next,omitzero"`    // when it is sent next; zero: never again
	Paused   bool        `json:"paused,omitempty"`
}

// Waits reports whether it is to be sent at o.Next.
func (o OwnReminder) Waits() bool { return !o.Paused && !o.Next.IsZero() }

// Whom says who gets a reminder that somebody has set.
type Whom string

// The receivers.
const (
	Myself     Whom = "self"
	Colleagues Whom = "staff"    // the compound's staff
	AllOwners  Whom = "all"      // all landlords of the compound
	OneBlock   Whom = "building" // the landlords of a building
	OneHome    Whom = "home"     // the landlord of a unit
)

// MaxOwn is how many reminders a person has at most.
const MaxOwn = 50
