// Package outgoing is how anything leaves for Telegram: in order, within its
// limits, and with a clear word on what became of it.
package outgoing

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	tg "github.com/go-telegram/bot"
)

// ErrUnreachable is wrapped when a person has blocked the bot or is gone.
var ErrUnreachable = errors.New("person can't be reached")

// A Verdict is what became of a call.
type Verdict int

// The verdicts.
const (
	Done      Verdict = iota // it took effect, or there was nothing to do
	Wait                     // refused for now: Outcome.After says how long
	Blocked                  // the person can't be reached
	Migrated                 // the group has the id Outcome.To now
	Refused                  // refused for good
	Failed                   // it did not reach Telegram
	Ambiguous                // it may have taken effect or not
)

// An Outcome is a verdict with what belongs to it.
type Outcome struct {
	Verdict Verdict
	After   time.Duration
	To      int64
}

// benign are refusals that leave things as they should be.
var benign = []string{
	"message is not modified",
	"query is too old",
	"query ID is invalid",
	"message to delete not found",
	"message can't be deleted",
	"message to edit not found",
	"message can't be edited",
	"MESSAGE_ID_INVALID",
}

// gone are refusals that mean the person can't be written to.
var gone = []string{"chat not found", "user is deactivated", "bot was blocked", "bot can't initiate conversation", "PEER_ID_INVALID"}

// Classify tells what became of a call from its error. The texts are Telegram's;
// the library drops the codes of most errors.
func Classify(err error) Outcome {
	var many *tg.TooManyRequestsError
	var moved *tg.MigrateError
	var status *StatusError
	switch {
	case err == nil:
		return Outcome{Verdict: Done}
	case errors.As(err, &many):
		return Outcome{Verdict: Wait, After: time.Duration(max(1, many.RetryAfter)) * time.Second}
	case errors.As(err, &moved):
		return Outcome{Verdict: Migrated, To: int64(moved.MigrateToChatID)}
	case errors.As(err, &status):
		return Outcome{Verdict: Ambiguous}
	case errors.Is(err, tg.ErrorForbidden), mentions(err, gone):
		return Outcome{Verdict: Blocked}
	case mentions(err, benign):
		return Outcome{Verdict: Done}
	case errors.Is(err, tg.ErrorBadRequest), errors.Is(err, tg.ErrorUnauthorized), errors.Is(err, tg.ErrorNotFound), errors.Is(err, tg.ErrorConflict):
		return Outcome{Verdict: Refused}
	case neverSent(err):
		return Outcome{Verdict: Failed}
	}
	return Outcome{Verdict: Ambiguous}
}

func mentions(err error, texts []string) bool {
	s := err.Error()
	for _, t := range texts {
		if strings.Contains(s, t) {
			return true
		}
	}
	return false
}

// neverSent reports whether the request can't have reached Telegram.
func neverSent(err error) bool {
	var unsent *UnsentError
	var op *net.OpError
	return errors.As(err, &unsent) || errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &op) && op.Op == "dial"
}

// A StatusError is an answer that is no Bot API answer: a proxy's page, or
// Telegram's own 5xx.
type StatusError struct{ Code int }

func (e *StatusError) Error() string { return "telegram answered " + http.StatusText(e.Code) }

// An UnsentError says that nothing of the request was written.
type UnsentError struct{ err error }

func (e *UnsentError) Error() string { return e.err.Error() }
func (e *UnsentError) Unwrap() error { return e.err }

// clean removes the address, which holds the token, from a transport's error.
func clean(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
