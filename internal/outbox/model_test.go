package outbox_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"zuji/internal/outbox"
)

// TestAnything_NoRowIsStuckLostOrOutOfOrder plays random histories and then lets
// everything through: each row must have ended, and of each person the rows must
// have ended in the order of their due times.
func TestAnything_NoRowIsStuckLostOrOutOfOrder(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := &history{box: newBox(t), rng: rand.New(rand.NewPCG(seed, 1)), dues: map[string]time.Duration{}, people: map[string]int64{}}
			for range 150 {
				h.step()
			}
			h.finish()
		})
	}
}

type history struct {
	*box
	rng    *rand.Rand
	n      int
	busy   []string
	dues   map[string]time.Duration
	people map[string]int64
}

func (h *history) step() {
	switch h.rng.IntN(10) {
	case 0, 1, 2:
		h.n++
		key, person := fmt.Sprint("r", h.n), int64(1+h.rng.IntN(4))
		d := h.now.Sub(start) + time.Duration(h.rng.IntN(5))*time.Second
		r := at(row(key, person), d)
		r.Urgent = h.rng.IntN(3) == 0
		h.put(r)
		h.dues[key], h.people[key] = d, person
	case 3, 4, 5:
		h.take(1 + h.rng.IntN(3))
	case 6, 7:
		h.settleOne()
	case 8:
		h.now = h.now.Add(time.Duration(h.rng.IntN(3000)) * time.Millisecond)
	case 9:
		reachable(h.box, int64(1+h.rng.IntN(4)))
	}
}

func (h *history) take(limit int) int {
	keys := h.claim(limit)
	for _, key := range keys {
		for _, other := range h.busy {
			if h.people[other] == h.people[key] {
				h.t.Fatalf("%s is claimed while %s is under way", key, other)
			}
		}
		h.checkFirst(key)
		h.busy = append(h.busy, key)
	}
	return len(keys)
}

// checkFirst checks that no row of the person waits that was due before.
func (h *history) checkFirst(key string) {
	pending, err := h.List(h.t.Context(), outbox.Pending, 1000)
	h.must(err)
	for _, r := range pending {
		if r.To == h.people[key] && h.dues[r.Key] < h.dues[key] {
			h.t.Fatalf("%s overtakes %s", key, r.Key)
		}
	}
}

func (h *history) settleOne() {
	if len(h.busy) == 0 {
		return
	}
	i := h.rng.IntN(len(h.busy))
	key := h.busy[i]
	h.busy = append(h.busy[:i], h.busy[i+1:]...)
	ctx, later := h.t.Context(), h.now.Add(time.Duration(h.rng.IntN(3))*time.Second)
	switch h.rng.IntN(6) {
	case 0, 1:
		h.must(h.Sent(ctx, key, 1))
	case 2:
		h.must(h.Retry(ctx, key, later, "x"))
	case 3:
		h.must(h.Unconfirmed(ctx, key, later, "x"))
	case 4:
		h.must(h.Park(ctx, key, "x"))
	case 5:
		h.must(h.Dead(ctx, key, "x"))
	}
}

// finish lets everything through and counts.
func (h *history) finish() {
	h.now = h.now.Add(time.Hour)
	for p := range int64(4) {
		reachable(h.box, p+1)
	}
	for _, key := range h.busy {
		h.must(h.Sent(h.t.Context(), key, 1))
	}
	h.busy = nil
	for h.take(10) > 0 {
		for _, key := range h.busy {
			h.must(h.Sent(h.t.Context(), key, 1))
		}
		h.busy = nil
	}
	over := 0
	for _, s := range []outbox.State{outbox.Sent, outbox.Unconfirmed, outbox.Dead} {
		all, err := h.List(h.t.Context(), s, 1000)
		h.must(err)
		over += len(all)
	}
	c, err := h.Counts(h.t.Context())
	if h.must(err); over != h.n || c.Waiting != 0 || c.Sending != 0 || c.Held != 0 {
		h.t.Errorf("%d of %d rows ended; %+v", over, h.n, c)
	}
}
