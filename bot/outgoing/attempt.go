package outgoing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zuji/internal/outbox"
)

// givenUp is how long after it was due a row that can't be written is dropped,
// so that it does not hold up the person's others for ever.
const givenUp = time.Hour

// attempt makes one attempt to send a row and returns what notes its outcome.
func (p *Pump) attempt(ctx, taking context.Context, row outbox.Row) (settle func() error) {
	run, err := p.render(ctx, row)
	now := p.Box.Now()
	switch {
	case err != nil && now.Sub(row.Due) > givenUp:
		p.Log.Error("notice is given up, since it can't be written", "kind", row.Kind, "row", row.Ref(), "error", err)
		return func() error { return p.Box.Dead(ctx, row.Key, "can't be written") }
	case err != nil:
		p.Log.Error("notice can't be written", "kind", row.Kind, "row", row.Ref(), "error", err)
		return func() error { return p.Box.Retry(ctx, row.Key, now.Add(p.pauses.render), "can't be written") }
	case run == nil:
		return func() error { return p.Box.Drop(ctx, row.Key) }
	}
	message, err := p.Sender.once(ctx, taking, row.To, run)
	if errors.Is(err, errInterrupted) {
		return func() error { return p.Box.Retry(ctx, row.Key, now, "the process was stopping") }
	}
	out := Classify(err)
	p.count(out.Verdict)
	return func() error { return p.outcome(ctx, row, message, out, err) }
}

// render calls Render and turns its panic into an error.
func (p *Pump) render(ctx context.Context, row outbox.Row) (run func(context.Context) (int, error), err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic (%T) while it was written", v)
		}
	}()
	return p.Render(ctx, row)
}

// count keeps the number of attempts in a row that did not get through.
func (p *Pump) count(v Verdict) {
	switch v {
	case Failed, Ambiguous:
		p.bad.Add(1)
	default:
		p.bad.Store(0)
	}
}

// outcome stores what became of an attempt.
func (p *Pump) outcome(ctx context.Context, row outbox.Row, message int, out Outcome, err error) error {
	now := p.Box.Now()
	switch out.Verdict {
	case OK:
		return p.Box.Sent(ctx, row.Key, message)
	case Wait:
		return p.Box.Retry(ctx, row.Key, now.Add(out.After), "telegram asked for silence")
	case Failed:
		return p.Box.Retry(ctx, row.Key, now.Add(p.pauses.failure), "telegram can't be reached")
	case Blocked:
		return p.Box.Park(ctx, row.Key, "the person can't be reached")
	case Migrated:
		if err := p.Box.Move(ctx, row.To, out.To); err != nil {
			return err
		}
		return p.Box.Retry(ctx, row.Key, now, "the group has a new id")
	case Refused, Benign:
		p.Log.Error("notice was refused", "kind", row.Kind, "row", row.Ref(), "error", safe(err))
		return p.Box.Dead(ctx, row.Key, "refused by telegram")
	}
	return p.Box.Unconfirmed(ctx, row.Key, now.Add(p.pauses.doubt), "no answer")
}

// once makes a single call in its chat's order; its turn among all chats has
// come already. It waits for the chat as long as taking lives; then it returns
// errInterrupted.
func (s *Sender) once(ctx, taking context.Context, id int64, run func(context.Context) (int, error)) (message int, err error) {
	in, leave, err := s.chats.enter(taking, s.Current(id))
	if err != nil {
		return 0, errInterrupted
	}
	defer leave()
	if in.limit.Wait(taking) != nil || s.gate.thaw(taking) != nil {
		return 0, errInterrupted
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic (%T) while it was sent", v)
		}
	}()
	began := time.Now()
	message, err = run(ctx)
	out := Classify(err)
	s.observe(Send, out, began)
	s.note(ctx, id, out)
	return message, err
}
