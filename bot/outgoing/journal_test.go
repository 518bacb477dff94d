package outgoing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
)

var quiet = slog.New(slog.DiscardHandler)

var (
	errBlocked = fmt.Errorf("%w, bot was blocked by the user", tg.ErrorForbidden)
	errRefused = fmt.Errorf("%w, chat not found", tg.ErrorBadRequest)
	errSame    = fmt.Errorf("%w, message is not modified", tg.ErrorBadRequest)
	errReset   = errors.New("connection reset by peer")
	errDial    = &UnsentError{errors.New("connection refused")}
)

func errWait(seconds int) error { return &tg.TooManyRequestsError{RetryAfter: seconds} }

// journal notes what leaves and when, from the beginning of the test.
type journal struct {
	mu    sync.Mutex
	began time.Time
	lines []string
	times []time.Duration
}

func newJournal() *journal { return &journal{began: time.Now()} }

func (j *journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
	j.times = append(j.times, time.Since(j.began))
}

// call is a call that notes name and fails with the errors in turn.
func (j *journal) call(name string, chat int64, kind Kind, fail ...error) Call {
	n := 0
	return Call{Chat: chat, Kind: kind, Run: func(context.Context) error {
		j.note(name)
		if n++; n <= len(fail) {
			return fail[n-1]
		}
		return nil
	}}
}

// left returns what left so far.
func (j *journal) left() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

// when returns when each left.
func (j *journal) when() []time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.times)
}

// maxIn returns the most calls in any stretch of time.
func (j *journal) maxIn(d time.Duration) (most int) {
	for i, from := range j.when() {
		n := 0
		for _, at := range j.when()[i:] {
			if at < from+d {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
