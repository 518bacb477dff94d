package intake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-telegram/bot/models"
)

// told collects what Observe is told of.
type told struct {
	mu   sync.Mutex
	n    map[string]int
	took time.Duration
}

func (o *told) observe(kind string, r Result, took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.n == nil {
		o.n = map[string]int{}
	}
	o.n[fmt.Sprintf("%s %s", kind, r)]++
	o.took += took
}

func TestObserve_TellsEachTryByKindAndResult(t *testing.T) {
	var o told
	l := &Lanes{Ledger: newLedger(), Log: quiet, Observe: o.observe, Handle: func(_ context.Context, u *models.Update) error {
		switch u.ID {
		case 2:
			return errors.New("broken")
		case 3:
			panic("broken")
		case 4:
			return fmt.Errorf("%w: full", ErrNotStored)
		}
		return nil
	}}
	press := &models.Update{ID: 5, CallbackQuery: &models.CallbackQuery{From: models.User{ID: 5}}}
	for _, u := range []*models.Update{text(1, 1), text(2, 2), text(2, 2), text(2, 2), text(3, 3), text(4, 4), press} {
		_ = l.Take(t.Context(), u) // what becomes of it is told
	}
	raw := []byte(`{"update_id":6,"message":7}`)
	if err := l.await(t.Context(), func() *flight { return l.unreadable(t.Context(), 6, raw) }); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"message handled": 1, "message failed": 3, "message set_aside": 1, "message panicked": 1,
		"message not_stored": 1, "callback_query handled": 1, "unreadable set_aside": 1,
	}
	if !maps.Equal(o.n, want) {
		t.Errorf("told %v, want %v", o.n, want)
	}
}

func TestObserve_TakesTheHandlersTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o told
		l := &Lanes{Ledger: newLedger(), Log: quiet, Observe: o.observe, Handle: func(context.Context, *models.Update) error {
			time.Sleep(3 * time.Second)
			return nil
		}}
		if err := l.Take(t.Context(), text(1, 1)); err != nil || o.took != 3*time.Second {
			t.Errorf("%v, took %v", err, o.took)
		}
	})
}

// A flood fills the lanes: what is more is refused and told, and the load falls
// when it has passed.
func TestLoad_RisesToTheMostAndFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o told
		release := make(chan struct{})
		l := &Lanes{Ledger: newLedger(), Log: quiet, Observe: o.observe, Handle: func(context.Context, *models.Update) error {
			<-release
			return nil
		}}
		if load := l.Load(); load.Waiting != 0 || load.Most != maxWaiting {
			t.Errorf("at rest the load is %+v", load)
		}
		for id := range int64(maxWaiting + 3) {
			go func() { _ = l.Take(t.Context(), text(id+1, id+1)) }() // refused ones are told
		}
		synctest.Wait()
		if load := l.Load(); load.Waiting != load.Most {
			t.Errorf("in a flood the load is %+v", load)
		}
		if o.n["message busy"] != 3 {
			t.Errorf("told %v, want 3 refused", o.n)
		}
		close(release)
		synctest.Wait()
		if load := l.Load(); load.Waiting != 0 {
			t.Errorf("after it the load is %+v", load)
		}
	})
}

func TestLanes_BusyWhenMoreWaitThanAFourthOfTheWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		l := &Lanes{Workers: 8, Handle: func(context.Context, *models.Update) error { <-release; return nil }, Ledger: newLedger(), Log: quiet}
		for n := range int64(3) {
			if l.Busy() {
				t.Errorf("busy with %d updates", n)
			}
			go func() { _ = l.Take(t.Context(), text(n+1, n+1)) }()
			synctest.Wait()
		}
		if !l.Busy() {
			t.Error("not busy with 3 updates and 8 workers")
		}
		close(release)
		synctest.Wait()
		if l.Busy() {
			t.Error("busy with none")
		}
	})
}

func TestKinds_AreThoseAskedForAndTwoMore(t *testing.T) {
	for _, u := range []*models.Update{text(1, 1), {EditedMessage: &models.Message{}}, {CallbackQuery: &models.CallbackQuery{}}, {MyChatMember: &models.ChatMemberUpdated{}}, {}} {
		if !slices.Contains(Kinds, kindOf(u)) {
			t.Errorf("%q is not among the kinds %v", kindOf(u), Kinds)
		}
	}
	if len(Kinds) != len(AllowedUpdates)+2 {
		t.Errorf("the kinds are %v", Kinds)
	}
}
