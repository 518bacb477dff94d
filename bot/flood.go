package bot

import (
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"zuji/internal/form"
	"zuji/locales"
)

// A Flood is how much one person may send: a burst, and so many a second after
// that. The zero value is more than anybody types.
type Flood struct {
	Burst     int
	PerSecond rate.Limit
}

func (f Flood) orUsual() Flood {
	if f == (Flood{}) {
		return Flood{Burst: 40, PerSecond: 2}
	}
	return f
}

// tellAgain is how long somebody who was told to slow down is not told again.
const tellAgain = time.Minute

// maxSenders bounds the memory of who has sent how much.
const maxSenders = 50_000

// senders remembers how much everybody has sent, and whom something was told that
// is told once.
type senders struct {
	mu   sync.Mutex
	much map[int64]*rate.Limiter
	told map[int64]time.Time
}

// may takes note that somebody has sent something and reports whether it is still
// within their measure.
func (s *senders) may(who int64, f Flood, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.much == nil || len(s.much) > maxSenders {
		s.much = map[int64]*rate.Limiter{}
	}
	l := s.much[who]
	if l == nil {
		l = rate.NewLimiter(f.PerSecond, f.Burst)
		s.much[who] = l
	}
	return l.AllowN(now, 1)
}

// tell reports whether somebody is to be told now that they are not served.
func (s *senders) tell(who int64, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil || len(s.told) > maxSenders {
		s.told = map[int64]time.Time{}
	}
	if at, ok := s.told[who]; ok && now.Sub(at) < tellAgain {
		return false
	}
	s.told[who] = now
	return true
}

// errTurnedAway says that what somebody sent was not taken.
var errTurnedAway = errors.New("sender is turned away")

// turnedAway tells a person once why what they send is not taken.
func (c *conversation) turnedAway(why string) error {
	if c.senders.tell(c.in.from.ID, c.Now()) {
		c.to = c.Texts.In(locales.Match(c.in.from.Language))
		_ = c.soft(c.tell(form.T(why)))
	}
	return errTurnedAway
}
