package intake

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot/models"

	"zuji/internal/failpoint"
)

// maxTries is how often an update is tried before it is set aside.
const maxTries = 3

// Stats are figures since the start.
type Stats struct {
	Handled  uint64 // took effect
	Failed   uint64 // tries that ended with an error, panics included
	Panics   uint64
	SetAside uint64
}

type counts struct{ handled, failed, panics, aside atomic.Uint64 }

// Stats returns the figures of this moment.
func (l *Lanes) Stats() Stats {
	c := &l.counts
	return Stats{Handled: c.handled.Load(), Failed: c.failed.Load(), Panics: c.panics.Load(), SetAside: c.aside.Load()}
}

// try handles an update, and sets it aside when it has failed too often. In
// normal mode nothing is committed for an update that goes well.
func (l *Lanes) try(ctx context.Context, f *flight) error {
	if f.again != nil {
		return l.handle(ctx, f.u, f.again)
	}
	if l.care.isOn() {
		return l.tryWithCare(ctx, f)
	}
	err := l.handle(ctx, f.u, l.Handle)
	if err == nil || errors.Is(err, ErrNotStored) {
		return err
	}
	n, lost := l.Ledger.Tried(ctx, f.u.ID)
	if lost != nil {
		return fmt.Errorf("%w: count a try: %w", ErrNotStored, lost)
	}
	return l.again(ctx, f, n, err)
}

// again decides whether an update that failed n times comes again.
func (l *Lanes) again(ctx context.Context, f *flight, n int, err error) error {
	l.Log.Error("update was not handled", "update", f.u.ID, "kind", kindOf(f.u), "try", n, "error", err)
	if n < maxTries {
		return err
	}
	return l.setAside(ctx, f, err.Error())
}

// handle runs a handler. Of a panic it logs the place but not the value: that
// could hold what somebody typed.
func (l *Lanes) handle(ctx context.Context, u *models.Update, do Handler) (err error) {
	began := time.Now()
	result := Panicked
	defer func() {
		if p := recover(); p != nil {
			l.counts.panics.Add(1)
			l.Log.Error("handler panicked", "update", u.ID, "kind", kindOf(u), "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic (%T) in handler", p)
		}
		if err == nil {
			l.counts.handled.Add(1)
		} else {
			l.counts.failed.Add(1)
		}
		l.observe(u, result, time.Since(began))
	}()
	if err = failpoint.At(failpoint.BeforeUpdate); err == nil {
		err = do(ctx, u)
	}
	if err == nil {
		err = failpoint.At(failpoint.AfterUpdate)
	}
	result = resultOf(err)
	return err
}

// setAside ends an update that can't be handled.
func (l *Lanes) setAside(ctx context.Context, f *flight, reason string) error {
	raw := f.raw
	if raw == nil {
		raw, _ = json.Marshal(f.u) // nil is kept as well as can be
	}
	reference, err := l.keep(ctx, f.u.ID, kindOf(f.u), raw, reason)
	if err != nil {
		return err
	}
	if l.Sorry != nil {
		l.tell(ctx, f.u, func(ctx context.Context, u *models.Update) { l.Sorry(ctx, u, reference) })
	}
	return nil
}

// keep gives an update to the ledger and returns the reference it is found by.
func (l *Lanes) keep(ctx context.Context, id int64, kind string, raw []byte, reason string) (reference string, err error) {
	reference = "E-" + rand.Text()[:6]
	if err := l.Ledger.SetAside(ctx, id, raw, reference, reason); err != nil {
		return "", fmt.Errorf("%w: set an update aside: %w", ErrNotStored, err)
	}
	l.counts.aside.Add(1)
	if l.Observe != nil {
		l.Observe(kind, SetAside, 0)
	}
	l.Log.Error("update was set aside", "update", id, "reference", reference)
	return reference, nil
}

// tell calls say, whose panic must not undo what was done.
func (l *Lanes) tell(ctx context.Context, u *models.Update, say func(context.Context, *models.Update)) {
	defer func() {
		if p := recover(); p != nil {
			l.Log.Error("apology panicked", "update", u.ID, "panic", fmt.Sprintf("%T", p))
		}
	}()
	say(ctx, u)
}
