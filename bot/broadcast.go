package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/ledger"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// broadcasts shows the broadcasts under way, or begins one with the words behind
// the command.
func (c *conversation) broadcasts(text string) (bool, error) {
	if c.down != nil {
		return false, c.sorry()
	}
	all, err := c.Registry.Broadcasts(c.ctx)
	if err != nil {
		return false, err
	}
	for _, cast := range all {
		if cast, err = c.Registry.GiveBroadcast(c.ctx, cast.ID); err != nil {
			return false, err
		}
		m := c.castMessage(c.to, cast)
		c.later(func() error {
			_, err := c.send(c.ctx, c.in.chat, m)
			return err
		})
	}
	return true, c.begin(pending{Flow: "broadcast", Arg: text})
}

func (c *conversation) startBroadcast(text string) (*form.Session, error) {
	if !c.may(admin) {
		return nil, c.say(form.T("error.not_allowed"))
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	s, err := flows.StartBroadcast(facts, newID(), text)
	return &s, err
}

func (c *conversation) runBroadcast(s form.Session) (running, error) {
	facts, err := c.facts()
	if err != nil {
		return running{}, err
	}
	reach := func(b tenancy.Broadcast) int {
		people, err := c.Registry.Audience(c.ctx, b)
		if err != nil {
			c.Log.Warn("receivers were not counted", "error", err)
		}
		return len(people)
	}
	return run(flows.NewBroadcast(facts, reach), func(b tenancy.Broadcast) (last, error) { return c.submitBroadcast(s.ID, b) }), nil
}

// submitBroadcast stores a broadcast and shows its writer what the others will
// get. It leaves when that has been confirmed.
func (c *conversation) submitBroadcast(session string, b tenancy.Broadcast) (last, error) {
	b.ID, b.By = session, c.in.from.ID
	b, err := c.Registry.WriteBroadcast(c.ctx, b)
	if errors.Is(err, registry.ErrNotAllowed) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	if err != nil {
		return last{}, err
	}
	people, err := c.Registry.Audience(c.ctx, b)
	if err != nil {
		return last{}, err
	}
	preview := c.castCopy(c.to, b)
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, preview)
		return err
	})
	if len(people) == 0 || len(people) > tenancy.MaxReceivers {
		return last{text: form.T("broadcast.nobody", "Count", len(people), "Max", tenancy.MaxReceivers)}, nil
	}
	return last{text: form.T("broadcast.submitted", "Count", len(people)), buttons: []button{
		{label: form.T("broadcast.send"), data: actionData(doCast, b.ID), style: "success"},
		{label: form.T("broadcast.drop"), data: actionData(doCastDrop, b.ID)},
	}}, nil
}

// castCopy is what everybody gets.
func (b *Bot) castCopy(to locales.Writer, cast tenancy.Broadcast) message {
	name := ""
	if cast.Compound != tenancy.EveryCompound {
		name = b.compound(cast.Compound).Name
	}
	return message{html: to.HTML(form.T("broadcast.copy", "Compound", name, "Text", cast.Text))}
}

// castNotice writes a copy for the outbox, or nil where the broadcast has been
// stopped.
func (b *Bot) castNotice(ctx context.Context, row outbox.Row) (*message, error) {
	var n registry.Notice
	if err := json.Unmarshal(row.Payload, &n); err != nil {
		return nil, fmt.Errorf("read notice: %w", err)
	}
	cast, err := b.Registry.Broadcast(ctx, n.Item)
	if err != nil || cast.State == tenancy.CastStopped {
		return nil, err
	}
	to, err := b.writer(ctx, row.To)
	m := b.castCopy(to, cast)
	return &m, err
}

// sendBroadcast begins the broadcast that a button names. The message pressed
// becomes the one that shows how far it is.
func (c *conversation) sendBroadcast(id string) error {
	cast, err := c.Registry.StartBroadcast(c.ctx, id, c.in.from.ID)
	if err == nil && cast.State.Under() && cast.Message == 0 && c.in.message != 0 {
		cast, err = c.Registry.ShowBroadcast(c.ctx, id, c.in.from.ID, c.in.message)
	}
	return c.castChanged(cast, err)
}

// setBroadcast pauses a broadcast, lets it go on, stops or drops it.
func setBroadcast(to tenancy.CastState) func(*conversation, string) error {
	return func(c *conversation, id string) error {
		cast, err := c.Registry.SetBroadcast(c.ctx, id, c.in.from.ID, to)
		return c.castChanged(cast, err)
	}
}

func (c *conversation) castChanged(cast tenancy.Broadcast, err error) error {
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.not_allowed"))
	}
	if err != nil {
		return err
	}
	if cast.State.Under() {
		if cast, err = c.Registry.GiveBroadcast(c.ctx, cast.ID); err != nil {
			return err
		}
	}
	c.put(c.castMessage(c.to, cast))
	if cast.State == tenancy.CastSending {
		c.later(func() error { c.goBroadcast(cast.ID); return nil })
	}
	return nil
}

