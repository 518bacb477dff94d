package bot

import (
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// withdraw asks whether a tenancy is really to be taken back.
func (c *conversation) withdraw(id string) error {
	t, ok := c.mine(id)
	if !ok || !t.State.May(tenancy.Withdraw, tenancy.ByLandlord) {
		return c.cannot(t, ok)
	}
	return c.say(form.T("withdraw.ask", "Unit", t.Unit.String(), "Receipt", t.Receipt),
		button{label: form.T("button.withdraw_yes"), data: actionData(doWithdrawYes, id), style: "danger"},
		button{label: form.T("button.withdraw_no"), data: actionData(doCard, id)})
}

// cannot says why a move is not possible.
func (c *conversation) cannot(t tenancy.Tenancy, known bool) error {
	if !known {
		return c.say(form.T("error.not_yours"))
	}
	return c.say(form.T("error.state", "State", form.T("state."+string(t.State))),
		button{label: form.T("button.details"), data: actionData(doCard, t.ID)})
}

// moved answers a move that needed no more than a press.
func (c *conversation) moved(t tenancy.Tenancy, err error, said string) error {
	if wrong := (*tenancy.MoveError)(nil); errors.As(err, &wrong) {
		return c.cannot(t, true)
	}
	if errors.Is(err, registry.ErrNotFound) || errors.Is(err, registry.ErrNotAllowed) {
		return c.say(form.T("error.not_yours"))
	}
	if err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T(said, "Unit", t.Unit.String(), "Receipt", t.Receipt),
		button{label: form.T("button.my"), data: actionData(doCommand, "my")})
}

// strippedPress takes the buttons off the message that was pressed: what they
// offered is done.
func (c *conversation) strippedPress() {
	if pressed := c.in.message; c.in.query != "" && pressed != 0 {
		c.later(func() error { return c.strip(c.ctx, c.in.chat, pressed) })
	}
}

// history tells a tenancy's story, with that of those it replaced, to whoever may
// see it in full.
func (c *conversation) history(id string) error {
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || t.Owner != c.in.from.ID && !c.staffOf(t) {
		return c.say(form.T("error.not_yours"))
	}
	lines := c.story(c.to, t)
	for before := t; before.Replaces != "" && len(lines) < maxStory; {
		if before, err = c.Registry.Tenancy(c.ctx, before.Replaces); err != nil {
			return err
		}
		if !before.Erased.IsZero() {
			break
		}
		lines = append(c.story(c.to, before), lines...)
	}
	if len(lines) > maxStory {
		lines = lines[len(lines)-maxStory:]
	}
	text := c.to.HTML(form.T("history.title", "Unit", t.Unit.String())) + "\n" + strings.Join(lines, "\n")
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, message{html: text, protect: true})
		return err
	})
	return nil
}

// maxStory is how many lines of history one message holds.
const maxStory = 40

func (c *conversation) story(to locales.Writer, t tenancy.Tenancy) []string {
	lines := []string{to.HTML(form.T("history.of", "Receipt", t.Receipt))}
	staff := map[int64]string{}
	for _, s := range c.compound(t.Compound).Staff {
		staff[s.ID] = s.Name
	}
	for _, e := range t.History {
		who := form.T("history.actor." + string(e.Actor))
		if name := staff[e.Who]; name != "" && e.Actor == tenancy.ByManager {
			who = form.T("history.manager", "Name", name)
		}
		line := to.HTML(form.T("history.line", "At", e.At, "Who", who, "Move", form.T("history.move."+string(e.Move))))
		if e.Reason != "" {
			line += to.HTML(form.T("history.reason", "Reason", flows.WhyValue(e.Reason)))
		}
		lines = append(lines, line)
	}
	return lines
}

// drop drops a saved draft.
func (c *conversation) drop(session string) error {
	if err := c.Registry.DropDraft(c.ctx, c.in.from.ID, session); err != nil {
		return err
	}
	return c.say(form.T("leave.discarded"))
}
