package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// receivers looks up whom a duty notice reaches, each audience once.
func (c *conversation) receivers() flows.Receivers {
	type asked struct {
		compound string
		audience tenancy.Audience
	}
	known := map[asked]tenancy.Reach{}
	return func(compound string, a tenancy.Audience) tenancy.Reach {
		k := asked{compound, a}
		reach, ok := known[k]
		if !ok {
			var err error
			if reach, err = c.Registry.DutyReach(c.ctx, compound, a); err != nil {
				c.Log.Warn("look-up of landlords did not work", "error", err)
			}
			known[k] = reach
		}
		return reach
	}
}

// startNotice begins the sending of a duty notice in a compound.
func (c *conversation) startNotice(compound string) (*form.Session, error) {
	of := c.compound(compound)
	if !of.HasStaff(c.in.from.ID) {
		return nil, c.say(form.T("error.not_allowed"))
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	all := c.receivers()
	if r := all(compound, tenancy.Audience{Kind: tenancy.WholeCompound}); r.Units+len(r.Without) == 0 {
		return nil, c.say(form.T("dutynotice.nobody", "Compound", of.Name))
	}
	s, err := flows.StartNotice(facts, all, newID(), compound)
	return &s, err
}

// submitNotice stores a duty notice and sends it.
func (c *conversation) submitNotice(session string, d flows.NewNotice) (last, error) {
	n, err := c.Registry.SendDutyNotice(c.ctx, tenancy.DutyNotice{ID: session, Compound: d.Compound, Paragraph: d.Paragraph,
		Audience: d.Audience(), By: c.in.from.ID})
	if errors.Is(err, registry.ErrNotAllowed) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	if err != nil {
		return last{}, err
	}
	list := button{label: form.T("button.duty_list"), data: actionData(doDutyList, dutyArg(n.Compound, 0))}
	if err := c.Registry.ContinueDutyNotices(c.ctx); err != nil {
		c.Log.Warn("duty notice was not sent to all; it is tried again", "error", err)
		return last{text: form.T("dutynotice.unfinished"), buttons: []button{list}}, nil
	}
	if n, err = c.Registry.DutyNotice(c.ctx, session); err != nil {
		return last{}, err
	}
	_, without, err := c.Registry.UnreadDuty(c.ctx, session)
	if err != nil {
		return last{}, err
	}
	at, later := c.dutyAt()
	return last{text: form.T("notice.submitted", "Landlords", n.Landlords, "Without", len(without), "List", flows.UnitList(without),
		"At", at, "Later", later && n.Landlords > 0), buttons: []button{list}}, nil
}

// dutyNotice writes a landlord's copy of a duty notice, or nil when another round
// has taken its place or they have read it.
func (b *Bot) dutyNotice(ctx context.Context, row outbox.Row) (*message, error) {
	var told registry.Notice
	if err := json.Unmarshal(row.Payload, &told); err != nil {
		return nil, fmt.Errorf("read notice: %w", err)
	}
	to, err := b.writer(ctx, row.To)
	if err != nil {
		return nil, err
	}
	n, read, err := b.Registry.DutyCopy(ctx, told.Item, row.To)
	if err != nil || n.Round != told.Round || !read.IsZero() {
		return nil, err
	}
	m := b.dutyCopy(to, n, time.Time{})
	return &m, nil
}

// dutyCopy is a landlord's copy, with the button or the time of reading.
func (b *Bot) dutyCopy(to locales.Writer, n tenancy.DutyNotice, read time.Time) message {
	c := &conversation{Bot: b, to: to}
	lines := []string{to.HTML(flows.DutyText(n.Version, b.compound(n.Compound)))}
	if n.Paragraph != "" {
		lines = append(lines, to.HTML(form.T("dutynotice.extra", "Paragraph", n.Paragraph)))
	}
	if !read.IsZero() {
		return message{html: strings.Join(append(lines, to.HTML(form.T("dutynotice.signed", "At", read))), "\n\n")}
	}
	if n.Round > 0 {
		lines = append([]string{to.HTML(form.T("dutynotice.again"))}, lines...)
	}
	return message{html: strings.Join(append(lines, to.HTML(form.T("dutynotice.please"))), "\n\n"),
		inline: c.rows([]button{{label: form.T("button.duty_read"), data: actionData(doReadDuty, n.ID), style: "primary"}})}
}

// readDuty notes that a landlord has read their copy. Whoever got none is told
// that the button does nothing.
func (c *conversation) readDuty(id string) error {
	before, _, err := c.Registry.DutyCopy(c.ctx, id, c.in.from.ID)
	if errors.Is(err, registry.ErrNotFound) {
		c.later(func() error { return c.toast(c.to.Plain(form.T("toast.unknown"))) })
		return nil
	}
	if err != nil {
		return err
	}
	n, at, err := c.Registry.ReadDutyNotice(c.ctx, id, c.in.from.ID)
	if err != nil {
		return err
	}
	said := form.T("dutynotice.thanks")
	if n.Read == before.Read {
		said = form.T("dutynotice.thanks_again", "At", at)
	}
	pressed := c.in.message
	c.later(func() error { return c.toast(c.to.Plain(said)) })
	c.later(func() error { return c.edit(c.ctx, c.in.chat, pressed, c.dutyCopy(c.to, n, at)) })
	return nil
}
