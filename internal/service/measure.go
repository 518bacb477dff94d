package service

import (
	"context"
	"time"

	"zuji/bot/intake"
	"zuji/bot/outgoing"
	"zuji/internal/boltkv"
	"zuji/internal/metrics"
	"zuji/internal/outbox"
	"zuji/internal/session"
)

// storeOptions are those of a file of records, whose commits are counted.
func (z *Service) storeOptions(name string, o boltkv.Options) boltkv.Options {
	o.OnFatal, o.MaxSize = z.fail, z.config.MaxStore
	if z.ops != nil {
		m := z.ops.metrics
		o.OnCommit = func(took time.Duration, err error) { m.Commit(name, took, err) }
	}
	return o
}

// counted returns the sessions with their reads and writes counted.
func (z *Service) counted(s session.Store) session.Store {
	if z.ops == nil {
		return s
	}
	return z.ops.metrics.Sessions(s)
}

// observe lets the parts tell the metrics what they do. Call it before they run.
func (z *Service) observe() {
	if z.ops == nil {
		return
	}
	m := z.ops.metrics
	z.Registry.Ticked = m.Reminders
	z.Box.Settled = func(s outbox.State) { m.Settled(string(s)) }
	z.lanes.Observe = func(kind string, r intake.Result, took time.Duration) { m.Update(kind, string(r), took) }
	z.sender.Observe = func(k outgoing.Kind, out outgoing.Outcome, took time.Duration) {
		m.Call(k.String(), out.Verdict.String(), took)
		if out.Verdict == outgoing.Wait {
			m.Silence(out.After)
		}
	}
}

// polled counts a poll, and a silence that Telegram asked for.
func (z *Service) polled(err error, silence time.Duration) {
	if z.ops == nil {
		return
	}
	z.ops.metrics.Poll(err)
	if silence > 0 {
		z.ops.metrics.Silence(silence)
	}
}

// measure returns the state of this moment. What can't be read is left out.
func (z *Service) measure(ctx context.Context) metrics.State {
	s := metrics.Unknown()
	s.Ready = number(z.Ready() == nil)
	if !z.health.started.Load() {
		return s
	}
	if c, err := z.Box.Counts(ctx); err == nil {
		s.OutboxWaiting, s.OutboxSending, s.OutboxHeld = float64(c.Waiting), float64(c.Sending), float64(c.Held)
		s.OutboxUnsure, s.OutboxDead = float64(c.Unconfirmed), float64(c.Dead)
	}
	now := z.config.Now()
	if at, _, err := z.Box.Next(ctx, now); err == nil {
		s.OutboxLate = 0
		if !at.IsZero() {
			s.OutboxLate = max(0, now.Sub(at).Seconds())
		}
	}
	if o, err := z.Registry.Overdue(ctx); err == nil {
		s.DueNow, s.DueLate = float64(o.Rows), o.Oldest.Seconds()
	}
	load := z.lanes.Load()
	s.LanesWaiting, s.LanesMost = float64(load.Waiting), float64(load.Most)
	s.Silence = max(0, time.Until(z.sender.Frozen()).Seconds())
	for name, db := range z.files() {
		stats := db.Stats()
		s.StoreBytes[name], s.StoreView[name] = float64(stats.Bytes), stats.OldestView.Seconds()
	}
	return s
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
