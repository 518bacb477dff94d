package tenancy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A State is where a tenancy stands.
type State string

// The states.
const (
	Draft      State = "draft"      // not yet submitted
	Submitted  State = "submitted"  // waits for the property manager
	ToCorrect  State = "returned"   // sent back with reasons
	Accepted   State = "accepted"   // in the register
	Filed      State = "filed"      // and filed with the city 已备案
	Holding    State = "holding"    // its term is over and nobody has said what follows
	Indefinite State = "indefinite" // goes on without a term (Civil Code Art. 734)
	Rejected   State = "rejected"
	Withdrawn  State = "withdrawn"
	Changed    State = "changed" // another registration with new facts has taken its place
	Renewed    State = "renewed" // another registration with a new term has taken its place
	Ended      State = "ended"   // the tenants have left
	Closed     State = "closed"  // and its filing is cancelled 注销
)

// States are all states.
var States = []State{Draft, Submitted, ToCorrect, Accepted, Filed, Holding, Indefinite, Rejected, Withdrawn, Changed, Renewed, Ended, Closed}

// A Move changes a tenancy's state.
type Move string

// The moves.
const (
	Submit   Move = "submit"
	Return   Move = "return"
	Resubmit Move = "resubmit"
	Accept   Move = "accept"
	Reject   Move = "reject"
	Withdraw Move = "withdraw"
	File     Move = "file"   // the city has issued a filing number
	Expire   Move = "expire" // the last day has passed
	Continue Move = "continue"
	Change   Move = "change"
	Renew    Move = "renew"
	End      Move = "end"
	Close    Move = "close"
)

// What is noted in a tenancy's history without changing its state.
const (
	Revealed   Move = "reveal"   // somebody looked at the numbers in full
	Confirmed  Move = "confirm"  // a tenant found the facts right
	Objected   Move = "object"   // a tenant found them wrong
	TakenOver  Move = "takeover" // a landlord took over what the desk had entered
	FiledPaper Move = "paper"    // the application form was filled in
)

// An Actor is a part that a person plays towards one tenancy.
type Actor string

// The actors.
const (
	ByLandlord Actor = "landlord" // whoever registered it
	ByManager  Actor = "manager"  // staff of its compound
	ByTenant   Actor = "tenant"   // one of its tenants
	BySystem   Actor = "system"   // Zuji itself, by the calendar
)

// Actors are all actors.
var Actors = []Actor{ByLandlord, ByManager, ByTenant, BySystem}

// A rule allows some actors one move.
type rule struct {
	move   Move
	actors []Actor
	from   []State
	to     State
}

var (
	landlord = []Actor{ByLandlord}
	manager  = []Actor{ByManager}
	either   = []Actor{ByLandlord, ByManager}
	system   = []Actor{BySystem}
	inForce  = []State{Accepted, Filed, Holding, Indefinite}
)

// life is the whole life cycle; what is not in it cannot happen. A change or a
// renewal is registered as a tenancy of its own: when the manager accepts that
// one, the one it replaces is changed or renewed.
var life = []rule{
	{Submit, either, []State{Draft}, Submitted},
	{Return, manager, []State{Submitted}, ToCorrect},
	{Accept, manager, []State{Submitted}, Accepted},
	{Reject, manager, []State{Submitted}, Rejected},
	{Resubmit, landlord, []State{ToCorrect}, Submitted},
	{Withdraw, landlord, []State{Submitted, ToCorrect}, Withdrawn},
	{File, either, []State{Accepted}, Filed},
	{Expire, system, []State{Accepted, Filed}, Holding},
	{Continue, either, []State{Holding}, Indefinite},
	{Change, manager, inForce, Changed},
	{Renew, manager, inForce, Renewed},
	{End, either, inForce, Ended},
	{Close, either, []State{Ended}, Closed},
}

// By says who makes a move, in what part, when, and why.
type By struct {
	Actor  Actor
	Who    int64 // 0: Zuji itself
	At     time.Time
	Reason string
	Why    []string // of a return: see ReturnReasons
}

// An Event is a line of a tenancy's history.
type Event struct {
	At     time.Time `json:"at"`
	Actor  Actor     `json:"actor"`
	Who    int64     `json:"who,omitempty"`
	Move   Move      `json:"move"`
	To     State     `json:"to,omitempty"` // "": the state stayed
	Reason string    `json:"reason,omitempty"`
	Why    []string  `json:"why,omitempty"` // of a return: see ReturnReasons
}

// A MoveError says that a move is not possible from a state, or not for an actor.
type MoveError struct {
	Move  Move
	Actor Actor
	From  State
}

func (e *MoveError) Error() string {
	return fmt.Sprintf("%s may not %s a tenancy that is %s", e.Actor, e.Move, e.From)
}

// Apply makes a move: it sets t.State and adds to the history, or returns a
// *MoveError and leaves t alone.
func (t *Tenancy) Apply(m Move, by By) error {
	to, ok := t.State.after(m, by.Actor)
	if !ok {
		return &MoveError{Move: m, Actor: by.Actor, From: t.State}
	}
	t.State = to
	t.record(Event{At: by.At, Actor: by.Actor, Who: by.Who, Move: m, To: to, Reason: by.Reason, Why: by.Why})
	return nil
}

// OwnReason stands for a reason in the manager's own words.
const OwnReason = "own"

// ReturnReasons names the common reasons among those that a registration is
// returned for (field name to reason), each once, in alphabetical order, with
// OwnReason for words of the manager's own. They are kept for the statistics
// once the fields are corrected; the words are not.
func ReturnReasons(returned map[string]string) []string {
	var names []string
	for _, why := range returned {
		name, common := strings.CutPrefix(why, "#")
		if !common {
			name = OwnReason
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Note adds to the history what does not change the state.
func (t *Tenancy) Note(m Move, by By) {
	t.record(Event{At: by.At, Actor: by.Actor, Who: by.Who, Move: m, Reason: by.Reason})
}

func (t *Tenancy) record(e Event) { t.History = append(slices.Clip(t.History), e) }

func (s State) after(m Move, by Actor) (State, bool) {
	for _, r := range life {
		if r.move == m && slices.Contains(r.actors, by) && slices.Contains(r.from, s) {
			return r.to, true
		}
	}
	return "", false
}

// May reports whether an actor can make a move from s.
func (s State) May(m Move, by Actor) bool {
	_, ok := s.after(m, by)
	return ok
}

// Pending reports whether a tenancy in state s is between the landlord and the
// manager.
func (s State) Pending() bool { return s == Submitted || s == ToCorrect }

// InForce reports whether a tenancy in state s is in the register as a home let.
func (s State) InForce() bool { return slices.Contains(inForce, s) }

// Active reports whether a tenancy in state s is alive: pending or in force.
func (s State) Active() bool { return s.Pending() || s.InForce() }

// Occupies reports whether t holds its unit, so that no other tenancy may be
// registered for it. While a change or renewal is pending, what it replaces does.
func (t *Tenancy) Occupies() bool {
	return t.State.InForce() || t.Replaces == "" && t.State.Pending()
}
