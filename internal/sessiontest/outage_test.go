package sessiontest_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/boltstore"
	"zuji/internal/session"
	"zuji/internal/sessiontest"
)

// memory is a store in memory. Its lock is a channel, which synctest sees.
type memory struct {
	lock  chan struct{}
	state map[int64]session.State
}

func newMemory() *memory {
	return &memory{make(chan struct{}, 1), map[int64]session.State{}}
}

func (m *memory) Load(_ context.Context, chat int64) (session.State, error) {
	m.lock <- struct{}{}
	defer func() { <-m.lock }()
	return m.state[chat], nil
}

func (m *memory) Save(_ context.Context, chat int64, rev int64, data []byte) (int64, error) {
	m.lock <- struct{}{}
	defer func() { <-m.lock }()
	if m.state[chat].Rev != rev {
		return 0, session.ErrConflict
	}
	m.state[chat] = session.State{Rev: rev + 1, Data: data}
	return rev + 1, nil
}

func (m *memory) Close() error { return nil }

func TestOutagePassesAllOn(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Store {
		db, err := boltkv.Open(filepath.Join(t.TempDir(), "db"), boltkv.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		o := sessiontest.NewOutage(boltstore.New(db, boltstore.Options{}))
		o.Empty()
		return o
	})
}

func TestDownFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sessiontest.NewOutage(newMemory())
		o.Down()
		begin := time.Now()
		if _, err := o.Load(t.Context(), 1); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("Load gives %v", err)
		}
		if _, err := o.Save(t.Context(), 1, 0, []byte("a")); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("Save gives %v", err)
		}
		if d := time.Since(begin); d != 0 {
			t.Errorf("took %v", d)
		}
		o.Wake()
		if rev, err := o.Save(t.Context(), 1, 0, []byte("a")); rev != 1 || err != nil {
			t.Errorf("after Wake Save gives %d, %v", rev, err)
		}
	})
}

func TestSleepHoldsCallsUntilTheirDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sessiontest.NewOutage(newMemory())
		o.Sleep()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		_, err := o.Load(ctx, 1)
		if !errors.Is(err, session.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Load gives %v", err)
		}
		if d := time.Since(begin); d != time.Second {
			t.Errorf("took %v, want 1s", d)
		}
	})
}

func TestWakeLetsHeldCallsGoOn(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(*sessiontest.Outage)
		want error
	}{
		"Wake": {(*sessiontest.Outage).Wake, nil},
		"Down": {(*sessiontest.Outage).Down, session.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := sessiontest.NewOutage(newMemory())
				o.Sleep()
				done := make(chan error, 1)
				go func() {
					_, err := o.Save(t.Context(), 1, 0, []byte("a"))
					done <- err
				}()
				synctest.Wait()
				if len(done) != 0 {
					t.Fatal("Save ended while the store slept")
				}
				test.end(o)
				if err := <-done; !errors.Is(err, test.want) {
					t.Errorf("Save gives %v, want %v", err, test.want)
				}
			})
		})
	}
}

func TestEmptyForgetsEverySession(t *testing.T) {
	o := sessiontest.NewOutage(newMemory())
	for rev := range int64(3) {
		if _, err := o.Save(t.Context(), 7, rev, []byte("old")); err != nil {
			t.Fatal(err)
		}
	}
	o.Empty()
	if st, err := o.Load(t.Context(), 7); st.Rev != 0 || st.Data != nil || err != nil {
		t.Errorf("Load gives revision %d, %v", st.Rev, err)
	}
	if _, err := o.Save(t.Context(), 7, 3, []byte("x")); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Save at the old revision gives %v", err)
	}
	if rev, err := o.Save(t.Context(), 7, 0, []byte("new")); rev != 1 || err != nil {
		t.Errorf("Save at revision 0 gives %d, %v", rev, err)
	}
}
