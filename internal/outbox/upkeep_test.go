package outbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"zuji/internal/kv"
	"zuji/internal/outbox"
)

func TestPark_HoldsAPersonUntilReachable(t *testing.T) {
	b := newBox(t)
	for i := range 50 {
		b.put(row(fmt.Sprintf("a%02d", i), ann))
	}
	b.want(b.claim(1), "a00")
	b.must(b.Park(t.Context(), "a00", "blocked"))
	b.put(row("b", ann), at(row("earlier", ann), -time.Hour), row("x", bob))
	b.want(b.claim(9), "x")
	if c, err := b.Counts(t.Context()); err != nil || c.Held != 1 || c.Waiting != 53 || c.Sending != 1 {
		t.Errorf("counts = %+v, %v", c, err)
	}
	reachable(b, ann)
	want := append([]string{"earlier"}, func() (s []string) {
		for i := range 50 {
			s = append(s, fmt.Sprintf("a%02d", i))
		}
		return append(s, "b")
	}()...)
	for _, key := range want {
		b.want(b.claim(9), key)
		b.must(b.Sent(t.Context(), key, 1))
	}
}

func reachable(b *box, person int64) {
	b.t.Helper()
	b.must(b.Store.Update(b.t.Context(), func(tx kv.Tx) error { return outbox.Reachable(tx, person, b.now) }))
}

func TestPark_PersonWhoCameBackMeanwhileIsNotHeld(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann))
	b.claim(1)
	reachable(b, ann)
	b.must(b.Park(t.Context(), "a", "blocked"))
	b.want(b.claim(1), "a")
	b.must(b.Park(t.Context(), "a", "blocked")) // blocked again
	b.want(b.claim(1))
}

func TestReachable_ChangesNothingForOthers(t *testing.T) {
	b := newBox(t)
	b.put(at(row("a", ann), time.Hour))
	reachable(b, ann)
	reachable(b, bob)
	b.want(b.claim(9))
	b.now = b.now.Add(time.Hour)
	b.want(b.claim(9), "a")
}

func TestRecover_CountsInterruptedAttemptsAsDoubt(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann), row("b", bob))
	b.claim(9)
	for _, want := range []int{2, 2} {
		n, err := b.Recover(t.Context())
		if b.must(err); n != want {
			t.Errorf("recovered %d, want %d", n, want)
		}
		b.claim(9)
	}
	b.row(outbox.Unconfirmed, "a")
	b.row(outbox.Unconfirmed, "b")
}

func TestReturn_PutsBackWhatNobodyHas(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann), row("b", bob))
	b.claim(9)
	b.must(b.Return(t.Context(), func(key string) bool { return key == "b" }))
	b.want(b.claim(9), "a")
	if got := b.row(outbox.Sending, "a").Tries; got != 1 {
		t.Errorf("tries = %d, want 1", got)
	}
}

func TestMove_TakesAllRowsInOrder(t *testing.T) {
	const group, super = int64(-500), int64(-1000000000500)
	b := newBox(t)
	for i := range 45 {
		b.put(row(fmt.Sprintf("a%02d", i), group))
	}
	b.want(b.claim(9), "a00")
	b.must(b.Move(t.Context(), group, super))
	b.must(b.Retry(t.Context(), "a00", b.now, "new id"))
	for i := range 45 {
		key := fmt.Sprintf("a%02d", i)
		b.want(b.claim(9), key)
		if got := b.row(outbox.Sending, key).To; got != super {
			t.Fatalf("%s goes to %d", key, got)
		}
		b.must(b.Sent(t.Context(), key, 1))
	}
}

func TestPrune_ForgetsOldKeysOnly(t *testing.T) {
	b := newBox(t)
	end := func(from, n int) {
		for i := range n {
			key := fmt.Sprintf("a%03d", from+i)
			b.put(row(key, int64(from+i)))
			b.claim(1)
			if i%2 == 0 {
				b.must(b.Sent(t.Context(), key, 1))
			} else {
				b.must(b.Dead(t.Context(), key, "refused"))
			}
		}
	}
	end(0, 50)
	b.now = b.now.Add(20 * 24 * time.Hour)
	end(50, 5)
	b.now = b.now.Add(11 * 24 * time.Hour)
	if n, err := b.Prune(t.Context()); n != 50 || err != nil {
		t.Errorf("pruned %d, %v; want 50", n, err)
	}
	if c, err := b.Counts(t.Context()); err != nil || c.Dead != 2 {
		t.Errorf("counts = %+v, %v", c, err)
	}
	b.put(row("a000", ann), row("a050", ann))
	b.want(b.claim(9), "a000")
}

func TestList_LatestEndFirst(t *testing.T) {
	b := newBox(t)
	for i := range 5 {
		b.put(row(fmt.Sprint(i), int64(i+1)))
		b.claim(1)
		b.must(b.Dead(t.Context(), fmt.Sprint(i), "refused"))
		b.now = b.now.Add(time.Second)
	}
	all, err := b.List(t.Context(), outbox.Dead, 3)
	if b.must(err); len(all) != 3 || all[0].Key != "4" || all[2].Key != "2" {
		t.Errorf("list = %+v", all)
	}
}

func TestClaim_UnreadableRowStopsNobody(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann), row("b", ann), row("x", bob))
	b.must(b.Store.Update(t.Context(), func(tx kv.Tx) error { return tx.Put("outbox", []byte("a"), []byte("?")) }))
	b.want(b.claim(9), "b", "x")
}

func TestStoreErrorsAreReturned(t *testing.T) {
	b := newBox(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"claim":   func() error { _, err := b.Claim(ctx, b.now, 1); return err },
		"next":    func() error { _, _, err := b.Next(ctx, b.now); return err },
		"recover": func() error { _, err := b.Recover(ctx); return err },
		"prune":   func() error { _, err := b.Prune(ctx); return err },
		"move":    func() error { return b.Move(ctx, 1, 2) },
		"counts":  func() error { _, err := b.Counts(ctx); return err },
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
