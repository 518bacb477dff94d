package standin

import (
	"math"
	"time"
)

// withDefaults fills in Telegram's rates: about 30 messages a second in all,
// one a second in a chat with short bursts, 20 a minute in a group
// (core.telegram.org/bots/faq, "My bot is hitting limits").
func (l Limits) withDefaults() Limits {
	if l.Overall == 0 {
		l.Overall = 30
	}
	if l.PerChat == 0 {
		l.PerChat = 1
	}
	if l.ChatBurst == 0 {
		l.ChatBurst = 5
	}
	if l.GroupPerMinute == 0 {
		l.GroupPerMinute = 20
	}
	return l
}

// limiter is the flood control. Each send costs one of the overall bucket (one
// second's worth deep) and one of its chat's bucket: ChatBurst deep in a
// private chat, a minute's worth in a group. Edits cost the overall bucket,
// and in a group the group's bucket too. Nothing else is counted. Once a
// bucket has refused, its scope (that chat, or the whole bot) stays closed
// until the retry_after it named has passed, whatever has flowed in since.
// Telegram publishes none of this; the real server is no milder.
type limiter struct {
	Limits
	all   bucket
	chats map[int64]*bucket
}

type bucket struct {
	left   float64
	last   time.Time
	closed time.Time // refuse until then
}

func newLimiter(l Limits) limiter {
	return limiter{Limits: l, chats: map[int64]*bucket{}}
}

// spend takes one message from both buckets, or returns a 429 and takes none.
func (l *limiter) spend(c *chat, now time.Time, edit bool) *apiError {
	all := refill(&l.all, now, l.Overall, math.Max(l.Overall, 1))
	rate, depth := l.PerChat, float64(l.ChatBurst)
	if c.Kind != kindPrivate {
		rate, depth = l.GroupPerMinute/60, math.Max(l.GroupPerMinute, 1)
	} else if edit {
		rate = -1
	}
	b := l.chats[c.ID]
	if b == nil {
		b = &bucket{}
		l.chats[c.ID] = b
	}
	one := refill(b, now, rate, depth)
	for _, wait := range []int{all, one} {
		if wait > 0 {
			return tooMany(wait)
		}
	}
	l.all.left--
	b.left--
	return nil
}

// refill lets time flow into b and returns the seconds to wait, 0 for none.
func refill(b *bucket, now time.Time, rate, depth float64) int {
	if rate < 0 {
		b.left = depth
		return 0
	}
	if b.last.IsZero() {
		b.left = depth
	} else {
		b.left = math.Min(depth, b.left+rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if now.Before(b.closed) {
		return int(math.Ceil(b.closed.Sub(now).Seconds()))
	}
	if b.left >= 1 {
		return 0
	}
	wait := max(1, int(math.Ceil((1-b.left)/rate)))
	b.closed = now.Add(time.Duration(wait) * time.Second)
	return wait
}
