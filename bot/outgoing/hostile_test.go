package outgoing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tg "github.com/go-telegram/bot"

	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/outbox"
)

var errCrash = errors.New("the process has ended")

// mortal is a store of a process that ends at its nth commit, just before or
// just after it.
type mortal struct {
	kv.Store
	left  atomic.Int64 // commits until the end; below 0: never
	after bool
	died  chan struct{}
	once  sync.Once
}

func newMortal(s kv.Store, n int64, after bool) *mortal {
	m := &mortal{Store: s, after: after, died: make(chan struct{})}
	m.left.Store(n)
	return m
}

func (m *mortal) end() { m.once.Do(func() { close(m.died) }) }

func (m *mortal) View(ctx context.Context, fn func(kv.Tx) error) error {
	select {
	case <-m.died:
		return errCrash
	default:
		return m.Store.View(ctx, fn)
	}
}

func (m *mortal) Update(ctx context.Context, fn func(kv.Tx) error) error {
	select {
	case <-m.died:
		return errCrash
	default:
	}
	if m.left.Add(-1) != 0 {
		return m.Store.Update(ctx, fn)
	}
	if m.after {
		if err := m.Store.Update(ctx, fn); err != nil {
			return err
		}
	}
	m.end()
	return errCrash
}

// telegram is a hostile one: it counts the copies that arrive.
type telegram struct {
	mu     sync.Mutex
	rng    *rand.Rand
	bad    int // percent of calls that do not go well
	copies map[string]int
	order  map[int64][]string
}

func (f *telegram) send(ctx context.Context, r outbox.Row) (int, error) {
	f.mu.Lock()
	kind, delivered := f.rng.IntN(7), true
	if f.rng.IntN(100) >= f.bad {
		kind = -1
	}
	var err error
	switch kind {
	case 0:
		err, delivered = &tg.TooManyRequestsError{RetryAfter: 1 + f.rng.IntN(3)}, false
	case 1:
		err, delivered = &StatusError{Code: 502, Page: true}, false
	case 2:
		err = &StatusError{Code: 500}
	case 3:
		err, delivered = errReset, false
	case 4:
		err = errReset
	case 5:
		err, delivered = errDial, false
	case 6:
		err = context.DeadlineExceeded
	}
	if delivered {
		f.copies[r.Key]++
		if f.copies[r.Key] == 1 {
			f.order[r.To] = append(f.order[r.To], r.Key)
		}
	}
	n := f.copies[r.Key]
	f.mu.Unlock()
	latency := 50 * time.Millisecond
	if kind == 6 {
		latency = 15 * time.Second
	}
	time.Sleep(latency)
	return n, err
}

// stage is a store and a Telegram that outlive the processes.
type stage struct {
	t   *testing.T
	db  kv.Store
	far *telegram
	n   int
}

// play runs a test with a stage in a bubble.
func play(t *testing.T, seed uint64, bad int, fn func(*stage)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := boltkv.Open(path, boltkv.Options{InitialMmapSize: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		fn(&stage{t: t, db: db, far: &telegram{
			rng: rand.New(rand.NewPCG(seed, 2)), bad: bad, copies: map[string]int{}, order: map[int64][]string{},
		}})
	})
}

