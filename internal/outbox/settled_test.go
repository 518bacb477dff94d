package outbox_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/outbox"
)

// Each attempt is told once, with the state it left the row in; what was settled
// before is not told again.
func TestSettled_TellsWhatAnAttemptEndedAs(t *testing.T) {
	b := newBox(t)
	var told []outbox.State
	b.Settled = func(s outbox.State) { told = append(told, s) }
	attempt := func(key string, settle func() error) {
		t.Helper()
		rows, err := b.Claim(t.Context(), b.now, 1)
		b.must(err)
		if len(rows) != 1 || rows[0].Key != key {
			t.Fatalf("claimed %v, want %s", rows, key)
		}
		b.must(settle())
	}
	b.put(outbox.Row{Key: "sent", To: ann, NextAt: start})
	attempt("sent", func() error { return b.Sent(t.Context(), "sent", 7) })
	b.must(b.Sent(t.Context(), "sent", 7))
	b.put(outbox.Row{Key: "dead", To: ann, NextAt: start})
	attempt("dead", func() error { return b.Dead(t.Context(), "dead", "refused") })
	b.put(outbox.Row{Key: "doubt", To: ann, NextAt: start})
	attempt("doubt", func() error { return b.Unconfirmed(t.Context(), "doubt", b.now, "no answer") })
	attempt("doubt", func() error { return b.Unconfirmed(t.Context(), "doubt", b.now, "no answer") })
	b.put(outbox.Row{Key: "again", To: bob, NextAt: start})
	attempt("again", func() error { return b.Retry(t.Context(), "again", b.now.Add(time.Hour), "silence") })
	want := []outbox.State{outbox.Sent, outbox.Dead, outbox.Pending, outbox.Unconfirmed, outbox.Pending}
	if !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

// What a log calls a row says nothing of the person in its key.
func TestRef_TellsRowsApartAndNobody(t *testing.T) {
	a, b := outbox.Row{Key: "accepted/t1/0/1001"}, outbox.Row{Key: "accepted/t1/0/1002"}
	if a.Ref() == b.Ref() || len(a.Ref()) != 8 || strings.Contains(a.Ref(), "1001") {
		t.Errorf("refs are %s and %s", a.Ref(), b.Ref())
	}
}
