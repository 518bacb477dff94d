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
// every 0.6 s, the least for which Telegram hands out more than one update, and
// takes from the answer what is new. Measured against the stand-in with a chat
// whose handler takes 3 s: another chat's message is handled 0.6 s after it was
// sent at most, and after 3 s if the whole batch were waited for; without a slow
// chat the next poll follows at once in both.
type Poller struct {
	URL   string // of the Bot API server with the token: https://…/bot<token>
	Lanes *Lanes
	Log   *slog.Logger
	HTTP  interface {
		Do(*http.Request) (*http.Response, error)
	}

	// Frozen says until when Telegram asked for silence; nil means never.
	Frozen func() time.Time

	offset int64
	open   map[int64]*flight // received and not confirmed
	order  []int64           // their ids, as received
}

// rereadPause is the least time between two polls with the same offset: within
// half a second Telegram gives only one update.
const rereadPause = 600 * time.Millisecond

// Run polls until ctx ends. It returns an error only for what can't mend: a
// token that Telegram does not know.
func (p *Poller) Run(ctx context.Context) error {
	p.open = map[int64]*flight{}
	failures := 0
	for ctx.Err() == nil {
		if p.Frozen != nil {
			rest(ctx, time.Until(p.Frozen()))
		}
		began := time.Now()
		batch, err := p.fetch(ctx, p.next())
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			pause, fatal := p.after(err, failures)
			if fatal != nil {
				return fatal
			}
			failures++
			rest(ctx, pause)
			continue
		}
		careful := p.Lanes.care.isOn()
		p.begin(ctx, batch)
		switch {
		case !p.settle(ctx, began):
			failures++
			rest(ctx, backoff(failures-1))
		case careful && len(batch) == 0:
			p.Lanes.care.trust()
			fallthrough
		default:
			failures = 0
		}
	}
	p.finish(context.WithoutCancel(ctx))
	return nil
}

// next is the poll that is due: a short one while updates are open, and one for
// a single update while care is taken, which confirms the one before.
func (p *Poller) next() request {
	switch {
	case p.Lanes.care.isOn():
		return request{Offset: p.offset, Limit: 1}
	case len(p.order) > 0:
		return request{Offset: p.offset, Limit: 100}
	}
	return request{Offset: p.offset, Limit: 100, Timeout: pollSeconds}
}

// begin puts what is new in a batch, and what failed before, into the lanes. All
// at once, so that a chat's updates stay in order though earlier ones end
// meanwhile.
func (p *Poller) begin(ctx context.Context, batch []json.RawMessage) {
	l := p.Lanes
	l.init()
	known := p.open
	p.open, p.order = map[int64]*flight{}, nil
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, raw := range batch {
		u, id, err := decode(raw)
		if id == 0 {
			continue // nothing Telegram sends
		}
		f := known[id]
		switch {
		case f != nil && (!f.ended() || f.ok()):
		case err != nil:
			f = l.begun(func() error { return l.unreadable(ctx, id, raw) })
		default:
			f = l.begin(ctx, u, raw)
		}
		p.open[id] = f
		p.order = append(p.order, id)
	}
}

// begun runs fn as a flight of its own.
func (l *Lanes) begun(fn func() error) *flight {
	f := &flight{done: make(chan struct{})}
	l.running.Add(1)
	go func() {
		defer l.running.Done()
		f.err = fn()
		close(f.done)
	}()
	return f
}

// settle waits until all open updates have ended, or until it is time to look
// for new ones, and moves the offset behind those that took effect. The offset
// follows what was received, since ids may jump. It reports false if one failed.
func (p *Poller) settle(ctx context.Context, began time.Time) (good bool) {
	t := time.NewTimer(time.Until(began.Add(rereadPause)))
	defer t.Stop()
	good = true
	waiting := true
	for _, id := range p.order {
		f := p.open[id]
		if waiting {
			select {
			case <-f.done:
			case <-t.C:
				waiting = false
			case <-ctx.Done():
				waiting = false
			}
		}
		if f.ended() && f.err != nil {
			good = false
		}
	}
	p.advance()
	return good
}

// advance moves the offset behind the updates at the front that took effect.
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
	before := p.offset
	for _, id := range p.order {
		select {
		case <-p.open[id].done:
		case <-ctx.Done():
		}
	}
	p.advance()
	if p.offset == 0 || p.offset == before && len(p.order) > 0 {
		return
	}
	if _, err := p.fetch(ctx, request{Offset: p.offset, Limit: 1}); err != nil {
		p.Log.Warn("last updates were not confirmed and come again", "error", err)
	}
}
