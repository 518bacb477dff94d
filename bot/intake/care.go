package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// care is the mode after a crash: each try is counted before it, since one of the
// updates may be what ends the process. The more crashes an update has met, the
// fewer are tried beside it: 64 at first, 8 after one crash, none after two. So no
// more than two crashes count against an update that another has caused.
type care struct {
	mu       sync.Mutex
	free     *sync.Cond // when a turn ends
	on       bool
	since    time.Time
	well     int           // updates that went well in a row
	forgiven map[int64]int // tries that failed for want of a store, by update
	used     int           // of room
	waiting  int           // for more room than one of 64
}

// enoughWell is how many updates in a row must go well until a crash is taken to
// have had another cause. No more than this were under way when it happened.
const enoughWell = 100

// enoughTime is how long the mode lasts at least where updates are posted: Telegram
// may wait for a minute before it posts again what the crash met.
const enoughTime = 2 * time.Minute

// Careful makes each try be counted before it, and updates that crashes have met be
// tried with few others or alone, until a poll finds nothing more to do, or 100 went
// well in a row and two minutes have passed. Call it at the start after an unclean
// stop.
func (l *Lanes) Careful() {
	l.care.mu.Lock()
	defer l.care.mu.Unlock()
	l.care.on, l.care.since, l.care.well, l.care.forgiven = true, time.Now(), 0, map[int64]int{}
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

// room is shared by the updates that are tried at the same time.
const room = 64

// share is the room that an update takes which has met so many crashes.
func share(met int) int { return []int{1, room / 8, room}[min(max(met, 0), 2)] }

// turn waits until there is room for an update. Call end with the same value
// afterwards.
func (c *care) turn(share int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if share > 1 {
		c.waiting++
	}
	for c.used+share > room || share == 1 && c.waiting > 0 {
		c.free.Wait()
	}
	if share > 1 {
		c.waiting--
	}
	c.used += share
}

func (c *care) end(share int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used -= share
	c.free.Broadcast()
}

// note counts what went well, and forgives a try that failed without fault of
// the update.
func (c *care) note(update int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		delete(c.forgiven, update)
		if c.well++; c.well >= enoughWell && time.Since(c.since) >= enoughTime {
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
	met, err := l.Ledger.Tries(ctx, f.u.ID)
	if err != nil {
		return fmt.Errorf("%w: look for tries: %w", ErrNotStored, err)
	}
	share := share(met - l.care.forgives(f.u.ID))
	l.care.turn(share)
	defer l.care.end(share)
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
