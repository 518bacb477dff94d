package bot

import (
	"context"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// card writes a tenancy as its answers, masked where they are sensitive.
func (b *Bot) card(to locales.Writer, title string, t tenancy.Tenancy) string {
	c := b.compound(t.Compound)
	if !t.Erased.IsZero() {
		return to.HTML(form.T("card.erased", "Compound", c.Name, "Unit", t.Unit.String(), "State", form.T("state."+string(t.State)), "At", t.Erased))
	}
	lines := []string{
		to.HTML(form.T(title, "Compound", c.Name, "Unit", t.Unit.String(), "Receipt", t.Receipt)),
		to.HTML(form.T("card.state", "State", form.T("state."+string(t.State)), "At", t.Submitted)),
	}
	facts := flows.Facts{Compounds: []tenancy.Compound{c}, Today: tenancy.Today(b.Now())}
	for _, l := range flows.Registration(facts).Lines(flows.Draft{Tenancy: t}) {
		switch {
		case l.Field == "compound", l.Field == "unit", strings.HasPrefix(l.Field, "others"):
		default:
			lines = append(lines, to.HTML(form.T("card.line", "Label", l.Label, "Value", l.Value)))
		}
	}
	return strings.Join(lines, "\n")
}

// review is the card that a member of staff decides on. Of a change or renewal
// it shows what is new, against before, the tenancy that it replaces.
func (b *Bot) review(to locales.Writer, t tenancy.Tenancy, elsewhere []string, before *tenancy.Tenancy) message {
	text := b.card(to, "card.review."+string(t.State), t)
	if before != nil {
		text = b.compared(to, *before, t)
	}
	if len(elsewhere) > 0 {
		named := elsewhere[:min(len(elsewhere), maxElsewhere)]
		text += "\n\n" + to.HTML(form.T("card.elsewhere", "Receipts", strings.Join(named, " "), "More", len(elsewhere)-len(named)))
	}
	c := &conversation{Bot: b, to: to}
	return message{html: text, protect: true, inline: c.rows(c.staffActions(t))}
}

// maxElsewhere is how many other registrations of the same people a card names.
const maxElsewhere = 5

// staffActions are what the compound's staff can do with a tenancy as it stands.
func (c *conversation) staffActions(t tenancy.Tenancy) []button {
	arg := roundArg(t.ID, t.Round)
	var all []button
	add := func(ok bool, key string, v verb, arg, style string) {
		if ok {
			all = append(all, button{label: form.T("button." + key), data: actionData(v, arg), style: style})
		}
	}
	waits, force := t.State == tenancy.Submitted, t.State.InForce()
	add(waits, "accept", doAccept, arg, "success")
	add(waits, "return", doReturn, arg, "danger")
	add(waits, "reject", doReject, arg, "")
	add(waits || force, "reveal", doReveal, t.ID, "")
	add(force, "end", doEnd, t.ID, "")
	add(t.State.May(tenancy.File, tenancy.ByManager), "filed", doFiled, t.ID, "")
	add(force && t.Owner == 0, "offer", doOffer, t.ID, "")
	if force {
		all = append(all, c.paperButtons(t)...)
	}
	add(len(t.History) > 1 && t.Erased.IsZero(), "history", doHistory, t.ID, "")
	add(!t.State.Active() && t.Erased.IsZero(), "erase", doErase, t.ID, "danger")
	return all
}

// before returns the tenancy that a pending change or renewal replaces, or nil.
func (b *Bot) before(ctx context.Context, t tenancy.Tenancy) (*tenancy.Tenancy, error) {
	if t.Replaces == "" || !t.State.Pending() {
		return nil, nil
	}
	old, err := b.Registry.Tenancy(ctx, t.Replaces)
	return &old, err
}

// compared writes what a change or renewal changes.
func (b *Bot) compared(to locales.Writer, before, after tenancy.Tenancy) string {
	c := b.compound(after.Compound)
	lines := []string{
		to.HTML(form.T("card.review."+string(after.Purpose), "Compound", c.Name, "Unit", after.Unit.String(), "Receipt", after.Receipt, "Before", before.Receipt)),
		to.HTML(form.T("card.state", "State", form.T("state."+string(after.State)), "At", after.Submitted)),
	}
	if after.Purpose == tenancy.ToChange {
		lines = append(lines, to.HTML(form.T("card.since", "Date", after.Since)))
	}
	facts := flows.Facts{Compounds: []tenancy.Compound{c}, Today: tenancy.Today(b.Now())}
	for _, d := range flows.Differences(facts, before, after) {
		lines = append(lines, to.HTML(form.T("card.changed", "Label", d.Label, "Before", orNone(d.Before), "After", orNone(d.After))))
	}
	return strings.Join(append(lines, to.HTML(form.T("card.rest"))), "\n")
}

func orNone(v any) any {
	if v == nil {
		return form.T("value.none")
	}
	return v
}

// accept is a member of staff's press on 受理.
func (c *conversation) accept(arg string) error {
	id, round := parseRound(arg)
	t, err := c.Registry.Accept(c.ctx, id, round, c.in.from.ID)
	said, decided := c.decided(err)
	if err != nil && !decided {
		return err
	}
	if !decided {
		said = form.T("review.accepted", "Receipt", t.Receipt)
	}
	c.later(func() error { return c.toast(c.to.Plain(said)) })
	if decided && t.ID == "" {
		return nil
	}
	c.redraw(t, said)
	return nil
}

// redraw shows a decided tenancy on the card at hand, with the way to the next.
func (c *conversation) redraw(t tenancy.Tenancy, said form.Text) {
	if !c.staffOf(t) {
		return
	}
	m := message{html: c.card(c.to, "card.review."+string(t.State), t) + "\n\n" + c.to.HTML(said), protect: true}
	if rest, err := c.waiting(); err == nil && len(rest) > 0 {
		m.inline = c.rows([]button{{label: form.T("button.next_of", "Count", len(rest)), data: actionData(doNext, t.ID)}})
	}
	c.put(m)
}

func (c *conversation) staffOf(t tenancy.Tenancy) bool {
	compound := c.compound(t.Compound)
	return compound.HasStaff(c.in.from.ID)
}

// startReturn begins the conversation in which staff say what to correct.
func (c *conversation) startReturn(arg string) (*form.Session, error) {
	t, round, ok := c.toDecide(arg)
	if !ok {
		return nil, nil
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	s, err := flows.Return(facts, t).Start(newID(), flows.Returning{Tenancy: t.ID, Round: round})
	return &s, err
}
