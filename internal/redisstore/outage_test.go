package redisstore_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"zuji/internal/redisstore"
	"zuji/internal/redistest"
	"zuji/internal/session"
)

// limit is what a stalled Redis may cost one update.
const limit = 250 * time.Millisecond

// cost measures calls that must fail as unavailable, and returns the quickest:
// a busy machine can only add to it.
func cost(t *testing.T, times int, call func() error) time.Duration {
	t.Helper()
	var took []time.Duration
	for range times {
		begin := time.Now()
		err := call()
		took = append(took, time.Since(begin))
		if !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("gives %v, want ErrUnavailable", err)
		}
	}
	return slices.Min(took)
}

func load(t *testing.T, s session.Store) func() error {
	return func() error { _, err := s.Load(t.Context(), 1); return err }
}

func saving(t *testing.T, s session.Store, rev int64) func() error {
	return func() error { _, err := s.Save(t.Context(), 1, rev, []byte("x")); return err }
}

// recovers calls until Redis serves again, and fails after a while.
func recovers(t *testing.T, s session.Store, within time.Duration) {
	t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(10 * time.Millisecond) {
		_, err := s.Load(t.Context(), 1)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not back within %v: %v", within, err)
		}
	}
}

func TestStalledRedisCostsLessThanAQuarterOfASecond(t *testing.T) {
	r := redistest.Start(t)
	for _, c := range []struct {
		name      string
		connected bool
		call      func(session.Store) func() error
	}{
		{"Load", true, func(s session.Store) func() error { return load(t, s) }},
		{"Save", true, func(s session.Store) func() error { return saving(t, s, 0) }},
		{"Load without a connection", false, func(s session.Store) func() error { return load(t, s) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stores []*redisstore.Store
			for range 3 {
				s := open(t, r.URL(), redisstore.Options{})
				if c.connected {
					recovers(t, s, patient)
				}
				stores = append(stores, s)
			}
			r.Stall()
			defer r.Resume()
			var took []time.Duration
			for _, s := range stores {
				took = append(took, cost(t, 2, c.call(s))) // two: the breaker stays closed
			}
			t.Log(took)
			if best := slices.Min(took); best > limit || best < limit/2 {
				t.Errorf("took %v, want about 200 ms and less than %v", best, limit)
			}
		})
	}
	recovers(t, open(t, r.URL(), redisstore.Options{}), patient)
}

func TestBreakerFailsFastWhileRedisIsStalledAndClosesByItself(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{})
	save(t, s, 1, 0, "a")
	r.Stall()
	cost(t, 3, load(t, s))
	if took := cost(t, 20, load(t, s)); took > 5*time.Millisecond {
		t.Errorf("with the breaker open Load took %v", took)
	}
	if took := cost(t, 20, saving(t, s, 1)); took > 5*time.Millisecond {
		t.Errorf("with the breaker open Save took %v", took)
	}
	r.Resume()
	recovers(t, s, 5*time.Second)
	wants(t, s, 1, 1, "a")
	save(t, s, 1, 1, "b")
}

func TestRefusedConnectionIsQuickAndComesBack(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{})
	save(t, s, 1, 0, "a")
	r.Stop()
	took := cost(t, 2, load(t, s))
	t.Logf("refused: %v", took)
	if took > 100*time.Millisecond {
		t.Errorf("a refused connection took %v", took)
	}
	cost(t, 3, load(t, s))
	r.Restart()
	recovers(t, s, 5*time.Second)
}

func TestRedisMayComeUpAfterZuji(t *testing.T) {
	r := redistest.Start(t)
	r.Stop()
	s := open(t, r.URL(), redisstore.Options{})
	if _, err := s.Check(t.Context()); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Check gives %v", err)
	}
	cost(t, 5, load(t, s))
	r.Restart()
	recovers(t, s, 5*time.Second)
}

func TestCallersDeadlineIsHonoured(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{Timeout: 10 * time.Second})
	save(t, s, 1, 0, "a")
	r.Stall()
	defer r.Resume()
	for name, call := range map[string]func(context.Context) error{
		"Load": func(ctx context.Context) error { _, err := s.Load(ctx, 1); return err },
		"Save": func(ctx context.Context) error { _, err := s.Save(ctx, 1, 1, []byte("b")); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		begin := time.Now()
		err := call(ctx)
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

func TestCallersThatGiveUpDoNotOpenTheBreaker(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{Timeout: 50 * time.Millisecond})
	save(t, s, 1, 0, "a")
	r.Stall()
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Millisecond, cancel)
		if _, err := s.Load(ctx, 1); !errors.Is(err, context.Canceled) || errors.Is(err, session.ErrUnavailable) {
			t.Errorf("Load gives %v", err)
		}
	}
	if took := cost(t, 1, load(t, s)); took < 25*time.Millisecond {
		t.Errorf("Load failed after %v: the breaker is open", took)
	}
	r.Resume()
	recovers(t, s, 5*time.Second)
}

// A stalled server applies what lies in its socket when it goes on: the Save
// timed out and happened nevertheless.
func TestASaveThatTimedOutButWasAppliedIsNoConflictWhenRepeated(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{})
	save(t, s, 1, 0, "a")
	r.Stall()
	if _, err := s.Save(t.Context(), 1, 1, []byte("b")); !errors.Is(err, session.ErrUnavailable) {
		t.Fatalf("Save gives %v", err)
	}
	r.Resume()
	other := open(t, r.URL(), redisstore.Options{Timeout: patient})
	for deadline := time.Now().Add(patient); ; time.Sleep(time.Millisecond) {
		st, err := other.Load(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if st.Rev == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the save that timed out was never applied: the test shows nothing")
		}
	}
	save(t, other, 1, 1, "b")
	wants(t, other, 1, 2, "b")
}
