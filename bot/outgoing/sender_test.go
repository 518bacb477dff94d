package outgoing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

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
		if all := j.when()[299]; all > 11*time.Second {
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
		if j.when()[3] > time.Second || j.when()[4] < 900*time.Millisecond || j.when()[9] < 5900*time.Millisecond {
			t.Errorf("left at %v", j.when())
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
		if got := slices.Compact(j.left()); !slices.Equal(got, want) {
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
		if !slices.Equal(j.left(), []string{"a", "c"}) {
			t.Errorf("left: %v", j.left())
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
		time.Sleep(1010 * time.Millisecond) // between two turns
		before := len(j.left())
		for i := range 20 {
			g.Go(func() {
				if err := s.Do(t.Context(), j.call("answer", int64(i+1), Send)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		time.Sleep(time.Second)
		for i, line := range j.left()[before : before+20] {
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
		if j.left()[4] != "answer" {
			t.Errorf("left as %v", j.left())
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
		if len(j.left()) != 1 {
			t.Errorf("left in the silence: %v", j.left())
		}
		time.Sleep(2 * time.Second)
		if len(j.left()) != 7 {
			t.Errorf("left after it: %v", j.left())
		}
	})
}
