package outgoing

import (
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// chats keep each chat's calls in order and within its limit.
type chats struct {
	rates Rates

	mu      sync.Mutex
	byID    map[int64]*chat
	sweepAt int // number of chats at which those at rest are dropped
}

// a chat is known while calls wait for it or its limit has not recovered.
type chat struct {
	limit *rate.Limiter
	tail  chan struct{} // closed when the last call so far has left
	users int
}

const (
	groupBurst   = 2    // with 18 a minute at most 20 in any minute
	minSweepSize = 1000 // chats
)

func newChats(r Rates) *chats {
	return &chats{rates: r, byID: map[int64]*chat{}, sweepAt: minSweepSize}
}

// enter waits until all calls to the chat that came before have left.
func (s *chats) enter(ctx context.Context, id int64) (_ *chat, leave func(), err error) {
	s.mu.Lock()
	c := s.get(id)
	c.users++
	before, mine := c.tail, make(chan struct{})
	c.tail = mine
	s.mu.Unlock()
	left := func() {
		close(mine)
		s.mu.Lock()
		c.users--
		s.mu.Unlock()
	}
	if before == nil {
		return c, left, nil
	}
	select {
	case <-before:
		return c, left, nil
	case <-ctx.Done():
		go func() { <-before; left() }() // those behind still wait for those before
		return nil, nil, ctx.Err()
	}
}

func (s *chats) get(id int64) *chat {
	c := s.byID[id]
	if c != nil {
		return c
	}
	if len(s.byID) >= s.sweepAt {
		s.sweep()
	}
	c = &chat{limit: rate.NewLimiter(s.rates.Chat, s.rates.Burst)}
	if id < 0 {
		c.limit = rate.NewLimiter(s.rates.Group, groupBurst)
	}
	s.byID[id] = c
	return c
}

func (s *chats) sweep() {
	for id, c := range s.byID {
		if c.users == 0 && c.limit.Tokens() >= float64(c.limit.Burst()) {
			delete(s.byID, id)
		}
	}
	s.sweepAt = max(minSweepSize, 2*len(s.byID))
}
