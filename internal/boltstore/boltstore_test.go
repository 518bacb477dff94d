package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/boltstore"
	"zuji/internal/kv"
	"zuji/internal/kvtest"
	"zuji/internal/session"
	"zuji/internal/sessiontest"
)

// clock is a time that a test moves.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMilli(c.at.Load()) }
func (c *clock) pass(d time.Duration) { c.at.Add(d.Milliseconds()) }

func openKV(t *testing.T, path string) *boltkv.DB {
	t.Helper()
	db, err := boltkv.Open(path, boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func open(t *testing.T, c *clock, ttl time.Duration) (*boltstore.Store, kv.Store) {
	t.Helper()
	db := openKV(t, filepath.Join(t.TempDir(), "sessions.db"))
	return boltstore.New(db, boltstore.Options{TTL: ttl, Now: c.now}), db
}

func save(t *testing.T, s session.Store, chat, rev int64, data string) {
	t.Helper()
	if next, err := s.Save(t.Context(), chat, rev, []byte(data)); err != nil || next != rev+1 {
		t.Fatalf("Save gives %d, %v; want %d", next, err, rev+1)
	}
}

func wants(t *testing.T, s session.Store, chat, rev int64, data string) {
	t.Helper()
	st, err := s.Load(t.Context(), chat)
	if err != nil || st.Rev != rev || string(st.Data) != data {
		t.Errorf("Load gives %d %q, %v; want %d %q", st.Rev, st.Data, err, rev, data)
	}
}

func TestConformance(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Store {
		s, _ := open(t, newClock(), 0)
		return s
	})
}

func TestTimeToLive(t *testing.T) {
	const ttl = 30 * 24 * time.Hour
	c := newClock()
	sessiontest.RunTTL(t, ttl,
		func(t *testing.T) session.Store { s, _ := open(t, c, 0); return s }, // the default
		func(_ *testing.T, d time.Duration) { c.pass(d) })
}

func TestSessionsSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sessions.db")
	db := openKV(t, path)
	s := boltstore.New(db, boltstore.Options{})
	save(t, s, 1, 0, "a")
	save(t, s, 1, 1, "b")
	if err := errors.Join(s.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	s = boltstore.New(openKV(t, path), boltstore.Options{})
	wants(t, s, 1, 2, "b")
	save(t, s, 1, 2, "c")
}

func sweep(t *testing.T, s *boltstore.Store, want int) {
	t.Helper()
	if n, err := s.Sweep(t.Context()); n != want || err != nil {
		t.Errorf("Sweep gives %d, %v; want %d", n, err, want)
	}
}

// rows counts what lies in the store's tables.
func rows(t *testing.T, db kv.Store) (sessions, expiry int) {
	t.Helper()
	err := db.View(t.Context(), func(tx kv.Tx) error {
		sessions, expiry = 0, 0
		for range tx.Scan("sessions", nil, nil) {
			sessions++
		}
		for range tx.Scan("sessions_expiry", nil, nil) {
			expiry++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sessions, expiry
}

func TestSweepRemovesWhatHasExpiredAndNothingElse(t *testing.T) {
	c := newClock()
	s, db := open(t, c, time.Hour)
	const old = 120 // more than two transactions hold
	for chat := range int64(old) {
		save(t, s, chat, 0, "a")
	}
	sweep(t, s, 0)
	c.pass(time.Hour - time.Millisecond)
	save(t, s, 0, 1, "saved again")
	save(t, s, 1000, 0, "new")
	sweep(t, s, 0)
	c.pass(time.Millisecond)
	sweep(t, s, old-1)
	if sessions, expiry := rows(t, db); sessions != 2 || expiry != 2 {
		t.Errorf("%d sessions and %d entries are left, want 2 and 2", sessions, expiry)
	}
	wants(t, s, 0, 2, "saved again")
	wants(t, s, 1000, 1, "new")
	wants(t, s, 5, 0, "")
}

func TestASessionSavedOftenHasOneExpiryEntry(t *testing.T) {
	c := newClock()
	s, db := open(t, c, time.Hour)
	for rev := range int64(10) {
		save(t, s, 1, rev, fmt.Sprint(rev))
		c.pass(time.Minute)
	}
	c.pass(2 * time.Hour)
	save(t, s, 1, 0, "over the expired one")
	if sessions, expiry := rows(t, db); sessions != 1 || expiry != 1 {
		t.Errorf("%d sessions and %d entries, want 1 and 1", sessions, expiry)
	}
}

func TestSweepTakesAtMostFiftyInATransaction(t *testing.T) {
	c := newClock()
	faulty := kvtest.NewFaulty(openKV(t, filepath.Join(t.TempDir(), "sessions.db")))
	s := boltstore.New(faulty, boltstore.Options{TTL: time.Hour, Now: c.now})
	for chat := range int64(120) {
		save(t, s, chat, 0, "a")
	}
	c.pass(2 * time.Hour)
	_, before := faulty.Calls()
	sweep(t, s, 120)
	if _, after := faulty.Calls(); after-before != 3 {
		t.Errorf("removed 120 in %d transactions, want 3", after-before)
	}
}

// A session may be saved between the two transactions of a sweep.
func TestSweepSparesASessionSavedInBetween(t *testing.T) {
	c := newClock()
	s, db := open(t, c, time.Hour)
	save(t, s, 1, 0, "old")
	c.pass(2 * time.Hour)
	between := &onUpdate{Store: db, do: func() { save(t, s, 1, 0, "new") }}
	sweeper := boltstore.New(between, boltstore.Options{TTL: time.Hour, Now: c.now})
	sweep(t, sweeper, 0)
	wants(t, s, 1, 1, "new")
}

// onUpdate does something before the first Update.
type onUpdate struct {
	kv.Store
	do func()
}

func (o *onUpdate) Update(ctx context.Context, fn func(kv.Tx) error) error {
	if do := o.do; do != nil {
		o.do = nil
		do()
	}
	return o.Store.Update(ctx, fn)
}

func TestALostAnswerIsNoConflict(t *testing.T) {
	faulty := kvtest.NewFaulty(openKV(t, filepath.Join(t.TempDir(), "sessions.db")))
	s := boltstore.New(faulty, boltstore.Options{})
	lost := errors.New("answer lost")
	faulty.FailAfterCommit(lost)
	if _, err := s.Save(t.Context(), 1, 0, []byte("a")); !errors.Is(err, lost) {
		t.Fatalf("Save gives %v, want %v", err, lost)
	}
	save(t, s, 1, 0, "a")
	wants(t, s, 1, 1, "a")
}

func TestErrorsNameTheStepAndHoldNoData(t *testing.T) {
	faulty := kvtest.NewFaulty(openKV(t, filepath.Join(t.TempDir(), "sessions.db")))
	s := boltstore.New(faulty, boltstore.Options{})
	full := errors.New("disk full")
	const secret = "119999199001010012"
	faulty.FailNext(1, full)
	_, err := s.Save(t.Context(), 1, 0, []byte(secret))
	check := func(step string, err error) {
		t.Helper()
		if !errors.Is(err, full) || !strings.HasPrefix(err.Error(), step) || strings.Contains(err.Error(), secret) {
			t.Errorf("error is %v", err)
		}
	}
	check("save session: ", err)
	faulty.FailNextView(1, full)
	_, err = s.Load(t.Context(), 1)
	check("load session: ", err)
	faulty.FailNextView(1, full)
	_, err = s.Sweep(t.Context())
	check("find expired sessions: ", err)
}

func TestADamagedRowIsAnErrorUntilItExpires(t *testing.T) {
	c := newClock()
	s, db := open(t, c, time.Hour)
	save(t, s, 1, 0, "a")
	err := db.Update(t.Context(), func(tx kv.Tx) error {
		return tx.Put("sessions", []byte{0, 0, 0, 0, 0, 0, 0, 1}, []byte("short"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), 1); err == nil {
		t.Error("Load gives no error")
	}
	if _, err := s.Save(t.Context(), 1, 1, []byte("b")); err == nil || errors.Is(err, session.ErrConflict) {
		t.Errorf("Save gives %v", err)
	}
	c.pass(time.Hour)
	sweep(t, s, 1)
	save(t, s, 1, 0, "again")
}
