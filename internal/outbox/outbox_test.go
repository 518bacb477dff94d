package outbox_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/outbox"
)

const (
	ann = int64(1001)
	bob = int64(1002)
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// box is an outbox with a clock that is moved by hand.
type box struct {
	*outbox.Box
	t   *testing.T
	now time.Time
}

func newBox(t *testing.T) *box {
	t.Helper()
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "records.db"), boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := &box{t: t, now: start}
	b.Box = &outbox.Box{Store: db, Now: func() time.Time { return b.now }}
	return b
}

func (b *box) put(rows ...outbox.Row) {
	b.t.Helper()
	b.must(b.Store.Update(b.t.Context(), func(tx kv.Tx) error {
		for _, r := range rows {
			if err := outbox.Put(tx, r); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (b *box) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// claim claims until nothing more is due.
func (b *box) claim(limit int) (keys []string) {
	b.t.Helper()
	for len(keys) < limit {
		at, _, err := b.Next(b.t.Context(), b.now)
		b.must(err)
		if at.IsZero() || at.After(b.now) {
			break
		}
		rows, err := b.Claim(b.t.Context(), b.now, limit-len(keys))
		b.must(err)
		for _, r := range rows {
			if r.State != outbox.Sending || r.Tries < 1 {
				b.t.Errorf("claimed row %s is %s with %d tries", r.Key, r.State, r.Tries)
			}
			keys = append(keys, r.Key)
		}
	}
	return keys
}

func (b *box) row(s outbox.State, key string) outbox.Row {
	b.t.Helper()
	all, err := b.List(b.t.Context(), s, 100)
	b.must(err)
	for _, r := range all {
		if r.Key == key {
			return r
		}
	}
	b.t.Fatalf("row %s is not %s", key, s)
	return outbox.Row{}
}

func (b *box) want(got []string, want ...string) {
	b.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Fatalf("claimed %v, want %v", got, want)
	}
}

func row(key string, to int64) outbox.Row {
	return outbox.Row{Key: key, To: to, Kind: "notice", Payload: json.RawMessage(`{"n":1}`), NextAt: start, Created: start}
}

func at(r outbox.Row, d time.Duration) outbox.Row { r.NextAt = start.Add(d); return r }

func urgent(r outbox.Row) outbox.Row { r.Urgent = true; return r }

func TestPut_SameKeyChangesNothing(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann), row("a", bob))
	b.want(b.claim(9), "a")
	b.put(row("a", ann))
	b.must(b.Sent(t.Context(), "a", 7))
	b.put(row("a", ann))
	b.want(b.claim(9))
	sent := b.row(outbox.Sent, "a")
	if sent.To != ann || sent.MessageID != 7 || sent.Payload != nil {
		t.Errorf("sent row = %+v", sent)
	}
}

func TestPut_RefusesRowWithoutKey(t *testing.T) {
	b := newBox(t)
	err := b.Store.Update(t.Context(), func(tx kv.Tx) error { return outbox.Put(tx, row("", ann)) })
	if err == nil {
		t.Error("no error")
	}
}

func TestPut_ZeroTimeMeansNow(t *testing.T) {
	b := newBox(t)
	r := row("a", ann)
	r.NextAt = time.Time{}
	b.put(r)
	b.want(b.claim(9), "a")
}

func TestPut_IgnoresStateOfCaller(t *testing.T) {
	b := newBox(t)
	r := row("a", ann)
	r.State, r.Tries = outbox.Sent, 2
	b.put(r)
	b.want(b.claim(9), "a")
}

func TestClaim_KeepsOrderOfAPerson(t *testing.T) {
	b := newBox(t)
	b.put(row("c", ann), row("a", ann), row("b", ann), row("x", bob))
	b.want(b.claim(9), "c", "x")
	b.want(b.claim(9)) // a waits for c
	b.must(b.Retry(t.Context(), "c", b.now.Add(time.Minute), "wait"))
	b.want(b.claim(9)) // still
	b.now = b.now.Add(2 * time.Minute)
	b.want(b.claim(9), "c")
	b.must(b.Sent(t.Context(), "c", 1))
	b.want(b.claim(9), "a")
	b.must(b.Dead(t.Context(), "a", "refused"))
	b.want(b.claim(9), "b")
}

func TestClaim_LaterDueDoesNotHoldUpEarlierDue(t *testing.T) {
	b := newBox(t)
	b.put(at(row("tomorrow", ann), 24*time.Hour))
	b.put(row("now", ann))
	b.want(b.claim(9), "now")
	b.must(b.Sent(t.Context(), "now", 1))
	b.want(b.claim(9))
	b.now = b.now.Add(24 * time.Hour)
	b.want(b.claim(9), "tomorrow")
}

func TestClaim_UrgentFirstAndBringsUpItsPerson(t *testing.T) {
	b := newBox(t)
	for i := range 30 {
		b.put(row(fmt.Sprintf("bulk%02d", i), int64(2000+i)))
	}
	b.put(row("z-earlier", ann), urgent(row("z-urgent", ann)))
	b.want(b.claim(1), "z-earlier")
	b.must(b.Sent(t.Context(), "z-earlier", 1))
	b.want(b.claim(1), "z-urgent")
	if got := b.claim(99); len(got) != 30 {
		t.Errorf("%d others claimed, want 30", len(got))
	}
}

func TestNext_TellsWhenAndWhetherUrgent(t *testing.T) {
	b := newBox(t)
	next := func() (time.Time, bool) {
		at, u, err := b.Next(t.Context(), b.now)
		b.must(err)
		return at, u
	}
	if at, u := next(); !at.IsZero() || u {
		t.Errorf("empty: %v %v", at, u)
	}
	b.put(at(urgent(row("u", ann)), time.Hour), at(row("a", bob), 2*time.Hour))
	if at, u := next(); !at.Equal(start.Add(time.Hour)) || u {
		t.Errorf("urgent one later: %v %v", at, u)
	}
	b.now = b.now.Add(time.Hour)
	if _, u := next(); !u {
		t.Error("urgent one due: not urgent")
	}
}

func TestUnconfirmed_AtMostTwoTries(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann), row("b", ann))
	for i := 1; i <= 2; i++ {
		b.want(b.claim(1), "a")
		if got := b.row(outbox.Sending, "a").Tries; got != i {
			t.Errorf("tries = %d, want %d", got, i)
		}
		b.must(b.Unconfirmed(t.Context(), "a", b.now, "no answer"))
	}
	if got := b.row(outbox.Unconfirmed, "a"); got.Why != "no answer" || got.Payload == nil {
		t.Errorf("unconfirmed row = %+v", got)
	}
	b.want(b.claim(9), "b")
}

func TestRetry_GivesTheTryBack(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann))
	for range 5 {
		b.want(b.claim(1), "a")
		b.must(b.Retry(t.Context(), "a", b.now, "refused for now"))
	}
	if got := b.row(outbox.Pending, "a").Tries; got != 0 {
		t.Errorf("tries = %d, want 0", got)
	}
}

func TestSettle_OnlyOnce(t *testing.T) {
	b := newBox(t)
	b.put(row("a", ann))
	b.claim(1)
	b.must(b.Sent(t.Context(), "a", 1))
	b.must(b.Retry(t.Context(), "a", b.now, "late word"))
	b.must(b.Sent(t.Context(), "unknown", 1))
	b.row(outbox.Sent, "a")
}
