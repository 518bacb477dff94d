package outgoing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"

	"zuji/internal/kv"
	"zuji/internal/kvtest"
	"zuji/internal/outbox"
)

// pumping runs a pump over a stage until stop is called.
func (s *stage) pumping(store kv.Store, send func(outbox.Row) (int, error)) (p *Pump, stop func()) {
	p = &Pump{
		Box: &outbox.Box{Store: store, Now: time.Now}, Sender: NewSender(Rates{}, quiet), Log: quiet,
		Render: func(_ context.Context, r outbox.Row) (func(context.Context) (int, error), error) {
			return func(context.Context) (int, error) { return send(r) }, nil
		},
	}
	return p, s.run(p)
}

func (s *stage) run(p *Pump) (stop func()) {
	ending, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- p.Run(s.t.Context(), ending) }()
	return func() {
		s.t.Helper()
		close(ending)
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	}
}

func (s *stage) states(want ...outbox.State) {
	s.t.Helper()
	box := &outbox.Box{Store: s.db, Now: time.Now}
	for i, state := range want {
		key := fmt.Sprintf("r%04d", i+1)
		all, err := box.List(s.t.Context(), state, 100)
		if err != nil || !slices.ContainsFunc(all, func(r outbox.Row) bool { return r.Key == key }) {
			s.t.Errorf("%s is not %s (%v)", key, state, err)
		}
	}
}

func TestPump_IsWokenByACommitAndByTheClock(t *testing.T) {
	play(t, 1, 0, func(s *stage) {
		j := newJournal()
		p, stop := s.pumping(s.db, func(r outbox.Row) (int, error) { j.note(r.Key); return 1, nil })
		defer stop()
		time.Sleep(10 * time.Second)
		s.put(1, 1)
		later := outbox.Row{Key: "later", To: 9, NextAt: time.Now().Add(5 * time.Hour)}
		if err := s.db.Update(s.t.Context(), func(tx kv.Tx) error { return outbox.Put(tx, later) }); err != nil {
			t.Fatal(err)
		}
		p.Wake()
		time.Sleep(6 * time.Hour)
		want := 10*time.Second + 5*time.Hour
		if !slices.Equal(j.left(), []string{"r0001", "later"}) || j.when()[0] > 10100*time.Millisecond || j.when()[1] < want || j.when()[1] > want+time.Second {
			t.Errorf("left: %v at %v", j.left(), j.when())
		}
	})
}

func TestPump_WhatBecomesOfARow(t *testing.T) {
	forbidden := fmt.Errorf("%w, blocked", tg.ErrorForbidden)
	for _, c := range []struct {
		name string
		fail []error
		want outbox.State
		n    int // attempts
	}{
		{"sent", nil, outbox.Sent, 1},
		{"refused for good", []error{errRefused}, outbox.Dead, 1},
		{"benign is not sent", []error{errSame}, outbox.Dead, 1},
		{"in doubt once", []error{errReset}, outbox.Sent, 2},
		{"in doubt twice", []error{errReset, errReset}, outbox.Unconfirmed, 2},
		{"refused for now as often as it takes", []error{errWait(5), errDial, errWait(90), errDial, errWait(1)}, outbox.Sent, 6},
		{"blocked waits", []error{forbidden}, outbox.Pending, 1},
		{"moved", []error{&tg.MigrateError{MigrateToChatID: -100}}, outbox.Sent, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, 1, 0, func(s *stage) {
				s.put(1, 1)
				n := 0
				_, stop := s.pumping(s.db, func(r outbox.Row) (int, error) {
					if n++; n <= len(c.fail) {
						return 0, c.fail[n-1]
					}
					return 1, nil
				})
				time.Sleep(time.Hour)
				stop()
				if s.states(c.want); n != c.n {
					t.Errorf("%d attempts, want %d", n, c.n)
				}
			})
		})
	}
}

func TestPump_RenderDecides(t *testing.T) {
	for _, c := range []struct {
		name   string
		render func() (func(context.Context) (int, error), error)
		want   outbox.State
	}{
		{"lost its point", func() (func(context.Context) (int, error), error) { return nil, nil }, outbox.Dead},
		{"fails for hours", func() (func(context.Context) (int, error), error) { return nil, errors.New("no such record") }, outbox.Dead},
		{"panics", func() (func(context.Context) (int, error), error) { panic("张三") }, outbox.Dead},
		{"sending panics", func() (func(context.Context) (int, error), error) {
			return func(context.Context) (int, error) { panic("张三") }, nil
		}, outbox.Unconfirmed},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, 1, 0, func(s *stage) {
				s.put(1, 1)
				p := &Pump{Box: &outbox.Box{Store: s.db, Now: time.Now}, Sender: NewSender(Rates{}, quiet), Log: quiet}
				p.Render = func(context.Context, outbox.Row) (func(context.Context) (int, error), error) { return c.render() }
				stop := s.run(p)
				time.Sleep(3 * time.Hour)
				stop()
				s.states(c.want)
			})
		})
	}
}

func TestPump_KeepsTheOutcomeWhileTheStoreFails(t *testing.T) {
	play(t, 1, 0, func(s *stage) {
		s.put(1, 1)
		store := kvtest.NewFaulty(s.db)
		n := 0
		_, stop := s.pumping(store, func(outbox.Row) (int, error) {
			store.FailNext(20, errors.New("disk full"))
			n++
			return 1, nil
		})
		time.Sleep(time.Minute)
		stop()
		if s.states(outbox.Sent); n != 1 {
			t.Errorf("%d copies", n)
		}
	})
}

func TestPump_ClaimInDoubtIsPutBack(t *testing.T) {
	play(t, 1, 0, func(s *stage) {
		s.put(1, 1)
		store := kvtest.NewFaulty(s.db)
		store.FailAfterCommit(errors.New("no answer from the store"))
		n := 0
		_, stop := s.pumping(store, func(outbox.Row) (int, error) { n++; return 1, nil })
		time.Sleep(time.Minute)
		stop()
		if s.states(outbox.Sent); n != 1 {
			t.Errorf("%d copies", n)
		}
	})
}

func TestPump_StopDuringSilenceGivesTheTryBack(t *testing.T) {
	play(t, 1, 0, func(s *stage) {
		s.put(1, 1)
		p, stop := s.pumping(s.db, func(outbox.Row) (int, error) { t.Error("sent"); return 1, nil })
		p.Sender.Freeze(time.Hour)
		time.Sleep(time.Second)
		began := time.Now()
		stop()
		all, err := p.Box.List(s.t.Context(), outbox.Pending, 9)
		if err != nil || len(all) != 1 || all[0].Tries != 0 || time.Since(began) > time.Second {
			t.Errorf("rows %+v, %v, stopped after %v", all, err, time.Since(began))
		}
	})
}