// put adds n rows for some people.
func (s *stage) put(n, people int) {
	for range n {
		s.n++
		r := outbox.Row{Key: fmt.Sprintf("r%04d", s.n), To: int64(1 + s.n%people), Payload: json.RawMessage(`{}`), NextAt: time.Now(), Created: time.Now()}
		err := s.db.Update(s.t.Context(), func(tx kv.Tx) error { return outbox.Put(tx, r) })
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// live runs one process on a store until it crashes or nothing waits.
func (s *stage) live(store *mortal) {
	s.t.Helper()
	box := &outbox.Box{Store: store, Now: time.Now}
	p := &Pump{
		Box: box, Sender: NewSender(Rates{}, quiet), Log: quiet,
		Render: func(_ context.Context, r outbox.Row) (func(context.Context) (int, error), error) {
			return func(ctx context.Context) (int, error) { return s.far.send(ctx, r) }, nil
		},
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- p.Run(s.t.Context(), stop) }()
	for waiting := true; waiting; {
		select {
		case <-store.died:
			waiting = false
		case <-time.After(time.Second):
			c, err := box.Counts(s.t.Context())
			waiting = err == nil && c.Waiting > 0
		}
	}
	close(stop)
	if err := <-done; err != nil && !errors.Is(err, errCrash) {
		s.t.Error(err)
	}
}

// check checks what the outbox promises and returns how many are unconfirmed.
func (s *stage) check() (unconfirmed int) {
	s.t.Helper()
	box := &outbox.Box{Store: s.db, Now: time.Now}
	over := 0
	for _, state := range []outbox.State{outbox.Sent, outbox.Unconfirmed, outbox.Dead} {
		all, err := box.List(s.t.Context(), state, 1<<20)
		if err != nil {
			s.t.Fatal(err)
		}
		over += len(all)
		for _, r := range all {
			n := s.far.copies[r.Key]
			switch {
			case n > outbox.MaxTries:
				s.t.Errorf("%s: %d copies", r.Key, n)
			case state == outbox.Sent && n == 0:
				s.t.Errorf("%s is called sent, but no copy arrived", r.Key)
			case state == outbox.Dead:
				s.t.Errorf("%s is dead: %s", r.Key, r.Why)
			}
		}
		if state == outbox.Unconfirmed {
			unconfirmed = len(all)
		}
	}
	if over != s.n {
		s.t.Errorf("%d of %d rows ended", over, s.n)
	}
	return unconfirmed
}

func TestPump_HostileTelegramGetsNoThirdCopy(t *testing.T) {
	play(t, 1, 18, func(s *stage) {
		s.put(600, 200)
		s.live(newMortal(s.db, -1, false))
		if n := s.check(); n > s.n/20 {
			t.Errorf("%d of %d are unconfirmed", n, s.n)
		}
		for person, keys := range s.far.order {
			for i := 1; i < len(keys); i++ {
				if keys[i] < keys[i-1] {
					t.Errorf("person %d got %v", person, keys)
				}
			}
		}
	})
}

// TestPump_CrashAtEachCommit ends the process before and after its first, second,
// … commit, again after the restart, and then lets a third one finish.
func TestPump_CrashAtEachCommit(t *testing.T) {
	for n := int64(1); n <= 24; n++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d,after=%t", n, after), func(t *testing.T) {
				play(t, uint64(n), 18, func(s *stage) {
					s.put(12, 5)
					s.live(newMortal(s.db, n, after))
					s.live(newMortal(s.db, 1+n/2, !after))
					s.live(newMortal(s.db, -1, false))
					s.check()
				})
			})
		}
	}
}

func TestPump_ManyCrashes(t *testing.T) {
	play(t, 7, 18, func(s *stage) {
		for i := range 60 {
			s.put(10, 40)
			s.live(newMortal(s.db, 1+s.far.rng.Int64N(30), i%2 == 0))
		}
		s.live(newMortal(s.db, -1, false))
		t.Logf("%d rows, 60 crashes, %d unconfirmed", s.n, s.check())
	})
}

func TestPump_OutageUsesUpFewTries(t *testing.T) {
	play(t, 3, 0, func(s *stage) {
		s.put(400, 400)
		s.far.bad = 100
		go func() {
			time.Sleep(10 * time.Minute)
			s.far.mu.Lock()
			defer s.far.mu.Unlock()
			s.far.bad = 0
		}()
		s.live(newMortal(s.db, -1, false))
		if n := s.check(); n > 40 {
			t.Errorf("%d of %d are unconfirmed after an outage", n, s.n)
		}
	})
}
