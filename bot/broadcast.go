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
	if len(people) == 0 {
		return last{text: form.T("broadcast.nobody")}, nil
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
		cast, err = c.Registry.ShowBroadcast(c.ctx, id, c.in.message)
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
	b.jobs.run("broadcast "+id, func(ctx context.Context) {
		if err := b.broadcastAll(ctx, id); err != nil && ctx.Err() == nil {
			b.Log.Error("broadcast stopped; it goes on after a restart", "broadcast", id, "error", err)
		}
	})
}

// lookEvery is how often a broadcast looks whether more can be given out.
const lookEvery = 200 * time.Millisecond

// broadcastAll gives a broadcast out and shows how far it is, in one message.
func (b *Bot) broadcastAll(ctx context.Context, id string) error {
	shown, before := time.Now(), message{}
	for {
		cast, err := b.Registry.GiveBroadcast(ctx, id)
		if err != nil {
			return err
		}
		if cast.State != tenancy.CastSending || time.Since(shown) >= progressEvery {
			to, err := b.writer(ctx, cast.By)
			if err != nil {
				return err
			}
			c := &conversation{Bot: b, ctx: ctx, to: to}
			if m := c.castMessage(to, cast); m.html != before.html {
				c.showCast(cast, m)
				before = m
			}
			shown = time.Now()
			if cast.State == tenancy.CastDone {
				return c.sendMissed(cast)
			}
		}
		if cast.State != tenancy.CastSending {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// showCast changes the message of the progress. The broadcast does not depend on
// it.
func (c *conversation) showCast(cast tenancy.Broadcast, m message) {
	if err := c.edit(c.ctx, cast.By, cast.Message, m); err != nil {
		c.Log.Warn("progress was not shown", "broadcast", cast.ID, "error", err)
	}
}

// sendMissed sends the writer a list of those whom a broadcast has not surely
// reached.
func (c *conversation) sendMissed(cast tenancy.Broadcast) error {
	missed, err := c.Registry.MissedBy(c.ctx, cast.ID)
	if err != nil || len(missed) == 0 {
		return err
	}
	e := ledger.Extract{Title: c.to.Plain(form.T("broadcast.missed.title")), Stated: c.to.Plain(form.T("broadcast.missed.stated", "At", cast.Ended))}
	for _, column := range []string{"compound", "where", "why"} {
		e.Columns = append(e.Columns, ledger.Column{Head: c.to.Plain(form.T("broadcast.missed." + column)), Width: 22})
	}
	rows := func(yield func([]any, error) bool) {
		for _, one := range missed {
			if !yield([]any{one.Compound, one.Where, c.to.Plain(form.T("broadcast.missed.because." + one.Why))}, nil) {
				return
			}
		}
	}
	var out bytes.Buffer
	if err := e.Write(&out, ledger.XLSX, rows); err != nil {
		return err
	}
	f := file{name: c.to.Plain(form.T("broadcast.missed.title")) + ".xlsx", data: out.Bytes()}
	_, err = c.sendFile(c.ctx, cast.By, f, message{html: c.to.HTML(form.T("broadcast.missed.caption", "Count", len(missed))), protect: true})
	return err
}
