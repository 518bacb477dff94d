package tenancy

import (
	"zuji/internal/address"
	"zuji/internal/calendar"
)

// A Home is a line of the unit register 房屋台账: what a unit is used for, and who
// stays there without being in a tenancy. Tenants are not written twice: they
// follow from the unit's tenancy.
type Home struct {
	Compound string       `json:"compound"`
	Unit     address.Unit `json:"unit"`
	Status   HomeStatus   `json:"status,omitempty"` // as the staff knows it; see Known
	Stays    []Stay       `json:"stays,omitempty"`
}

// A HomeStatus says what a unit is used for.
type HomeStatus string

// The statuses. Let follows from a tenancy and is never written.
const (
	HomeUnknown HomeStatus = ""
	HomeLet     HomeStatus = "let"
	HomeEmpty   HomeStatus = "empty"
	HomeOwner   HomeStatus = "owner"
)

// HomeStatuses are all statuses, in the order in which they are counted.
var HomeStatuses = []HomeStatus{HomeLet, HomeOwner, HomeEmpty, HomeUnknown}

// Known returns the home's status, given whether a tenancy holds the unit.
func (h Home) Known(let bool) HomeStatus {
	if let {
		return HomeLet
	}
	return h.Status
}

// A Stay is somebody who lives in a unit for a month or longer: name and dates,
// the same for everybody. It has no place for anything else.
type Stay struct {
	ID    string        `json:"id"`
	Name  string        `json:"name"`
	Kind  StayKind      `json:"kind"`
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until,omitzero"` // the last day; zero: still there
}

// A StayKind is in what capacity somebody stays.
type StayKind string

// The kinds of stays.
const (
	Lodger StayKind = "lodger" // 寄住
	Helper StayKind = "helper" // 住家保姆
	Guest  StayKind = "guest"  // anyone else
)

// MaxStays is how many stays a home keeps; the oldest that have ended go first.
const MaxStays = 30

// There reports whether the person stays on a day.
func (s Stay) There(on calendar.Date) bool {
	return !on.Before(s.From) && (s.Until.IsZero() || !s.Until.Before(on))
}

// Stay adds or replaces a stay.
func (h *Home) Stay(s Stay) {
	for i := range h.Stays {
		if h.Stays[i].ID == s.ID {
			h.Stays[i] = s
			return
		}
	}
	h.Stays = append(h.Stays, s)
	for i := 0; len(h.Stays) > MaxStays && i < len(h.Stays); {
		if h.Stays[i].Until.IsZero() {
			i++
			continue
		}
		h.Stays = append(h.Stays[:i:i], h.Stays[i+1:]...)
	}
}

// EndStay notes the last day of a stay and reports whether there is one with the
// id.
func (h *Home) EndStay(id string, on calendar.Date) bool {
	for i := range h.Stays {
		if h.Stays[i].ID == id {
			h.Stays[i].Until = on
			return true
		}
	}
	return false
}

// A Building counts the homes of one by their status.
type Building struct {
	Name   string
	Counts map[HomeStatus]int
}

// A HomeView is a home with the tenancy that holds it, if any.
type HomeView struct {
	Home
	Tenancy *Tenancy
}
