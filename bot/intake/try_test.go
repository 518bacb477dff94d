package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-telegram/bot/models"
)

func TestLanes_ThirdFailureSetsAside(t *testing.T) {
	for name, h := range map[string]Handler{
		"error": func(context.Context, *models.Update) error { return errors.New("no such flow") },
		"panic": func(context.Context, *models.Update) error { panic("身份证110101") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, led := newLanes(h)
				var told string
				l.Sorry = func(_ context.Context, _ *models.Update, reference string) { told = reference; panic("too") }
				var log strings.Builder
				l.Log = slog.New(slog.NewTextHandler(&log, nil))
				for range 2 {
					if err := l.Take(t.Context(), text(1, 7)); err == nil {
						t.Error("no error")
					}
				}
				if err := l.Take(t.Context(), text(1, 7)); err != nil {
					t.Errorf("third: %v", err)
				}
				if !strings.Contains(led.aside[1], `"update_id":1`) || told == "" || !strings.HasPrefix(led.why[0], told+" ") {
					t.Errorf("set aside %v, told %q", led, told)
				}
				if strings.Contains(log.String(), "110101") || strings.Contains(led.why[0], "110101") {
					t.Errorf("log or reason quotes the message: %s", log.String())
				}
				if s := l.Stats(); s.SetAside != 1 || s.Failed != 3 || name == "panic" != (s.Panics == 3) {
					t.Errorf("stats %+v", s)
				}
			})
		})
	}
}

func TestLanes_GoodUpdateCostsNoCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, led := newLanes(func(context.Context, *models.Update) error { return nil })
		if err := l.Take(t.Context(), text(1, 7)); err != nil || len(led.tries) != 0 {
			t.Errorf("%v, ledger %v", err, led.tries)
		}
	})
}

func TestLanes_StorageOutageIsNoPoison(t *testing.T) {
	for _, careful := range []bool{false, true} {
		t.Run(fmt.Sprint("careful=", careful), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := fmt.Errorf("%w: disk full", ErrNotStored)
				l, led := newLanes(func(context.Context, *models.Update) error { return err })
				if careful {
					l.Careful()
				}
				for range 20 {
					if !errors.Is(l.Take(t.Context(), text(1, 7)), ErrNotStored) {
						t.Fatal("not reported as not stored")
					}
				}
				err = errors.New("and the ledger is out, too")
				led.down = true
				for range 20 {
					if !errors.Is(l.Take(t.Context(), text(1, 7)), ErrNotStored) {
						t.Fatal("not reported as not stored")
					}
				}
				led.down, err = false, nil
				if err := l.Take(t.Context(), text(1, 7)); err != nil || len(led.aside) != 0 {
					t.Errorf("afterwards: %v, set aside %v", err, led.aside)
				}
			})
		})
	}
}

// After a crash each try is counted before it; what one crash has met is tried beside
// seven others like it, what two have met is tried alone.
func TestLanes_CarefulCountsBeforeAndTriesFewerTheMoreCrashesTheyMet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		met := func(id int64) int { return []int{2, 1, 0, 0, 0}[(id-1)/20] } // crashes
		var mu sync.Mutex
		now, most := [3]int{}, [3]int{}
		var led *ledger
		l, led := newLanes(func(_ context.Context, u *models.Update) error {
			mu.Lock()
			now[met(u.ID)]++
			for n := range now {
				most[n] = max(most[n], now[n])
			}
			if now[2] > 0 && now[0]+now[1] > 0 {
				t.Errorf("update %d is not tried alone", u.ID)
			}
			mu.Unlock()
			if n, _ := led.Tries(t.Context(), u.ID); n != met(u.ID)+1 {
				t.Errorf("update %d was counted %d times before, want %d", u.ID, n, met(u.ID)+1)
			}
			time.Sleep(time.Millisecond)
			mu.Lock()
			now[met(u.ID)]--
			mu.Unlock()
			return nil
		})
		l.Careful()
		var all []*models.Update
		for id := int64(1); id <= enoughWell; id++ {
			all = append(all, text(id, id))
			for range met(id) {
				_, _ = led.Tried(t.Context(), id)
			}
		}
		start(l, all...)()
		if most[0] < 10 || most[1] < 2 || most[1] > 8 || most[2] != 1 {
			t.Errorf("at the same time were tried %d that no crash has met, %d that one has, %d that two have", most[0], most[1], most[2])
		}
		if len(led.tries) != 0 {
			t.Errorf("%d still count", len(led.tries))
		}
	})
}

