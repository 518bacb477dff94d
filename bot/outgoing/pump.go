package outgoing

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"zuji/internal/outbox"
)

// A Pump sends what lies in the outbox.
type Pump struct {
	Box    *outbox.Box
	Sender *Sender
	Log    *slog.Logger

	// Render returns what sends a row and gives the id of the message, or nil for
	// a row that has lost its point.
	Render func(ctx context.Context, row outbox.Row) (func(context.Context) (int, error), error)

	wake chan struct{}
	once sync.Once
}

// workers send at the same time, so that one slow answer does not hold up the
// others. A person's rows always go to the same one, in order.
const workers = 16

// pause is how long the pump rests when the store or Telegram fails.
const pause = 2 * time.Second

func (p *Pump) init() { p.once.Do(func() { p.wake = make(chan struct{}, 1) }) }

// Wake tells the pump that rows were put.
func (p *Pump) Wake() {
	p.init()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run sends rows as they come due until intake ends; what is under way then is
// finished under ctx. Only one pump may run on a store.
func (p *Pump) Run(ctx context.Context, intake <-chan struct{}) error {
	p.init()
	if _, err := p.Box.Recover(ctx); err != nil {
		return err
	}
	lanes := make([]chan outbox.Row, workers)
	var group sync.WaitGroup
	for i := range lanes {
		lanes[i] = make(chan outbox.Row)
		group.Go(func() {
			for row := range lanes[i] {
				p.send(ctx, row)
			}
		})
	}
	p.dispatch(ctx, intake, lanes)
	for _, lane := range lanes {
		close(lane)
	}
	group.Wait()
	return nil
}

// maxSleep is how long the pump rests at most: a changed clock is noticed then.
const maxSleep = time.Minute

func (p *Pump) dispatch(ctx context.Context, intake <-chan struct{}, lanes []chan outbox.Row) {
	seed := maphash.MakeSeed()
	for {
		select {
		case <-intake:
			return
		default:
		}
		row, next, err := p.Box.Claim(ctx)
		switch {
		case err != nil:
			p.Log.Error("outbox can't be read", "error", err)
			p.rest(intake, pause)
		case row != nil:
			lanes[maphash.Comparable(seed, row.To)%workers] <- *row
		default:
			rest := maxSleep
			if !next.IsZero() {
				rest = min(rest, next.Sub(p.Box.Now())+time.Millisecond)
			}
			p.rest(intake, rest)
		}
	}
}

func (p *Pump) rest(intake <-chan struct{}, d time.Duration) {
	t := time.NewTimer(max(d, time.Millisecond))
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.wake:
	case <-intake:
	}
}

// send sends one claimed row and notes what became of it.
func (p *Pump) send(ctx context.Context, row outbox.Row) {
	if err := p.settle(ctx, row); err != nil {
		p.Log.Error("outbox row was not settled", "key", row.Key, "error", err)
	}
}

func (p *Pump) settle(ctx context.Context, row outbox.Row) error {
	run, err := p.Render(ctx, row)
	if err != nil {
		p.Log.Error("notice can't be written", "key", row.Key, "error", err)
		return p.Box.Again(ctx, row.Key, p.Box.Now().Add(time.Minute), true, "can't be written")
	}
	if run == nil {
		return p.Box.Drop(ctx, row.Key, "lost its point")
	}
	var message int
	out := Outcome{Verdict: Failed}
	err = p.Sender.Once(ctx, Call{Chat: row.To, Kind: Send, Slow: true, Run: func(ctx context.Context) error {
		var err error
		message, err = run(ctx)
		out = Classify(err)
		return err
	}})
	now := p.Box.Now()
	switch out.Verdict {
	case Done:
		return p.Box.Sent(ctx, row.Key, message)
	case Wait:
		return p.Box.Again(ctx, row.Key, now.Add(out.After), true, "telegram asked to wait")
	case Blocked:
		return errors.Join(p.Box.Park(ctx, row.Key))
	case Refused, Migrated:
		p.Log.Error("notice was refused", "key", row.Key, "error", err)
		return p.Box.Drop(ctx, row.Key, "refused by telegram")
	case Failed:
		return p.Box.Again(ctx, row.Key, now.Add(pause), true, "telegram can't be reached")
	}
	return p.Box.Again(ctx, row.Key, now.Add(pause), false, "no answer")
}
