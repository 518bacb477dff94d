package sessiontest

import (
	"context"
	"fmt"
	"sync"

	"zuji/internal/session"
)

// Outage is a store that fails as Redis can when a test says so, and otherwise
// passes all on to the one it wraps. It is safe for concurrent use.
type Outage struct {
	store session.Store

	mu    sync.Mutex
	down  bool
	awake chan struct{} // closed by Wake; nil while awake
	empty int64         // how often Empty was called
}

var _ session.Store = (*Outage)(nil)

// NewOutage returns an Outage around s.
func NewOutage(s session.Store) *Outage { return &Outage{store: s} }

// Sleep makes calls from now on wait until Wake, or until their context ends,
// and then fail with session.ErrUnavailable: a stalled server.
func (o *Outage) Sleep() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.awake == nil {
		o.awake = make(chan struct{})
	}
}

// Down makes calls from now on fail at once with session.ErrUnavailable: a
// server that refuses connections. Calls that Sleep holds fail too.
func (o *Outage) Down() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = true
	o.wake()
}

// Wake ends Sleep and Down. Calls that Sleep holds go on.
func (o *Outage) Wake() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = false
	o.wake()
}

func (o *Outage) wake() {
	if o.awake != nil {
		close(o.awake)
		o.awake = nil
	}
}

// Empty loses every session, as a server without an append-only file does when
// it restarts.
func (o *Outage) Empty() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.empty++
}

var errDown = fmt.Errorf("%w: switched off by the test", session.ErrUnavailable)

// pass waits while the store sleeps, and returns the error that is due, or under
// which number the wrapped store keeps the chat. Each Empty leads to numbers
// that nobody has used; chats have at most 52 bits.
func (o *Outage) pass(ctx context.Context, chat int64) (int64, error) {
	for {
		o.mu.Lock()
		awake, down, empty := o.awake, o.down, o.empty
		o.mu.Unlock()
		switch {
		case down:
			return 0, errDown
		case awake == nil:
			return chat ^ empty<<54, nil
		}
		select {
		case <-awake:
		case <-ctx.Done():
			return 0, fmt.Errorf("%w: %w", session.ErrUnavailable, ctx.Err())
		}
	}
}

// Load implements session.Store.
func (o *Outage) Load(ctx context.Context, chat int64) (session.State, error) {
	kept, err := o.pass(ctx, chat)
	if err != nil {
		return session.State{}, fmt.Errorf("load session: %w", err)
	}
	return o.store.Load(ctx, kept)
}

// Save implements session.Store.
func (o *Outage) Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error) {
	kept, err := o.pass(ctx, chat)
	if err != nil {
		return 0, fmt.Errorf("save session: %w", err)
	}
	return o.store.Save(ctx, kept, rev, data)
}

// Close wakes the store and closes the one it wraps.
func (o *Outage) Close() error {
	o.Wake()
	return o.store.Close()
}
