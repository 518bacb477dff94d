package outgoing

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"zuji/internal/failpoint"
	"zuji/internal/outbox"
)

// A Pump sends what lies in the outbox. Only one may run on a store.
type Pump struct {
	Box    *outbox.Box
	Sender *Sender
	Log    *slog.Logger

	// Render returns what sends a row and gives the id of the message, or nil for
	// a row that has lost its point.
	Render func(ctx context.Context, row outbox.Row) (func(context.Context) (int, error), error)

	once   sync.Once
	wake   chan struct{}
	bad    atomic.Int32 // attempts in a row that failed or stayed open
	inHand sync.Map     // keys of the rows that were claimed and are not settled
	pauses pauses
}

// pauses are how long the pump rests.
type pauses struct {
	doubt   time.Duration // before a second copy: an outage may be over by then
	failure time.Duration // after a store or the network failed
	render  time.Duration // before a row is written again
	most    time.Duration // when nothing is due: a changed clock is noticed then
}

// workers is how many rows are sent at the same time, so that one slow answer
// does not hold up the others.
const workers = 16

func (p *Pump) init() {
	p.once.Do(func() {
		p.wake = make(chan struct{}, 1)
		if p.pauses == (pauses{}) {
			p.pauses = pauses{doubt: 10 * time.Second, failure: time.Second, render: time.Minute, most: time.Minute}
		}
	})
}

// Wake tells the pump that rows were put.
func (p *Pump) Wake() {
	p.init()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run sends rows as they come due until stop is closed; what is under way then
// is finished under ctx. It returns an error when the outbox can't be read at
// the start.
func (p *Pump) Run(ctx context.Context, stop <-chan struct{}) error {
	p.init()
	if _, err := p.Box.Recover(ctx); err != nil {
		return err
	}
	taking, end := context.WithCancel(ctx)
	defer end()
	go func() {
		select {
		case <-stop:
			end()
		case <-taking.Done():
		}
	}()
	slots := make(chan struct{}, workers)
	var group sync.WaitGroup
	for taking.Err() == nil {
		p.rest(taking, p.strain())
		slots <- struct{}{}
		rows := p.take(ctx, taking)
		if len(rows) == 0 {
			<-slots
		}
		for _, row := range rows {
			group.Go(func() {
				defer func() { <-slots }()
				p.send(ctx, taking, row)
			})
		}
	}
	group.Wait()
	return nil
}

// strain returns how long to rest since Telegram does not answer well: rows have
// few tries, and an outage must not use up those of all.
func (p *Pump) strain() time.Duration {
	const free = 3 // failures in a row that say nothing yet
	n := p.bad.Load()
	if n < free {
		return 0
	}
	return min(p.pauses.failure<<min(n-free, 6), p.pauses.most)
}

// take waits until a row may leave and claims it: none, or one.
func (p *Pump) take(ctx, taking context.Context) []outbox.Row {
	now := p.Box.Now()
	at, urgent, err := p.Box.Next(ctx, now)
	switch {
	case err != nil:
		p.Log.Error("outbox can't be read", "error", err)
		p.rest(taking, p.pauses.failure)
		return nil
	case at.IsZero():
		p.idle(taking, p.pauses.most)
		return nil
	case at.After(now):
		p.idle(taking, min(p.pauses.most, at.Sub(now)))
		return nil
	}
	// Its turn comes before the claim: a claimed row that waits would count as sent
	// after a crash.
	if err := p.Sender.gate.pass(taking, !urgent); err != nil {
		return nil
	}
	err = failpoint.At(failpoint.BeforeClaim)
	var rows []outbox.Row
	if err == nil {
		rows, err = p.Box.Claim(ctx, p.Box.Now(), 1)
	}
	if err == nil && len(rows) > 0 {
		err = failpoint.At(failpoint.AfterClaim)
	}
	if err != nil {
		rows = nil
		p.Log.Error("outbox row was not claimed", "error", err)
		p.rest(taking, p.pauses.failure)
		p.giveBack(ctx)
	}
	for _, r := range rows {
		p.inHand.Store(r.Key, true)
	}
	return rows
}

// giveBack returns rows of claims that failed with their commit in doubt.
func (p *Pump) giveBack(ctx context.Context) {
	err := p.Box.Return(ctx, func(key string) bool { _, ok := p.inHand.Load(key); return ok })
	if err != nil {
		p.Log.Error("outbox rows were not put back", "error", err)
	}
}

// idle rests until rows were put, or d has passed.
func (p *Pump) idle(ctx context.Context, d time.Duration) {
	t := time.NewTimer(max(d, time.Millisecond))
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.wake:
	case <-ctx.Done():
	}
}

func (p *Pump) rest(ctx context.Context, d time.Duration) {
	if d > 0 {
		_ = sleep(ctx, d) // the caller looks at ctx
	}
}

// send sends one claimed row and notes what became of it. As long as the store
// fails it tries to note it again, since it alone knows.
func (p *Pump) send(ctx, taking context.Context, row outbox.Row) {
	defer p.inHand.Delete(row.Key)
	settle := p.attempt(ctx, taking, row)
	for {
		err := failpoint.At(failpoint.BeforeSettle)
		if err == nil {
			err = settle()
		}
		if err == nil {
			p.Wake() // the person's next row may leave now
			return
		}
		p.Log.Error("outcome of an outbox row was not stored", "kind", row.Kind, "row", row.Ref(), "error", err)
		if taking.Err() != nil {
			return // at the next start it counts as in doubt
		}
		p.rest(taking, p.pauses.failure)
	}
}

// errInterrupted says that a call was not made since the pump stops.
var errInterrupted = errors.New("interrupted before it was sent")
