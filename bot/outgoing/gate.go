package outgoing

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A gate lets messages of all chats out at an even pace, answers before slow
// ones, and nothing while Telegram asks for silence.
type gate struct {
	mu      sync.Mutex
	limit   *rate.Limiter
	frozen  time.Time          // closed until then
	waiting [2][]chan struct{} // answers, slow ones; in order
	timer   *time.Timer        // set while somebody waits
}

// gateBurst is how many messages leave at once after a rest; with the rate they
// stay within Telegram's 30 in any second.
const gateBurst = 2

func newGate(r rate.Limit) *gate { return &gate{limit: rate.NewLimiter(r, gateBurst)} }

// pass waits for a message's turn.
func (g *gate) pass(ctx context.Context, slow bool) error {
	class := 0
	if slow {
		class = 1
	}
	turn := make(chan struct{})
	g.mu.Lock()
	g.waiting[class] = append(g.waiting[class], turn)
	g.serve()
	g.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		if i := slices.Index(g.waiting[class], turn); i >= 0 {
			g.waiting[class] = slices.Delete(g.waiting[class], i, i+1)
		}
		return ctx.Err()
	}
}

// serve gives turns as far as the pace allows. Call it with mu held.
func (g *gate) serve() {
	for {
		class := 0
		if len(g.waiting[0]) == 0 {
			class = 1
		}
		if len(g.waiting[class]) == 0 {
			return
		}
		if closed := time.Until(g.frozen); closed > 0 {
			g.later(closed)
			return
		}
		r := g.limit.Reserve()
		if d := r.Delay(); d > 0 {
			r.Cancel()
			g.later(d)
			return
		}
		close(g.waiting[class][0])
		g.waiting[class] = slices.Delete(g.waiting[class], 0, 1)
	}
}

func (g *gate) later(d time.Duration) {
	if g.timer != nil {
		return
	}
	g.timer = time.AfterFunc(d, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.timer = nil
		g.serve()
	})
}

// freeze closes the gate for d. It reports whether that is longer than it was
// closed for anyway.
func (g *gate) freeze(d time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	until := time.Now().Add(d)
	if !until.After(g.frozen) {
		return false
	}
	g.frozen = until
	return true
}

func (g *gate) frozenUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.frozen
}

// thaw waits until the gate is open, without taking a turn.
func (g *gate) thaw(ctx context.Context) error {
	for {
		left := time.Until(g.frozenUntil())
		if left <= 0 {
			return ctx.Err()
		}
		if err := sleep(ctx, left); err != nil {
			return err
		}
	}
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
