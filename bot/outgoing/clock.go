package outgoing

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// A Clock is the machine's, as long as it agrees with Telegram's. A machine whose
// clock is set wrong would remind everybody of a year's dates, remove what has run
// out, and date what people file; so the time of Telegram's last answer goes on
// instead, until the machine's clock is right again.
type Clock struct {
	Machine func() time.Time

	// Elapsed is the time since any moment, which setting the clock does not change.
	// Nil means that Machine's times carry it, as those of time.Now do.
	Elapsed func() time.Duration

	Log *slog.Logger

	mu    sync.RWMutex
	last  moment    // when Telegram said the time
	right time.Time // what it was then; zero: it has not said it yet
	wrong bool      // the machine's clock was, then
	doubt bool      // one answer says so, which may be wrong itself
}

// A moment is what a machine says of the time.
type moment struct {
	clock   time.Time
	elapsed time.Duration
}

// tolerance is how far the machine's clock may be off. Telegram tells whole seconds.
const tolerance = time.Minute

// hasty is how much Telegram's answers may be late: they tell no time that matters.
const hasty = 10 * time.Second

func (c *Clock) moment() moment {
	m := moment{clock: c.Machine()}
	if c.Elapsed != nil {
		m.elapsed = c.Elapsed()
	}
	return m
}

// since is how long after another a moment is.
func (c *Clock) since(m, before moment) time.Duration {
	if c.Elapsed != nil {
		return m.elapsed - before.elapsed
	}
	return m.clock.Sub(before.clock)
}

// Now is the time. A jump of the machine's clock is not followed before Telegram
// has confirmed it.
func (c *Clock) Now() time.Time {
	m := c.moment()
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.right.IsZero() {
		return m.clock
	}
	now := c.right.Add(c.since(m, c.last))
	if near(m.clock, now) {
		return m.clock
	}
	return now
}

func near(a, b time.Time) bool { return a.Round(0).Sub(b.Round(0)).Abs() <= tolerance }

// heard takes the time of an answer to a call that was made at before.
func (c *Clock) heard(before moment, resp *http.Response) {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return // an answer of no web server
	}
	now := c.moment()
	off := now.clock.Round(0).Sub(date)
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := tolerance + c.since(now, before).Abs() // the answer may have taken long to come
	if c.wrong {
		limit /= 2 // so that it does not change with every answer
	}
	agree, known := off.Abs() <= limit, !c.right.IsZero()
	switch {
	case agree:
	case c.wrong && c.right.Add(c.since(now, c.last)).Sub(date).Abs() < hasty:
		return // the time goes on as it does
	case known && !c.wrong && !c.doubt:
		c.doubt = true
		return
	}
	c.last, c.right, c.doubt = now, date, false
	if agree {
		c.right = now.clock
	}
	if agree != c.wrong {
		return
	}
	c.wrong = !agree
	if agree {
		c.Log.Info("the machine's clock is right again")
		return
	}
	c.Log.Warn("the machine's clock is wrong, Telegram's is used: set it, as by timedatectl set-ntp true", "seconds", int(off.Seconds()))
}
