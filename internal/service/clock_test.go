package service_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zuji/internal/outbox"
	"zuji/internal/service"
)

// wrongBy is how far this process's clock is set wrong, for a child that serves.
var wrongBy atomic.Int64

// setClock makes the clock of a process wrong.
func (p *process) setClock(by time.Duration) {
	_, _ = io.WriteString(p.in, fmt.Sprintf("clock %s\n", by))
}

// wrongly lets a child serve with a clock that can be set, as a machine's: its times
// say nothing of what has run.
func wrongly(c *service.Config) {
	began := time.Now()
	c.Now = func() time.Time { return time.Now().Round(0).Add(time.Duration(wrongBy.Load())) }
	c.Elapsed = func() time.Duration { return time.Since(began) }
}

const aYear = 365 * 24 * time.Hour

// The machine's clock is a year off, at starts and while Zuji serves, forward and
// back: people register as ever, what they file has the right time, nobody is
// reminded of what is a year away, nothing is removed, and nothing waits for a year.
func TestTorture_Clock(t *testing.T) {
	began := time.Now()
	r := startRig(t, 5, nil)
	p := r.launch()
	r.progress(5)
	for range r.rig.Times(1) {
		p = r.startsWrong(p, aYear)
		p = r.startsWrong(p, -aYear)
		r.setsWrong(p, aYear)
		if r.rig.Times(1) > 1 {
			r.setsWrong(p, -aYear)
		}
	}
	r.finish(p)
	if n := r.told("我没有在等您回答"); n > 0 {
		t.Errorf("%d conversations were lost", n)
	}
	if !strings.Contains(r.log.String(), "clock is wrong") {
		t.Error("the operator is not told")
	}
	r.checkTimes(began)
}

// startsWrong kills Zuji and starts it with a clock that is off, and sets it right
// while it serves.
func (r *rigged) startsWrong(p *process, off time.Duration) *process {
	r.t.Helper()
	p.kill()
	p = loaded(r.t, r.config, r.log)
	p.setClock(off)
	p.begin()
	<-p.ready
	if !p.serving.Load() {
		r.t.Fatalf("Zuji does not start:\n%s", r.log)
	}
	r.progress(5)
	p.setClock(0)
	r.progress(5)
	r.rig.Count("starts with a clock a year off", 1)
	return p
}

// setsWrong sets the clock wrong while Zuji serves, until it has looked for what is
// due, and in the long size for what has run out, and sets it right.
func (r *rigged) setsWrong(p *process, off time.Duration) {
	r.t.Helper()
	stay := 16 * time.Second
	if r.rig.Times(1) > 1 {
		stay = 65 * time.Second
	}
	p.setClock(off)
	for since := time.Now(); time.Since(since) < stay; {
		r.progress(5)
	}
	p.setClock(0)
	r.progress(5)
	r.rig.Count("times set a year off", 1)
}

// checkTimes holds the times of the records against those of the test.
func (r *rigged) checkTimes(began time.Time) {
	r.t.Helper()
	c := r.config
	c.Log, c.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(context.Background(), c)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = z.Stop(context.Background()) }()
	for _, p := range r.people {
		mine, err := z.Registry.Mine(context.Background(), p.id, 10_000)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, one := range mine {
			if at := one.History[0].At; at.Before(began.Add(-time.Minute)) || at.After(time.Now().Add(time.Minute)) {
				r.t.Errorf("%s was filed on %s", one.Receipt, at)
			}
		}
	}
	for _, state := range []outbox.State{outbox.Sent, outbox.Unconfirmed, outbox.Dead, outbox.Pending} {
		all, err := z.Box.List(context.Background(), state, 100_000)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, row := range all {
			if strings.HasPrefix(row.Key, "urgent/") || strings.HasPrefix(row.Key, "remind/") {
				r.t.Errorf("somebody is reminded, of what is due in a year: %s", row.State)
			}
		}
	}
}
