package demo

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"zuji/internal/service"
	"zuji/internal/tenancy"
)

// A clock runs ahead of another by what was skipped.
type clock struct {
	now   func() time.Time
	ahead atomic.Int64 // nanoseconds
	path  string       // where it is kept, so that a restart does not go back in time
}

const clockFile = "demo-clock"

func newClock(now func() time.Time, data string) *clock {
	c := &clock{now: now, path: filepath.Join(data, clockFile)}
	if raw, err := os.ReadFile(c.path); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64); err == nil {
			c.ahead.Store(n)
		}
	}
	return c
}

// Now is the demonstration's time.
func (c *clock) Now() time.Time { return c.now().Add(time.Duration(c.ahead.Load())) }

// to moves the clock forward to a time.
func (c *clock) to(at time.Time) error {
	if d := at.Sub(c.Now()); d > 0 {
		c.ahead.Add(int64(d))
	}
	return os.WriteFile(c.path, []byte(strconv.FormatInt(c.ahead.Load(), 10)), 0o600)
}

// farthest is how far ahead a skip goes when nothing falls due before.
const farthest = 366 * 24 * time.Hour

// skip lets time pass until the next message that goes out unasked, and returns
// the time then.
func (c *clock) skip(ctx context.Context, z *service.Service) (time.Time, error) {
	limit := c.Now().Add(farthest)
	for {
		at, ok, err := z.Registry.NextDue(ctx)
		if err != nil {
			return c.Now(), err
		}
		if !ok || at.After(limit) {
			return c.Now(), nil
		}
		if err := c.to(at.Add(time.Second)); err != nil {
			return c.Now(), fmt.Errorf("keep the demonstration's clock: %w", err)
		}
		before, err := z.Box.Counts(ctx)
		if err != nil {
			return c.Now(), err
		}
		if _, err := z.Registry.Expire(ctx, tenancy.Today(c.Now())); err != nil {
			return c.Now(), err
		}
		done, err := z.Registry.Tick(ctx)
		if err != nil {
			return c.Now(), err
		}
		after, err := z.Box.Counts(ctx)
		if err != nil || done == 0 || after.Waiting > before.Waiting || after.Sending > 0 {
			return c.Now(), err
		}
	}
}

// skip answers the page's clock.
func (d *demo) skip(w http.ResponseWriter, r *http.Request) {
	at, err := d.options.Skip(r.Context())
	if err != nil {
		refuse(w, http.StatusInternalServerError, "time does not pass: "+err.Error())
		return
	}
	reply(w, map[string]time.Time{"now": at})
}