// castMessage says how far a broadcast is, with what can be done to it.
func (c *conversation) castMessage(to locales.Writer, cast tenancy.Broadcast) message {
	r := cast.Result
	done := cast.Given - r.Waiting
	percent := 100 * done / max(1, cast.Total)
	m := message{html: to.HTML(form.T("broadcast.state."+string(cast.State), "Bar", bar(percent), "Done", done, "Total", cast.Total,
		"Sent", r.Sent, "Withdrawn", done-r.Sent-r.Held-r.Unsure-r.Refused, "Held", r.Held, "Unsure", r.Unsure, "Refused", r.Refused))}
	pause := button{label: form.T("broadcast.pause"), data: actionData(doCastPause, cast.ID)}
	goOn := button{label: form.T("broadcast.go_on"), data: actionData(doCastGoOn, cast.ID), style: "primary"}
	stop := button{label: form.T("broadcast.stop"), data: actionData(doCastStop, cast.ID), style: "danger"}
	w := &conversation{Bot: c.Bot, to: to}
	switch cast.State {
	case tenancy.CastSending:
		m.inline = w.rows([]button{pause, stop})
	case tenancy.CastPaused:
		m.inline = w.rows([]button{goOn, stop})
	}
	return m
}

// goBroadcast lets a broadcast go on; it ends when it is done, paused or stopped.
func (b *Bot) goBroadcast(id string) {
	b.goJob("broadcast", id, func(ctx context.Context) error { return b.broadcastAll(ctx, id) })
}

// lookEvery is how often a broadcast looks whether more can be given out.
const lookEvery = 500 * time.Millisecond

// broadcastAll gives a broadcast out and shows how far it is, in one message. The
// list of those whom it did not surely reach is sent before the end is noted, so
// that no end of the process loses it.
func (b *Bot) broadcastAll(ctx context.Context, id string) error {
	shown, before := time.Now(), ""
	for {
		cast, err := b.Registry.GiveBroadcast(ctx, id)
		if err == nil && cast.State == tenancy.CastSending && cast.Reached() {
			if err = b.sendMissed(ctx, cast); err == nil {
				cast, err = b.Registry.EndBroadcast(ctx, id)
			}
		}
		if err != nil {
			return err
		}
		over := cast.State != tenancy.CastSending
		if over || time.Since(shown) >= progressEvery {
			before, shown = b.showCast(ctx, cast, before), time.Now()
		}
		if over {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// watcher is the administrator to whom a broadcast is shown, or 0.
func (b *Bot) watcher(cast tenancy.Broadcast) int64 {
	if b.Registry.Admin(cast.ShownTo) {
		return cast.ShownTo
	}
	return 0
}

// showCast changes the message of the progress if it says something else than
// before, and returns what it says. The broadcast does not depend on it.
func (b *Bot) showCast(ctx context.Context, cast tenancy.Broadcast, before string) string {
	who := b.watcher(cast)
	to, err := b.writer(ctx, who)
	if err != nil || who == 0 {
		return before
	}
	c := &conversation{Bot: b, ctx: ctx, to: to}
	m := c.castMessage(to, cast)
	if m.html == before {
		return before
	}
	if err := b.edit(ctx, who, cast.Message, m); err != nil {
		b.Log.Warn("progress was not shown", "broadcast", cast.ID, "error", err)
	}
	return m.html
}

// sendMissed sends whoever is shown a broadcast a list of those whom it has not
// surely reached.
func (b *Bot) sendMissed(ctx context.Context, cast tenancy.Broadcast) error {
	missed, err := b.Registry.MissedBy(ctx, cast.ID)
	who := b.watcher(cast)
	if err != nil || len(missed) == 0 || who == 0 {
		return err
	}
	to, err := b.writer(ctx, who)
	if err != nil {
		return err
	}
	e := ledger.Extract{Title: to.Plain(form.T("broadcast.missed.title")), Stated: to.Plain(form.T("broadcast.missed.stated", "At", b.Now()))}
	for _, column := range []string{"compound", "where", "why"} {
		e.Columns = append(e.Columns, ledger.Column{Head: to.Plain(form.T("broadcast.missed." + column)), Width: 22})
	}
	rows := func(yield func([]any, error) bool) {
		for _, one := range missed {
			if !yield([]any{one.Compound, one.Where, to.Plain(form.T("broadcast.missed.because." + one.Why))}, nil) {
				return
			}
		}
	}
	var out bytes.Buffer
	if err := e.Write(&out, ledger.XLSX, rows); err != nil {
		return err
	}
	f := file{name: to.Plain(form.T("broadcast.missed.title")) + ".xlsx", data: out.Bytes()}
	_, err = b.sendFile(ctx, who, f, message{html: to.HTML(form.T("broadcast.missed.caption", "Count", len(missed))), protect: true})
	return err
}
