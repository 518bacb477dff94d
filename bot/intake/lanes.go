// Package intake takes updates in: in order within a chat, chats in parallel,
// and confirmed to Telegram only when their effect is stored.
package intake

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/go-telegram/bot/models"
)

// A Handler lets one update take effect. Nil means that the effect is stored;
// after an error the update comes again.
type Handler func(ctx context.Context, u *models.Update) error

// A Ledger remembers what goes wrong, across restarts.
type Ledger interface {
	// Tried counts a try of an update and returns how many there were.
	Tried(ctx context.Context, update int64) (int, error)

	// Forget ends the count of an update that was handled after all.
	Forget(ctx context.Context, update int64) error

	// SetAside keeps an update that can't be handled.
	SetAside(ctx context.Context, update int64, raw []byte, reference, reason string) error
}

// maxTries is how often an update is tried before it is set aside.
const maxTries = 3

// ErrDraining is returned for updates that arrive while the service stops.
var ErrDraining = errors.New("service is stopping")

// ErrNotStored marks an error of a store that may mend: the update comes again
// however often it fails.
var ErrNotStored = errors.New("not stored")

// Lanes handle updates, each chat's in the order of arrival. The zero value of a
// field other than Handle, Ledger and Log is good.
type Lanes struct {
	Handle Handler
	Ledger Ledger
	Log    *slog.Logger

	// Sorry tells the sender of an update that was set aside, with a reference.
	Sorry func(ctx context.Context, u *models.Update, reference string)

	// Workers is how many updates are handled at once; 0 means 64.
	Workers int

	once     sync.Once
	slots    chan struct{}
	mu       sync.Mutex
	last     map[int64]chan struct{} // by lane: closed when the update before is done
	flying   map[int64]*flight       // by update id
	draining bool
	running  sync.WaitGroup
	careful  bool
}

// flight is an update under way; repeats of it share its result.
type flight struct {
	done chan struct{}
	err  error
}

func (l *Lanes) init() {
	l.once.Do(func() {
		if l.Workers == 0 {
			l.Workers = 64
		}
		l.slots = make(chan struct{}, l.Workers)
		l.last = map[int64]chan struct{}{}
		l.flying = map[int64]*flight{}
	})
}

// Careful makes the next updates be tried one by one with each try counted
// before it, until Trusting is called: after a crash one of them may be what
// ends the process.
func (l *Lanes) Careful() {
	l.init()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.careful = true
}

// Trusting ends Careful.
func (l *Lanes) Trusting() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.careful = false
}

// Take handles an update in its lane and waits for it. The handler does not run
// on ctx: an update that has begun is finished though the intake ends.
func (l *Lanes) Take(ctx context.Context, u *models.Update) error { return l.Begin(ctx, u)() }

// Begin puts an update into its lane and returns what waits for it. The order of
// calls of Begin is the order of handling within a chat.
func (l *Lanes) Begin(ctx context.Context, u *models.Update) (wait func() error) {
	l.init()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.draining {
		return func() error { return ErrDraining }
	}
	f, known := l.flying[u.ID]
	if !known {
		f = &flight{done: make(chan struct{})}
		l.flying[u.ID] = f
		lane := LaneOf(u)
		before, mine := l.last[lane], make(chan struct{})
		l.last[lane] = mine
		l.running.Add(1)
		go l.run(context.WithoutCancel(ctx), u, f, lane, before, mine)
	}
	return func() error {
		<-f.done
		return f.err
	}
}

func (l *Lanes) run(ctx context.Context, u *models.Update, f *flight, lane int64, before, mine chan struct{}) {
	defer l.running.Done()
	if before != nil {
		<-before
	}
	l.slots <- struct{}{}
	f.err = l.try(ctx, u)
	<-l.slots
	l.mu.Lock()
	delete(l.flying, u.ID)
	if l.last[lane] == mine {
		delete(l.last, lane)
	}
	l.mu.Unlock()
	close(mine)
	close(f.done)
}

// try handles an update, and sets it aside when it has failed too often.
func (l *Lanes) try(ctx context.Context, u *models.Update) error {
	l.mu.Lock()
	careful := l.careful
	l.mu.Unlock()
	if careful {
		if n, err := l.Ledger.Tried(ctx, u.ID); err != nil {
			return fmt.Errorf("%w: %w", ErrNotStored, err)
		} else if n > maxTries {
			return l.setAside(ctx, u, "the process ended while it was handled")
		}
	}
	err := l.guarded(ctx, u)
	if err == nil && careful {
		if err := l.Ledger.Forget(ctx, u.ID); err != nil {
			return fmt.Errorf("%w: %w", ErrNotStored, err)
		}
	}
	if err == nil || errors.Is(err, ErrNotStored) {
		return err
	}
	n := maxTries
	if !careful {
		var lost error
		if n, lost = l.Ledger.Tried(ctx, u.ID); lost != nil {
			return fmt.Errorf("%w: %w", ErrNotStored, lost)
		}
	}
	l.Log.Error("update was not handled", "update", u.ID, "try", n, "error", err)
	if n < maxTries {
		return err
	}
	return l.setAside(ctx, u, err.Error())
}

// A panicError is a panic of a handler. Its text names the place, not the value:
// that could hold what somebody typed.
type panicError struct{ stack string }

func (e *panicError) Error() string { return "panic in handler" }

func (l *Lanes) guarded(ctx context.Context, u *models.Update) (err error) {
	defer func() {
		if p := recover(); p != nil {
			stack := string(debug.Stack())
			l.Log.Error("handler panicked", "update", u.ID, "kind", fmt.Sprintf("%T", p), "stack", stack)
			err = &panicError{stack}
		}
	}()
	return l.Handle(ctx, u)
}

func (l *Lanes) setAside(ctx context.Context, u *models.Update, reason string) error {
	raw, err := json.Marshal(u)
	if err != nil {
		raw = nil
	}
	reference := "E-" + rand.Text()[:6]
	if err := l.Ledger.SetAside(ctx, u.ID, raw, reference, reason); err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	l.Log.Error("update was set aside", "update", u.ID, "reference", reference)
	if l.Sorry != nil {
		l.Sorry(ctx, u, reference)
	}
	return nil
}

// Drain refuses further updates and waits for those under way.
func (l *Lanes) Drain(ctx context.Context) error {
	l.init()
	l.mu.Lock()
	l.draining = true
	l.mu.Unlock()
	done := make(chan struct{})
	go func() { l.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for updates under way: %w", ctx.Err())
	}
}

// LaneOf returns the chat whose order an update keeps: the chat of a message,
// and for a button the private chat of who pressed it, since Telegram queues
// presses by person and not by chat.
func LaneOf(u *models.Update) int64 {
	switch {
	case u.CallbackQuery != nil:
		return u.CallbackQuery.From.ID
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.EditedMessage != nil:
		return u.EditedMessage.Chat.ID
	case u.MyChatMember != nil:
		return u.MyChatMember.Chat.ID
	}
	return 0
}
