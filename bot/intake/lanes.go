// Package intake takes updates in: in order within a chat, chats in parallel,
// and confirmed to Telegram only when their effect is stored.
package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-telegram/bot/models"
)

// A Handler lets one update take effect. Nil means that the effect is stored;
// after an error the update comes again, and handling it again must be safe.
type Handler func(ctx context.Context, u *models.Update) error

// A Ledger remembers what goes wrong, across restarts.
type Ledger interface {
	// Tried counts a try of an update and returns how many there were.
	Tried(ctx context.Context, update int64) (int, error)

	// Tries returns how often an update was tried, as Tried counted it.
	Tries(ctx context.Context, update int64) (int, error)

	// Forget ends the count of an update that was handled after all.
	Forget(ctx context.Context, update int64) error

	// SetAside keeps an update that can't be handled. raw is its JSON.
	SetAside(ctx context.Context, update int64, raw []byte, reference, reason string) error
}

var (
	// ErrNotStored marks an error of a store that may mend: the update comes again
	// however often it fails.
	ErrNotStored = errors.New("not stored")

	// ErrDraining is returned for updates that arrive while the service stops.
	ErrDraining = errors.New("service is stopping")

	// ErrBusy is returned for updates that arrive while too many wait.
	ErrBusy = errors.New("too many updates wait")

	// ErrBehind is returned for an update whose chat has an earlier one that failed:
	// handled now, it would overtake it.
	ErrBehind = errors.New("an earlier update of the chat comes again first")
)

// Lanes handle updates, each chat's in the order of arrival. The zero value of a
// field other than Handle, Ledger and Log is good.
type Lanes struct {
	Handle Handler
	Ledger Ledger
	Log    *slog.Logger

	// Sorry tells the sender of an update that was set aside, with a reference.
	Sorry func(ctx context.Context, u *models.Update, reference string)

	// NotStored tells the sender of an update that the store did not take it and that
	// it comes again. It is called after every such try.
	NotStored func(ctx context.Context, u *models.Update)

	// Observe is told of every try of an update, and of every update refused while
	// too many wait, with the kind of update and how long the handler took. It must
	// be quick. Nil means that nobody is told.
	Observe func(kind string, r Result, took time.Duration)

	// Workers is how many updates are handled at once; 0 means 64.
	Workers int

	once     sync.Once
	slots    chan struct{}
	mu       sync.Mutex
	last     map[int64]*flight // by lane: the update at its end
	flying   map[int64]*flight // by update id
	draining bool
	running  sync.WaitGroup
	care     care
	counts   counts
}

// maxWaiting is how many updates may be under way or wait. Polling never comes
// near it; more from a webhook come again.
const maxWaiting = 1024

// A flight is an update under way; repeats of it share its result.
type flight struct {
	u      *models.Update
	raw    []byte  // its JSON, or nil
	again  Handler // instead of Lanes.Handle, once, for an update that was set aside
	before *flight
	done   chan struct{}
	err    error // read it after done
}

// failed returns a flight that has ended.
func failed(err error) *flight {
	f := &flight{done: make(chan struct{}), err: err}
	close(f.done)
	return f
}

// ok reports whether the update has taken effect by now.
func (f *flight) ok() bool { return f.ended() && f.err == nil }

func (f *flight) ended() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

func (l *Lanes) init() {
	l.once.Do(func() {
		if l.Workers == 0 {
			l.Workers = 64
		}
		l.slots = make(chan struct{}, l.Workers)
		l.care.free = sync.NewCond(&l.care.mu)
		l.last = map[int64]*flight{}
		l.flying = map[int64]*flight{}
	})
}

// Take handles an update in its lane and waits for the result, or for the end of
// ctx. The handler does not run on ctx: an update that has begun is finished.
func (l *Lanes) Take(ctx context.Context, u *models.Update) error {
	return l.await(ctx, func() *flight { return l.begin(ctx, u, nil, nil) })
}

// await waits for the flight that begin returns under the lock.
func (l *Lanes) await(ctx context.Context, begin func() *flight) error {
	l.init()
	l.mu.Lock()
	f := begin()
	l.mu.Unlock()
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin puts an update at the end of its lane, unless it is under way already.
// again may handle it instead of Handle. Call it with mu held; the order of calls
// is the order of handling.
func (l *Lanes) begin(ctx context.Context, u *models.Update, raw []byte, again Handler) *flight {
	if f := l.flying[u.ID]; f != nil {
		return f
	}
	switch {
	case l.draining:
		return failed(ErrDraining)
	case len(l.flying) >= maxWaiting:
		l.observe(u, Busy, 0)
		return failed(ErrBusy)
	}
	lane := LaneOf(u)
	f := &flight{u: u, raw: raw, again: again, before: l.last[lane], done: make(chan struct{})}
	l.flying[u.ID], l.last[lane] = f, f
	l.running.Add(1)
	go l.run(context.WithoutCancel(ctx), f, lane)
	return f
}

// run waits for an update's turn in its lane and for a free slot, and tries it.
func (l *Lanes) run(ctx context.Context, f *flight, lane int64) {
	defer l.running.Done()
	if f.before != nil {
		<-f.before.done
	}
	if f.before != nil && f.before.err != nil {
		f.err = ErrBehind
	} else {
		l.slots <- struct{}{}
		f.err = l.try(ctx, f)
		if errors.Is(f.err, ErrNotStored) && l.NotStored != nil && f.u != nil {
			l.tell(ctx, f.u, l.NotStored)
		}
		<-l.slots
	}
	l.mu.Lock()
	delete(l.flying, f.u.ID)
	if l.last[lane] == f {
		delete(l.last, lane)
	}
	f.before = nil
	close(f.done)
	l.mu.Unlock()
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
// and for a button the private chat of who pressed it. Telegram queues presses
// by person and not by chat, and an inline or inaccessible one names no chat.
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
