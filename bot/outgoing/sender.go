// Package outgoing is how anything leaves for Telegram: in order, within its
// limits, and with a clear word on what became of it.
package outgoing

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Kind is a kind of call; it decides what a call costs and whether it may be
// repeated.
type Kind int

// The kinds.
const (
	Send   Kind = iota // a new message: repeated at most once when in doubt
	Edit               // repeating changes nothing, as with those below
	Delete             // of a message; Telegram does not limit it
	Answer             // to a callback: waits for no message, since the person's button does
	Action             // "is typing": worth nothing later, so it never waits and is made once
	Other              // settings and questions
)

// Kinds are the names of the kinds, by kind.
var Kinds = [...]string{Send: "send", Edit: "edit", Delete: "delete", Answer: "answer", Action: "action", Other: "other"}

// String names the kind in lower case.
func (k Kind) String() string { return Kinds[k] }

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
	Overall rate.Limit // messages and edits a second
	Chat    rate.Limit // messages a second in a private chat, with bursts of Burst
	Burst   int
	Group   rate.Limit // messages and edits a second in a group
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

	// Observe is told of every call that was made and how long it took; of Action
	// none. Nil means that nobody is told.
	Observe func(k Kind, out Outcome, took time.Duration)

	gate  *gate
	chats *chats

	mu    sync.Mutex
	moved map[int64]int64
}

// NewSender returns a Sender with the given rates.
func NewSender(r Rates, log *slog.Logger) *Sender {
	r = r.withDefaults()
	return &Sender{Log: log, gate: newGate(r.Overall), chats: newChats(r), moved: map[int64]int64{}}
}

// How long a call that fails is repeated, silence that Telegram asked for not
// counted. A callback is dead after some 15 seconds.
const (
	patience       = 30 * time.Second
	answerPatience = 10 * time.Second
)

// Pauses between tries.
const (
	firstPause   = 200 * time.Millisecond
	longestPause = 5 * time.Second
)

func backoff(n int) time.Duration {
	d := min(firstPause<<min(n, 10), longestPause)
	return d/2 + rand.N(d/2)
}

// Do makes a call in its chat's order when the limits allow, waits as Telegram
// says, and repeats what may be repeated. It returns nil for what took effect or
// had nothing to do, and otherwise the last error, which quotes no message;
// ErrUnreachable is wrapped for a person who can't be written to. A slow call
// gets its place in the chat's order when its turn among all chats has come.
func (s *Sender) Do(ctx context.Context, c Call) error {
	if c.Kind == Action {
		if time.Until(s.Frozen()) > 0 {
			return nil
		}
		return safe(c.Run(ctx))
	}
	if c.Slow {
		if err := s.gate.pass(ctx, true); err != nil {
			return err
		}
	}
	var limit *rate.Limiter
	if c.Kind != Answer && c.Kind != Other {
		in, leave, err := s.chats.enter(ctx, s.Current(c.Chat))
		if err != nil {
			return err
		}
		defer leave()
		limit = in.limit
	}
	return safe(s.attempts(ctx, c, limit))
}

// attempts makes a call until it is clear what became of it.
func (s *Sender) attempts(ctx context.Context, c Call, limit *rate.Limiter) error {
	until := time.Now().Add(patience)
	if c.Kind == Answer {
		until = time.Now().Add(answerPatience)
	}
	doubts, moves := 0, 0
	for n := 0; ; n++ {
		if err := s.ready(ctx, c, limit, c.Slow && n == 0); err != nil {
			return err
		}
		began := time.Now()
		err := c.Run(ctx)
		out := Classify(err)
		s.observe(c.Kind, out, began)
		s.note(ctx, c.Chat, out)
		switch out.Verdict {
		case OK, Benign:
			return nil
		case Blocked:
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		case Refused:
			return err
		case Wait:
			until = until.Add(out.After)
			continue
		case Migrated:
			if moves++; moves > 1 {
				return err
			}
			continue
		case Ambiguous:
			if doubts++; c.Kind == Send && doubts == 2 {
				return err
			}
		}
		if time.Now().After(until) {
			return err
		}
		if stopped := sleep(ctx, backoff(n)); stopped != nil {
			return fmt.Errorf("%w: %w", stopped, err)
		}
	}
}

// ready waits until the limits allow a call. paid says that it has had its turn
// among all chats.
func (s *Sender) ready(ctx context.Context, c Call, limit *rate.Limiter, paid bool) error {
	if c.Kind != Send && c.Kind != Edit {
		return s.gate.thaw(ctx)
	}
	if c.Kind == Send || c.Chat < 0 {
		if err := limit.Wait(ctx); err != nil {
			return err
		}
	}
	if paid {
		return s.gate.thaw(ctx)
	}
	return s.gate.pass(ctx, c.Slow)
}

func (s *Sender) observe(k Kind, out Outcome, began time.Time) {
	if s.Observe != nil {
		s.Observe(k, out, time.Since(began))
	}
}

// note acts on what an outcome says of the bot or the chat.
func (s *Sender) note(ctx context.Context, chat int64, out Outcome) {
	switch out.Verdict {
	case Wait:
		s.Freeze(out.After)
	case Blocked:
		if s.Unreachable != nil {
			s.Unreachable(ctx, chat)
		}
	case Migrated:
		s.mu.Lock()
		s.moved[chat] = out.To
		s.mu.Unlock()
		if s.Moved != nil {
			s.Moved(ctx, chat, out.To)
		}
	}
}

// Current returns the id that a chat has now: a group that became a supergroup
// has a new one. What runs a Call to a group asks for it each time.
func (s *Sender) Current(chat int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if to, ok := s.moved[chat]; ok {
		return to
	}
	return chat
}

// Freeze stops all calls for d, as Telegram asked for.
func (s *Sender) Freeze(d time.Duration) {
	if s.gate.freeze(d) {
		s.Log.Warn("telegram asks for silence", "seconds", int(d.Seconds()))
	}
}

// Frozen returns until when Telegram asked for silence; polling obeys it too.
func (s *Sender) Frozen() time.Time { return s.gate.frozenUntil() }
