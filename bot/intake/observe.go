package intake

import (
	"errors"
	"time"

	"github.com/go-telegram/bot/models"
)

// A Result is what became of one try of an update.
type Result string

// The results. An update that fails has one for each try; the last one is
// followed by SetAside.
const (
	Handled   Result = "handled"
	Failed    Result = "failed"
	Panicked  Result = "panicked"
	NotStored Result = "not_stored" // a store failed: the update comes again
	SetAside  Result = "set_aside"  // tried too often, or can't be read
	Busy      Result = "busy"       // refused since too many wait
)

// Results are all of them.
var Results = []Result{Handled, Failed, Panicked, NotStored, SetAside, Busy}

func resultOf(err error) Result {
	switch {
	case err == nil:
		return Handled
	case errors.Is(err, ErrNotStored):
		return NotStored
	}
	return Failed
}

func (l *Lanes) observe(u *models.Update, r Result, took time.Duration) {
	if l.Observe != nil {
		l.Observe(kindOf(u), r, took)
	}
}

func (p *Poller) observe(err error, silence time.Duration) {
	if p.Observe != nil {
		p.Observe(err, silence)
	}
}

// A Load is how much lies in the lanes.
type Load struct {
	Waiting int // updates that wait or are under way
	Most    int // so many are let in; more are refused
}

// Busy reports whether so many people wait that only what they wait for should be
// sent: an update for each fourth worker.
func (l *Lanes) Busy() bool {
	l.init()
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.flying) > l.Workers/4
}

// Load returns the figures of this moment.
func (l *Lanes) Load() Load {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Load{Waiting: len(l.flying), Most: maxWaiting}
}

// unreadableKind is the kind of an update that can't be read.
const unreadableKind = "unreadable"

// kindOf names the kind of an update, of which there are few.
func kindOf(u *models.Update) string {
	switch {
	case u.Message != nil:
		return "message"
	case u.EditedMessage != nil:
		return "edited_message"
	case u.CallbackQuery != nil:
		return "callback_query"
	case u.MyChatMember != nil:
		return "my_chat_member"
	}
	return "other"
}

// Kinds are all kinds of updates that Observe is told of.
var Kinds = append([]string{"other", unreadableKind}, AllowedUpdates...)
