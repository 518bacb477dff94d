package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
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

func TestLanes_CarefulCountsBeforeAndTakesOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := 0
		var led *ledger
		l, led := newLanes(func(_ context.Context, u *models.Update) error {
			if now++; now > 1 {
				t.Error("two at once")
			}
			time.Sleep(time.Millisecond)
			if led.tries[u.ID] != 1 {
				t.Errorf("update %d was not counted before", u.ID)
			}
			now--
			return nil
		})
		l.Careful()
		var all []*models.Update
		for id := range int64(enoughWell) {
			all = append(all, text(id+1, id+1))
		}
		start(l, all...)()
		if l.care.isOn() {
			t.Error("still careful after so many went well")
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
