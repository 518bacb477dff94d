package intake

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"
)

// AllowedUpdates are the kinds of updates that Zuji asks for. Left out, the list
// of an earlier bot with the same token would stay.
var AllowedUpdates = []string{"message", "edited_message", "callback_query", "my_chat_member"}

// A Poller gets updates by long polling.
//
// An update is confirmed when it and all before it have taken effect. While one
// is slow or fails, the others go on: the poller asks again from the same offset
// every 0.6 s, since within half a second Telegram would give only one update,
// and takes from the answer what is new. Measured against the stand-in, a message
// beside a chat whose handler hangs is handled after 0.6 s; waiting for whole
// batches, it would come when the handler ends.
type Poller struct {
	URL   string // of the Bot API server with the token: https://…/bot<token>
	Lanes *Lanes
	Log   *slog.Logger
	HTTP  interface {
		Do(*http.Request) (*http.Response, error)
	}

	// Frozen says until when Telegram asked for silence; nil means never.
	Frozen func() time.Time

	// Observe is told of each poll: why it failed, if it did, and how long Telegram
	// asked the poller to be silent. Nil means that nobody is told.
	Observe func(err error, silence time.Duration)

	offset int64
	asked  int64              // offset of the last poll: what is confirmed
	open   map[int64]*pending // received and not confirmed
	order  []int64            // their ids, as received
}

// pending is an update that is not confirmed yet.
type pending struct {
	*flight
	lane     int64
	failures int
	retryAt  time.Time // if it failed: not before then
	noted    *flight   // the try that retryAt follows from
}

// rereadPause is the least time between two polls with the same offset: within
// half a second Telegram gives only one update.
const rereadPause = 600 * time.Millisecond

// Run polls until ctx ends. It returns an error only for what can't mend: a
// token that Telegram does not know.
func (p *Poller) Run(ctx context.Context) error {
	p.open = map[int64]*pending{}
	failures := 0
	for ctx.Err() == nil {
		if p.Frozen != nil {
			rest(ctx, time.Until(p.Frozen()))
		}
		again := time.Now().Add(rereadPause)
		careful := p.Lanes.care.isOn()
		batch, err := p.fetch(ctx, p.next(careful))
		switch {
		case ctx.Err() != nil:
		case err != nil:
			pause, fatal := p.after(err, failures)
			if fatal != nil {
				return fatal
			}
			failures++
			rest(ctx, pause)
		default:
			failures = 0
			p.observe(nil, 0)
			if careful && len(batch) == 0 {
				p.Lanes.care.trust()
			}
			p.begin(ctx, batch)
			p.settle(ctx, again)
		}
	}
	p.finish(context.WithoutCancel(ctx))
	return nil
}

// next is the poll that is due: a short one while updates are open, or while care
// is taken, which ends when nothing is found.
func (p *Poller) next(careful bool) request {
	if careful || len(p.order) > 0 {
		return request{Offset: p.offset, Limit: maxLimit}
	}
	return request{Offset: p.offset, Limit: maxLimit, Timeout: pollSeconds}
}

// begin puts what is new in a batch, and what failed before, into the lanes. All
// at once, so that a chat's updates stay in order though earlier ones end
// meanwhile; and nothing of a chat whose failed update still has to wait.
func (p *Poller) begin(ctx context.Context, batch []json.RawMessage) {
	known, blocked := p.open, map[int64]bool{}
	p.open, p.order = map[int64]*pending{}, nil
	p.Lanes.init()
	p.Lanes.mu.Lock()
	defer p.Lanes.mu.Unlock()
	for _, raw := range batch {
		u, id, err := decode(raw)
		if id == 0 {
			continue // nothing Telegram sends
		}
		o := known[id]
		if o == nil {
			o = &pending{flight: failed(ErrBehind)}
		}
		if err == nil {
			o.lane = LaneOf(u)
		}
		switch {
		case !o.ended() || o.ok():
		case err == nil && blocked[o.lane], time.Now().Before(o.retryAt):
			blocked[o.lane] = true
		case err != nil:
			o.flight = p.Lanes.unreadable(ctx, id, raw)
		default:
			o.flight = p.Lanes.begin(ctx, u, raw, nil)
		}
		p.open[id] = o
		p.order = append(p.order, id)
	}
}

// settle waits until all open updates have taken effect, or until it is time to
// look for new ones, and moves the offset behind those that have.
func (p *Poller) settle(ctx context.Context, until time.Time) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	late := false
	for _, id := range p.order {
		o := p.open[id]
		for !late && !o.ended() {
			select {
			case <-o.done:
			case <-t.C:
				late = true
			case <-ctx.Done():
				late = true
			}
		}
		p.postpone(o)
	}
	p.advance()
	if len(p.order) > 0 && !late {
		rest(ctx, time.Until(until))
	}
}

// postpone says when an update that failed is tried again.
func (p *Poller) postpone(o *pending) {
	if o.ended() && o.err != nil && o.err != ErrBehind && o.noted != o.flight {
		o.noted, o.retryAt = o.flight, time.Now().Add(backoff(o.failures))
		o.failures++
	}
}

// advance moves the offset behind the updates at the front that took effect. It
// follows what was received and not the greatest id, since ids may jump back.
func (p *Poller) advance() {
	for len(p.order) > 0 && p.open[p.order[0]].ok() {
		p.offset = p.order[0] + 1
		delete(p.open, p.order[0])
		p.order = p.order[1:]
	}
}

// finishTime bounds the last confirmation.
const finishTime = 5 * time.Second

// finish confirms what took effect after the last poll, so that it does not come
// again after the next start. It gives up soon: handling again is safe.
func (p *Poller) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, finishTime)
	defer cancel()
	for _, id := range p.order {
		select {
		case <-p.open[id].done:
		case <-ctx.Done():
		}
	}
	p.advance()
	if p.offset == p.asked {
		return
	}
	if _, err := p.fetch(ctx, request{Offset: p.offset, Limit: 1}); err != nil {
		p.Log.Warn("last updates were not confirmed and come again", "error", err)
	}
}
