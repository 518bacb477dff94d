package outbox_test

import (
	"fmt"
	"testing"

	"zuji/internal/kv"
	"zuji/internal/outbox"
)

// What waits for one person is forgotten, some at a time; others keep theirs, what
// is under way ends as it ends, and a new row leaves as ever.
func TestForget(t *testing.T) {
	b := newBox(t)
	for i := range 5 {
		b.put(outbox.Row{Key: fmt.Sprintf("a%d", i), To: ann, NextAt: start, Created: start}, outbox.Row{Key: fmt.Sprintf("b%d", i), To: bob, NextAt: start, Created: start})
	}
	under, err := b.Claim(t.Context(), start, 1)
	b.must(err)
	for range 3 {
		b.must(b.Store.Update(t.Context(), func(tx kv.Tx) error { return outbox.Forget(tx, under[0].To, 2) }))
	}
	other := ann + bob - under[0].To
	left := map[int64]int{}
	for _, s := range []outbox.State{outbox.Pending, outbox.Sending} {
		all, err := b.List(t.Context(), s, 100)
		b.must(err)
		for _, r := range all {
			left[r.To]++
		}
	}
	if left[under[0].To] != 1 || left[other] != 5 {
		t.Errorf("left are %v, want the one under way and five", left)
	}
	b.must(b.Sent(t.Context(), under[0].Key, 7))
	b.put(outbox.Row{Key: "new", To: under[0].To, NextAt: start, Created: start})
	again, err := b.Claim(t.Context(), start, 10)
	b.must(err)
	if len(again) != 2 {
		t.Errorf("%d rows leave, want one of each", len(again))
	}
}
