package bot

import (
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// card writes a tenancy as its answers, masked where they are sensitive.
func (b *Bot) card(to locales.Writer, title string, t tenancy.Tenancy) string {
	c := b.compound(t.Compound)
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

// review is the card that a member of staff decides on.
func (b *Bot) review(to locales.Writer, t tenancy.Tenancy, elsewhere []string) message {
	text := b.card(to, "card.review."+string(t.State), t)
	if len(elsewhere) > 0 {
		text += "\n\n" + to.HTML(form.T("card.elsewhere", "Receipts", strings.Join(elsewhere, " ")))
	}
	m := message{html: text, protect: true}
	if t.State == tenancy.Submitted {
		c := &conversation{Bot: b, to: to}
		arg := roundArg(t.ID, t.Round)
		m.inline = c.rows([]button{
			{label: form.T("button.accept"), data: actionData(doAccept, arg), style: "success"},
			{label: form.T("button.return"), data: actionData(doReturn, arg), style: "danger"},
		})
	}
	return m
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

// redraw shows a decided tenancy on the card at hand, without buttons.
func (c *conversation) redraw(t tenancy.Tenancy, said form.Text) {
	if !c.staffOf(t) {
		return
	}
	pressed := c.in.message
	c.later(func() error {
		m := message{html: c.card(c.to, "card.review."+string(t.State), t) + "\n\n" + c.to.HTML(said)}
		return c.edit(c.ctx, c.in.chat, pressed, m)
	})
}

func (c *conversation) staffOf(t tenancy.Tenancy) bool {
	compound := c.compound(t.Compound)
	return compound.HasStaff(c.in.from.ID)
}

// startReturn begins the conversation in which staff say what to correct.
func (c *conversation) startReturn(arg string) (*form.Session, error) {
	id, round := parseRound(arg)
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || !c.staffOf(t) {
		c.later(func() error { return c.tell(form.T("error.not_allowed")) })
		return nil, nil
	}
	if t.State != tenancy.Submitted || t.Round != round {
		said, _ := c.decided(c.Registry.Decided(t))
		c.later(func() error { return c.tell(said) })
		return nil, nil
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	s, err := flows.Return(facts, t).Start(newID(), flows.Returning{Tenancy: id, Round: round})
	return &s, err
}