// What ended the process may be posted again a minute later, behind much that goes
// well: until then care is taken.
func TestLanes_CarefulForTwoMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, led := newLanes(func(context.Context, *models.Update) error { return nil })
		l.Careful()
		var all []*models.Update
		for id := range int64(2 * enoughWell) {
			all = append(all, text(id+1, id+1))
		}
		start(l, all...)()
		if !l.care.isOn() {
			t.Error("not careful any more, a moment after the start")
		}
		time.Sleep(enoughTime)
		if err := l.Take(t.Context(), text(1001, 7)); err != nil || l.care.isOn() {
			t.Errorf("%v; still careful: %t", err, l.care.isOn())
		}
		if led.counted != len(all)+1 {
			t.Errorf("%d tries were counted, want %d", led.counted, len(all)+1)
		}
	})
}

// Updates that were under way beside one that ends the process are not set aside
// with it, however often it ends.
func TestLanes_TheInnocentBesideACrashTakeEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const updates, culprit = 20, 13
		led := newLedger()
		effect := map[int64]bool{}
		lives := 0
		end := make(chan struct{}) // of the test: what a process had under way when it ended stays so
		defer func() { close(end); time.Sleep(time.Minute) }()
		for ; len(effect) < updates-1 || led.aside[culprit] == ""; lives++ {
			if lives > 2*maxEnds {
				t.Fatalf("after %d lives %d updates took effect, %d are set aside", lives, len(effect), len(led.aside))
			}
			var mu sync.Mutex
			over := false
			l := &Lanes{Ledger: led, Log: quiet, Handle: func(_ context.Context, u *models.Update) error {
				if u.ID != culprit {
					time.Sleep(time.Millisecond) // it ends the process before they take effect
				}
				mu.Lock()
				over = over || u.ID == culprit
				if !over {
					effect[u.ID] = true
				}
				dead := over
				mu.Unlock()
				if dead {
					<-end
				}
				return nil
			}}
			l.Careful()
			var open []*models.Update
			for id := int64(1); id <= updates; id++ {
				if !effect[id] {
					open = append(open, text(id, id))
				}
			}
			for _, u := range open {
				go l.Take(t.Context(), u)
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if len(led.aside) != 1 || lives != maxEnds+1 {
			t.Errorf("after %d lives %d are set aside", lives, len(led.aside))
		}
	})
}

func TestLanes_UpdateThatEndsTheProcessIsSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		led := newLedger()
		reached := 0
		crash := func(context.Context, *models.Update) error { reached++; select {} }
		life := func(h Handler) error {
			l := &Lanes{Handle: h, Ledger: led, Log: quiet}
			l.Careful()
			return l.Take(t.Context(), text(1, 7))
		}
		for range maxEnds {
			_, _ = led.Tried(t.Context(), 1) // each life counts it and ends
		}
		if err := life(crash); err != nil || reached != 0 || led.aside[1] == "" {
			t.Errorf("%v, handled %d times more, set aside %v", err, reached, led.aside)
		}
	})
}

func TestLanes_DrainFinishesWhatRunsAndTakesNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		l, _ := newLanes(func(ctx context.Context, _ *models.Update) error {
			time.Sleep(time.Second)
			ended = ctx.Err() == nil
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		go l.Take(ctx, text(1, 7))
		synctest.Wait()
		cancel() // the intake ends, the handler does not
		short, stop := context.WithTimeout(t.Context(), time.Millisecond)
		defer stop()
		if err := l.Drain(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("short drain: %v", err)
		}
		if err := l.Take(t.Context(), text(2, 7)); !errors.Is(err, ErrDraining) {
			t.Errorf("while draining: %v", err)
		}
		if err := l.Drain(t.Context()); err != nil || !ended {
			t.Errorf("drain: %v, ended %t", err, ended)
		}
	})
}

func TestLaneOf(t *testing.T) {
	who := models.User{ID: 7}
	for name, c := range map[string]struct {
		u    models.Update
		want int64
	}{
		"message":      {models.Update{Message: &models.Message{Chat: models.Chat{ID: -5}}}, -5},
		"edit":         {models.Update{EditedMessage: &models.Message{Chat: models.Chat{ID: 7}}}, 7},
		"block":        {models.Update{MyChatMember: &models.ChatMemberUpdated{Chat: models.Chat{ID: 7}}}, 7},
		"press":        {models.Update{CallbackQuery: &models.CallbackQuery{From: who, Message: models.MaybeInaccessibleMessage{Message: &models.Message{Chat: models.Chat{ID: 7}}}}}, 7},
		"inaccessible": {models.Update{CallbackQuery: &models.CallbackQuery{From: who, Message: models.MaybeInaccessibleMessage{InaccessibleMessage: &models.InaccessibleMessage{}}}}, 7},
		"inline":       {models.Update{CallbackQuery: &models.CallbackQuery{From: who}}, 7},
		"other":        {models.Update{}, 0},
	} {
		if got := LaneOf(&c.u); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
