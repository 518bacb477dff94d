package outgoing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Kind is a kind of call; it decides what a call costs and whether it may be
// repeated.
type Kind int

// The kinds.
const (
	Send Kind = iota // a new message: repeated at most once when in doubt
	Edit             // repeating changes nothing, as with all below
	Delete
	Answer // to a callback; Telegram does not limit these
	Other
)

// A Call is one call of the Bot API.
type Call struct {
	Chat int64
	Kind Kind
	Slow bool // may wait until answers are out: broadcasts and notices
	Run  func(context.Context) error
}

// Rates are how much leaves at most. The zero value is a little below what
// Telegram allows.
type Rates struct {
	Overall rate.Limit // messages a second
	Chat    rate.Limit // messages a second in a private chat, with bursts of ChatBurst
	Burst   int
	Group   rate.Limit // messages a second in a group
}

func (r Rates) withDefaults() Rates {
	if r == (Rates{}) {
		return Rates{Overall: 28, Chat: 1, Burst: 4, Group: 18.0 / 60}
	}
	return r
}

// A Sender lets calls out within Telegram's limits.
type Sender struct {
	Log *slog.Logger

	// Unreachable is told of a chat that answered 403, Moved of a group's new id.
	Unreachable func(ctx context.Context, chat int64)
	Moved       func(ctx context.Context, from, to int64)

	rates   Rates
	overall *rate.Limiter
	slow    *rate.Limiter // the part of overall that slow calls may take

	mu     sync.Mutex
	frozen time.Time // Telegram said to wait until then
	chats  map[int64]*chat
	idle   int // calls since idle chats were dropped
}

// chat keeps one chat's calls in order and within its limit.
type chat struct {
	turn    sync.Mutex
	limit   *rate.Limiter
	waiting int
}

// NewSender returns a Sender with the given rates.
func NewSender(r Rates, log *slog.Logger) *Sender {
	r = r.withDefaults()
	return &Sender{
		Log: log, rates: r, chats: map[int64]*chat{},
		overall: rate.NewLimiter(r.Overall, 1),
		slow:    rate.NewLimiter(r.Overall*9/10, 1),
	}
}

// tries is how often a call is made at most.
const tries = 5

// Do makes a call in its chat's order when the limits allow, waits as Telegram
// says, and repeats what may be repeated. It returns nil for what took effect,
// and otherwise the last error; ErrUnreachable is wrapped for a person who
// can't be written to.
func (s *Sender) Do(ctx context.Context, c Call) error {
	if c.Kind == Answer {
		return s.attempt(ctx, c)
	}
	ch := s.enter(c.Chat)
	defer s.leave(c.Chat, ch)
	ch.turn.Lock()
	defer ch.turn.Unlock()
	return s.attempt(ctx, c)
}

// Once is Do without repeating: the caller counts the copies.
func (s *Sender) Once(ctx context.Context, c Call) error {
	ch := s.enter(c.Chat)
	defer s.leave(c.Chat, ch)
	ch.turn.Lock()
	defer ch.turn.Unlock()
	if err := s.wait(ctx, c); err != nil {
		return err
	}
	err := c.Run(ctx)
	switch out := Classify(err); out.Verdict {
	case Wait:
		s.freeze(out.After)
	case Blocked:
		if s.Unreachable != nil {
			s.Unreachable(ctx, c.Chat)
		}
	}
	return err
}

func (s *Sender) attempt(ctx context.Context, c Call) error {
	doubts := 0
	var err error
	for n := range tries {
		if err := s.wait(ctx, c); err != nil {
			return err
		}
		err = c.Run(ctx)
		out := Classify(err)
		pause := time.Duration(0)
		switch out.Verdict {
		case Done:
			return nil
		case Wait:
			s.freeze(out.After)
		case Blocked:
			if s.Unreachable != nil {
				s.Unreachable(ctx, c.Chat)
			}
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		case Migrated:
			if s.Moved != nil {
				s.Moved(ctx, c.Chat, out.To)
			}
			return err
		case Refused:
			return err
		case Failed:
			pause = backoff(n)
		case Ambiguous:
			if doubts++; c.Kind == Send && doubts >= 2 {
				return err
			}
			pause = backoff(n)
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
	return err
}

func backoff(n int) time.Duration { return 200 * time.Millisecond << n }

// wait holds a call until the bot may send and the limits allow it.
func (s *Sender) wait(ctx context.Context, c Call) error {
	for {
		s.mu.Lock()
		left := time.Until(s.frozen)
		s.mu.Unlock()
		if left <= 0 {
			break
		}
		if err := sleep(ctx, left); err != nil {
			return err
		}
	}
	if c.Kind != Send && c.Kind != Edit {
		return nil
	}
	if c.Kind == Send {
		if err := s.limit(c.Chat).Wait(ctx); err != nil {
			return err
		}
	}
	if c.Slow {
		if err := s.slow.Wait(ctx); err != nil {
			return err
		}
	}
	return s.overall.Wait(ctx)
}

// freeze stops everything for as long as Telegram says.
func (s *Sender) freeze(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until := time.Now().Add(d); until.After(s.frozen) {
		s.frozen = until
		s.Log.Warn("telegram asks to slow down", "seconds", int(d.Seconds()))
	}
}

// Frozen returns until when Telegram asked for silence; polling obeys it too.
func (s *Sender) Frozen() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frozen
}

func (s *Sender) limit(id int64) *rate.Limiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chats[id].limit
}

// dropAfter is after how many calls the chats that rest are forgotten.
const dropAfter = 1000

func (s *Sender) enter(id int64) *chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.idle++; s.idle > dropAfter {
		s.idle = 0
		for other, c := range s.chats {
			if c.waiting == 0 && c.limit.Tokens() >= float64(c.limit.Burst()) {
				delete(s.chats, other)
			}
		}
	}
	c := s.chats[id]
	if c == nil {
		c = &chat{limit: rate.NewLimiter(s.rates.Chat, s.rates.Burst)}
		if id < 0 {
			c.limit = rate.NewLimiter(s.rates.Group, 1)
		}
		s.chats[id] = c
	}
	c.waiting++
	return c
}

func (s *Sender) leave(_ int64, c *chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.waiting--
}
