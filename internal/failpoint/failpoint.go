// Package failpoint names the places at which tests make Zuji fail: with an
// error, a panic, the end of the process, or a stall. Nothing in the program arms
// one, and a place that is not armed costs reading one pointer.
package failpoint

import "sync/atomic"

// A Place is where the program may be made to fail.
type Place string

// The places. What is asked before something has not happened yet; an error after
// something says that it failed though it has happened.
const (
	BeforeCommit   Place = "before a commit"
	AfterCommit    Place = "after a commit"
	BeforeFreelist Place = "before the list of free pages is written at the end"
	BeforeName     Place = "before a new file gets its name"
	AfterName      Place = "after a new file got its name"
	BeforeSnapshot Place = "before the records are copied"
	BeforeCall     Place = "before a call of Telegram"
	AfterCall      Place = "after a call of Telegram"
	BeforeRedis    Place = "before a call of Redis"
	AfterRedis     Place = "after a call of Redis"
	BeforeUpdate   Place = "before an update is handled"
	AfterUpdate    Place = "after an update was handled"
	BeforeClaim    Place = "before a notice is claimed"
	AfterClaim     Place = "after a notice was claimed"
	BeforeSettle   Place = "before the outcome of a notice is stored"
	BeforeTick     Place = "before what is due is done"
)

var armed atomic.Pointer[func(Place) error]

// At is called at a place. It returns nil unless a test wants an error there.
func At(p Place) error {
	if f := armed.Load(); f != nil {
		return (*f)(p)
	}
	return nil
}

// Arm makes At call f, which may return an error, panic, end the process, or take
// its time. It is for tests.
func Arm(f func(Place) error) { armed.Store(&f) }
