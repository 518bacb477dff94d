package tenancy

import "fmt"

// A State is where a tenancy stands.
type State string

// The states.
const (
	Draft     State = "draft"     // not yet submitted
	Submitted State = "submitted" // waits for the property manager
	ToCorrect State = "returned"  // sent back with reasons
	Accepted  State = "accepted"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
)

// States are all states.
var States = []State{Draft, Submitted, ToCorrect, Accepted, Rejected, Withdrawn}

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
)

// An Actor is a part that a person plays towards one tenancy.
type Actor string

// The actors.
const (
	ByLandlord Actor = "landlord" // whoever registered it
	ByManager  Actor = "manager"  // staff of its compound
)

// A rule allows one actor one move.
type rule struct {
	move  Move
	actor Actor
	from  State
	to    State
}

// life is the whole life cycle; what is not in it cannot happen.
var life = []rule{
	{Submit, ByLandlord, Draft, Submitted},
	{Return, ByManager, Submitted, ToCorrect},
	{Accept, ByManager, Submitted, Accepted},
	{Reject, ByManager, Submitted, Rejected},
	{Resubmit, ByLandlord, ToCorrect, Submitted},
	{Withdraw, ByLandlord, Submitted, Withdrawn},
	{Withdraw, ByLandlord, ToCorrect, Withdrawn},
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

// Apply makes a move: it sets t.State or returns a *MoveError.
func (t *Tenancy) Apply(m Move, by Actor) error {
	for _, r := range life {
		if r.move == m && r.actor == by && r.from == t.State {
			t.State = r.to
			return nil
		}
	}
	return &MoveError{Move: m, Actor: by, From: t.State}
}

// Active reports whether a tenancy in state s occupies its unit: no second one
// may be registered for it.
func (s State) Active() bool {
	return s == Submitted || s == ToCorrect || s == Accepted
}
