package outgoing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	tg "github.com/go-telegram/bot"
)

func TestSender_Repeats(t *testing.T) {
	endless := slices.Repeat([]error{errReset}, 1000)
	unreached := slices.Repeat([]error{errDial}, 1000)
	for _, c := range []struct {
		name  string
		kind  Kind
		fail  []error
		calls int   // 0: many, but not for ever
		want  error // nil: it succeeds
	}{
		{"success is not repeated", Send, nil, 1, nil},
		{"a message in doubt once", Send, []error{errReset}, 2, nil},
		{"a message in doubt not twice", Send, endless, 2, errReset},
		{"a message that did not leave often", Send, unreached[:6], 7, nil},
		{"a message that does not leave not for ever", Send, unreached, 0, errDial},
		{"an edit in doubt often", Edit, endless[:6], 7, nil},
		{"an edit not for ever", Edit, endless, 0, errReset},
		{"a deletion in doubt often", Delete, endless[:6], 7, nil},
		{"an answer in doubt often", Answer, endless[:4], 5, nil},
		{"settings in doubt often", Other, endless[:6], 7, nil},
		{"typing never", Action, endless, 1, errReset},
		{"what is refused never", Send, []error{errRefused}, 1, errRefused},
		{"what changes nothing never", Edit, []error{errSame}, 1, nil},
		{"after silence", Send, []error{errWait(3), errWait(100), errWait(1)}, 4, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, j := NewSender(Rates{}, quiet), newJournal()
				err := s.Do(t.Context(), j.call("x", 7, c.kind, c.fail...))
				if !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if n := len(j.left()); c.calls > 0 && n != c.calls || c.calls == 0 && (n < 5 || n > 50) {
					t.Errorf("%d calls, want %d", n, c.calls)
				}
				if took := j.when()[len(j.when())-1]; took > 2*time.Minute {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestSender_BlockedPersonIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		var told []int64
		s.Unreachable = func(_ context.Context, chat int64) { told = append(told, chat) }
		err := s.Do(t.Context(), j.call("x", 7, Send, errBlocked))
		if !errors.Is(err, ErrUnreachable) || !slices.Equal(told, []int64{7}) || len(j.left()) != 1 {
			t.Errorf("got %v, told %v, %d calls", err, told, len(j.left()))
		}
	})
}

func TestSender_MovedGroupIsWrittenToUnderItsNewID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const old, now = int64(-5), int64(-1000000000005)
		s := NewSender(Rates{}, quiet)
		var told, wrote []int64
		s.Moved = func(_ context.Context, from, to int64) { told = append(told, from, to) }
		c := Call{Chat: old, Run: func(context.Context) error {
			wrote = append(wrote, s.Current(old))
			if s.Current(old) == old {
				return &tg.MigrateError{MigrateToChatID: int(now)}
			}
			return nil
		}}
		for range 2 {
			if err := s.Do(t.Context(), c); err != nil {
				t.Error(err)
			}
		}
		if !slices.Equal(told, []int64{old, now}) || !slices.Equal(wrote, []int64{old, now, now}) {
			t.Errorf("told %v, wrote %v", told, wrote)
		}
		stubborn := Call{Chat: old, Run: func(context.Context) error { return &tg.MigrateError{MigrateToChatID: int(now)} }}
		if err := s.Do(t.Context(), stubborn); err == nil {
			t.Error("no error from a call that never uses the new id")
		}
	})
}

func TestSender_ErrorQuotesNoMessage(t *testing.T) {
	s := NewSender(Rates{}, quiet)
	err := s.Do(t.Context(), Call{Chat: 7, Run: func(context.Context) error {
		return fmt.Errorf("%w, can't parse entities: unsupported tag 张三", tg.ErrorBadRequest)
	}})
	if err == nil {
		t.Error("no error")
	}
	checkSafe(t, err)
}

func TestSender_ForgetsChatsAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{Overall: 1e9, Chat: 1, Burst: 4, Group: 1}, quiet), newJournal()
		for i := range 20_000 {
			if err := s.Do(t.Context(), j.call("x", int64(i+1), Send)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := len(s.chats.byID); n > 2*minSweepSize {
			t.Errorf("%d chats are remembered", n)
		}
	})
}

func TestSender_EndedContextStopsWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		s.Freeze(time.Hour)
		for _, kind := range []Kind{Send, Edit, Delete, Answer, Other} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := s.Do(ctx, j.call("x", int64(kind), kind)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("kind %d: %v", kind, err)
			}
			cancel()
		}
		if len(s.gate.waiting[0]) != 0 || len(j.left()) != 0 {
			t.Errorf("%d wait, %v left", len(s.gate.waiting[0]), j.left())
		}
	})
}
