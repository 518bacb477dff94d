package intake

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-telegram/bot/models"
)

var quiet = slog.New(slog.DiscardHandler)

// ledger is a Ledger in memory. With down set it fails, as on a full disk.
type ledger struct {
	mu      sync.Mutex
	tries   map[int64]int
	counted int              // tries in all
	aside   map[int64]string // JSON
	why     []string
	down    bool
}

func newLedger() *ledger { return &ledger{tries: map[int64]int{}, aside: map[int64]string{}} }

func (l *ledger) Tried(_ context.Context, update int64) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return 0, errors.New("disk full")
	}
	l.tries[update]++
	l.counted++
	return l.tries[update], nil
}

func (l *ledger) Tries(_ context.Context, update int64) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tries[update], nil
}

func (l *ledger) Forget(_ context.Context, update int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, update)
	return nil
}

func (l *ledger) SetAside(_ context.Context, update int64, raw []byte, reference, reason string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return errors.New("disk full")
	}
	l.aside[update] = string(raw)
	l.why = append(l.why, reference+" "+reason)
	return nil
}

func text(id, chat int64) *models.Update {
	return &models.Update{ID: id, Message: &models.Message{Chat: models.Chat{ID: chat}, Text: "身份证110101"}}
}

func newLanes(h Handler) (*Lanes, *ledger) {
	led := newLedger()
	return &Lanes{Handle: h, Ledger: led, Log: quiet}, led
}

// start begins updates in order and returns what waits for all of them.
func start(l *Lanes, updates ...*models.Update) (wait func() []error) {
	l.init()
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*flight
	for _, u := range updates {
		all = append(all, l.begin(context.Background(), u, nil, nil))
	}
	return func() (errs []error) {
		for _, f := range all {
			<-f.done
			errs = append(errs, f.err)
		}
		return errs
	}
}

func TestLanes_OrderInAChatAndChatsInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		got := map[int64][]int64{}
		l, _ := newLanes(func(_ context.Context, u *models.Update) error {
			time.Sleep(time.Duration(10-u.ID%10) * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			got[LaneOf(u)] = append(got[LaneOf(u)], u.ID)
			return nil
		})
		var all []*models.Update
		for id := range int64(100) {
			all = append(all, text(id+1, id%10))
		}
		began := time.Now()
		for _, err := range start(l, all...)() {
			if err != nil {
				t.Error(err)
			}
		}
		for chat, ids := range got {
			if len(ids) != 10 || !slices.IsSorted(ids) {
				t.Errorf("chat %d: %v", chat, ids)
			}
		}
		if took := time.Since(began); took > 110*time.Millisecond {
			t.Errorf("ten chats took %v: not in parallel", took)
		}
	})
}

func TestLanes_AtMostSoManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		l, _ := newLanes(func(context.Context, *models.Update) error {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return nil
		})
		l.Workers = 3
		var all []*models.Update
		for id := range int64(10) {
			all = append(all, text(id+1, id+1))
		}
		start(l, all...)()
		if most != 3 {
			t.Errorf("%d at once, want 3", most)
		}
	})
}

func TestLanes_QueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		l, _ := newLanes(func(context.Context, *models.Update) error { <-release; return nil })
		var all []*models.Update
		for id := range int64(maxWaiting + 1) {
			all = append(all, text(id+1, id+1))
		}
		wait := start(l, all...)
		close(release)
		if errs := wait(); errs[maxWaiting-1] != nil || !errors.Is(errs[maxWaiting], ErrBusy) {
			t.Errorf("last two: %v", errs[maxWaiting-1:])
		}
	})
}

func TestLanes_RepeatSharesTheResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		l, _ := newLanes(func(context.Context, *models.Update) error {
			n++
			time.Sleep(time.Second)
			return ErrNotStored
		})
		for _, err := range start(l, text(1, 7), text(1, 7), text(1, 7))() {
			if !errors.Is(err, ErrNotStored) {
				t.Errorf("got %v", err)
			}
		}
		if n != 1 {
			t.Errorf("handled %d times at once", n)
		}
		if err := l.Take(t.Context(), text(1, 7)); !errors.Is(err, ErrNotStored) || n != 2 {
			t.Errorf("after it: %v, %d", err, n)
		}
	})
}

func TestLanes_NothingOvertakesAnUpdateThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int64
		bad := true
		l, _ := newLanes(func(_ context.Context, u *models.Update) error {
			if u.ID == 1 && bad {
				return ErrNotStored
			}
			got = append(got, u.ID)
			return nil
		})
		errs := start(l, text(1, 7), text(2, 7), text(3, 7))()
		if len(got) != 0 || !errors.Is(errs[1], ErrBehind) || !errors.Is(errs[2], ErrBehind) {
			t.Errorf("handled %v; %v", got, errs)
		}
		bad = false
		start(l, text(1, 7), text(2, 7), text(3, 7))()
		if !slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("handled %v", got)
		}
	})
}
