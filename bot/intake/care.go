package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// care is the mode after a crash: one update at a time, each try counted before
// it, since one of them may be what ends the process.
type care struct {
	alone chan struct{} // holds a token while an update is tried with care

	mu       sync.Mutex
	on       bool
	well     int           // updates that went well in a row
	forgiven map[int64]int // tries that failed for want of a store, by update
}

// enoughWell is how many updates in a row must go well until a crash is taken to
// have had another cause. No more than this were under way when it happened.
const enoughWell = 100

// Careful makes updates be tried one by one, each try counted before it, until a
// poll finds nothing more to do or 100 went well in a row. Call it at the start
// after an unclean stop.
func (l *Lanes) Careful() {
	l.care.mu.Lock()
	defer l.care.mu.Unlock()
	l.care.on, l.care.well, l.care.forgiven = true, 0, map[int64]int{}
}

// trust ends the mode.
func (c *care) trust() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.on = false
}

func (c *care) isOn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.on
}

// begin reports whether the mode is on; then the caller has it to itself until
// it calls end.
func (c *care) begin() bool {
	if !c.isOn() {
		return false
	}
	c.alone <- struct{}{}
	if c.isOn() {
		return true
	}
	c.end()
	return false
}

func (c *care) end() { <-c.alone }

// note counts what went well, and forgives a try that failed without fault of
// the update.
func (c *care) note(update int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		delete(c.forgiven, update)
		if c.well++; c.well >= enoughWell {
			c.on = false
		}
	case errors.Is(err, ErrNotStored):
		c.forgiven[update]++
	default:
		c.well = 0
	}
}

func (c *care) forgives(update int64) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgiven[update]
}

// maxEnds is how often the process may have ended while an update was handled
// before the update is set aside. It is more than maxTries: a process that is
// killed from outside again and again, as by a lack of memory, hits the same
// innocent update several times.
const maxEnds = 2 * maxTries

// tryWithCare counts a try before it.
func (l *Lanes) tryWithCare(ctx context.Context, f *flight) error {
	n, err := l.Ledger.Tried(ctx, f.u.ID)
	if err != nil {
		return fmt.Errorf("%w: count a try: %w", ErrNotStored, err)
	}
	if n -= l.care.forgives(f.u.ID); n > maxEnds {
		return l.setAside(ctx, f, "the process ended while it was handled")
	}
	err = l.handle(ctx, f.u, l.Handle)
	l.care.note(f.u.ID, err)
	if err == nil {
		// Its confirmation may still be lost: coming again is then no second try.
		if err := l.Ledger.Forget(ctx, f.u.ID); err != nil {
			return fmt.Errorf("%w: forget a try: %w", ErrNotStored, err)
		}
		return nil
	}
	if errors.Is(err, ErrNotStored) {
		return err
	}
	return l.again(ctx, f, n, err)
}
