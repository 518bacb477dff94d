package outgoing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tg "github.com/go-telegram/bot"
)

var quiet = slog.New(slog.DiscardHandler)

var (
	errBlocked = fmt.Errorf("%w, bot was blocked by the user", tg.ErrorForbidden)
	errRefused = fmt.Errorf("%w, chat not found", tg.ErrorBadRequest)
	errSame    = fmt.Errorf("%w, message is not modified", tg.ErrorBadRequest)
	errReset   = errors.New("connection reset by peer")
	errDial    = &UnsentError{errors.New("connection refused")}
)

func errWait(seconds int) error { return &tg.TooManyRequestsError{RetryAfter: seconds} }

// journal notes what leaves and when, from the beginning of the test.
type journal struct {
	mu    sync.Mutex
	began time.Time
	lines []string
	times []time.Duration
}

func newJournal() *journal { return &journal{began: time.Now()} }

func (j *journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
	j.times = append(j.times, time.Since(j.began))
}

// call is a call that notes name and fails with the errors in turn.
func (j *journal) call(name string, chat int64, kind Kind, fail ...error) Call {
	n := 0
	return Call{Chat: chat, Kind: kind, Run: func(context.Context) error {
		j.note(name)
		if n++; n <= len(fail) {
			return fail[n-1]
		}
		return nil
	}}
}

// maxIn returns the most calls in any stretch of time.
func (j *journal) maxIn(d time.Duration) (most int) {
	for i, from := range j.times {
		n := 0
		for _, at := range j.times[i:] {
			if at < from+d {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestSender_OverallPaceStaysBelowTelegrams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		var g sync.WaitGroup
		for i := range 300 {
			g.Go(func() {
				if err := s.Do(t.Context(), j.call("x", int64(i+1), Send)); err != nil {
					t.Error(err)
				}
			})
		}
		g.Wait()
		if most := j.maxIn(time.Second); most > 30 {
			t.Errorf("%d in one second", most)
		}
		if all := j.times[299]; all > 11*time.Second {
			t.Errorf("300 took %v", all)
		}
	})
}

func TestSender_ChatGetsBurstsThenOneASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		for range 10 {
			if err := s.Do(t.Context(), j.call("x", 7, Send)); err != nil {
				t.Error(err)
			}
		}
		if j.times[3] > time.Second || j.times[4] < 900*time.Millisecond || j.times[9] < 5900*time.Millisecond {
			t.Errorf("left at %v", j.times)
		}
	})
}

func TestSender_GroupGetsTwentyAMinuteEditsIncluded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		for i := range 60 {
			kind := Send
			if i%2 == 0 {
				kind = Edit
			}
			if err := s.Do(t.Context(), j.call("x", -7, kind)); err != nil {
				t.Error(err)
			}
		}
		if most := j.maxIn(time.Minute); most > 20 || most < 18 {
			t.Errorf("%d in one minute", most)
		}
	})
}

func TestSender_CallsOfAChatLeaveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{Overall: 1e6, Chat: 1e6, Burst: 1, Group: 1}, quiet), newJournal()
		var want []string
		var g sync.WaitGroup
		for i := range 50 {
			name := fmt.Sprint(i)
			want = append(want, name)
			kind, fail := []Kind{Send, Edit, Delete}[i%3], []error(nil)
			if i%7 == 0 {
				fail = []error{errDial}
			}
			g.Go(func() {
				if err := s.Do(t.Context(), j.call(name, 7, kind, fail...)); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		g.Wait()
		if got := slices.Compact(j.lines); !slices.Equal(got, want) {
			t.Errorf("left as %v", got)
		}
	})
}

func TestSender_ACallGivenUpInTheQueueHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		s.Freeze(time.Minute)
		go s.Do(t.Context(), j.call("a", 7, Send))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Do(ctx, j.call("b", 7, Send)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := s.Do(t.Context(), j.call("c", 7, Send)); err != nil {
			t.Error(err)
		}
		if !slices.Equal(j.lines, []string{"a", "c"}) {
			t.Errorf("left: %v", j.lines)
		}
	})
}

func TestSender_AnswersOvertakeBroadcasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		var g sync.WaitGroup
		for i := range 200 {
			g.Go(func() {
				c := j.call("slow", int64(1000+i), Send)
				c.Slow = true
				if err := s.Do(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(time.Second)
		before := len(j.lines)
		for i := range 20 {
			g.Go(func() {
				if err := s.Do(t.Context(), j.call("answer", int64(i+1), Send)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		time.Sleep(time.Second)
		for i, line := range j.lines[before : before+20] {
			if line != "answer" {
				t.Errorf("%d after the answers came: %s", i, line)
			}
		}
		g.Wait()
	})
}

func TestSender_CallbackAnswersWaitForNoMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		for range 4 {
			go s.Do(t.Context(), j.call("send", 7, Send))
		}
		go s.Do(t.Context(), j.call("late", 7, Send))
		time.Sleep(200 * time.Millisecond)
		if err := s.Do(t.Context(), j.call("answer", 7, Answer)); err != nil {
			t.Error(err)
		}
		if j.lines[4] != "answer" {
			t.Errorf("left as %v", j.lines)
		}
		time.Sleep(2 * time.Second)
	})
}

func TestSender_RetryAfterStopsTheWholeBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := NewSender(Rates{}, quiet), newJournal()
		go s.Do(t.Context(), j.call("a", 1, Send, errWait(300)))
		time.Sleep(time.Second)
		if left := time.Until(s.Frozen()); left < 298*time.Second || left > 300*time.Second {
			t.Errorf("frozen for %v", left)
		}
		if err := s.Do(t.Context(), j.call("typing", 2, Action)); err != nil {
			t.Error(err)
		}
		for _, kind := range []Kind{Send, Edit, Delete, Answer, Other} {
			go s.Do(t.Context(), j.call("b", int64(2+kind), kind))
		}
		time.Sleep(298 * time.Second)
		if len(j.lines) != 1 {
			t.Errorf("left in the silence: %v", j.lines)
		}
		time.Sleep(2 * time.Second)
		if len(j.lines) != 7 {
			t.Errorf("left after it: %v", j.lines)
		}
	})
}

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
				if n := len(j.lines); c.calls > 0 && n != c.calls || c.calls == 0 && (n < 5 || n > 50) {
					t.Errorf("%d calls, want %d", n, c.calls)
				}
				if took := j.times[len(j.times)-1]; took > 2*time.Minute {
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
		if !errors.Is(err, ErrUnreachable) || !slices.Equal(told, []int64{7}) || len(j.lines) != 1 {
			t.Errorf("got %v, told %v, %d calls", err, told, len(j.lines))
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
		if len(s.gate.waiting[0]) != 0 || len(j.lines) != 0 {
			t.Errorf("%d wait, %v left", len(s.gate.waiting[0]), j.lines)
		}
	})
}
