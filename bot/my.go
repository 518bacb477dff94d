package bot

import (
	"strconv"
	"strings"

	"zuji/internal/form"
	"zuji/internal/tenancy"
)

const (
	pageLength = 6   // tenancies on one page of /my
	maxMine    = 300 // and on all pages
)

// mineNow returns a person's tenancies without those that another registration
// has replaced.
func (c *conversation) mineNow() ([]tenancy.Tenancy, error) {
	all, err := c.Registry.Mine(c.ctx, c.in.from.ID, maxMine)
	var kept []tenancy.Tenancy
	for _, t := range all {
		if t.State != tenancy.Changed && t.State != tenancy.Renewed {
			kept = append(kept, t)
		}
	}
	return kept, err
}

func (c *conversation) listMine(string) (bool, error) { return false, c.minePage(0) }

// minePage shows one page of a person's tenancies, and on the first those that
// they rent.
func (c *conversation) minePage(from int) error {
	mine, err := c.mineNow()
	if err != nil {
		return err
	}
	rented, err := c.Registry.Rented(c.ctx, c.in.from.ID, pageLength)
	if err != nil {
		return err
	}
	if len(mine) == 0 && len(rented) == 0 {
		drafts, err := c.draftButtons()
		if err != nil {
			return err
		}
		return c.say(form.T("my.none", "Draft", len(drafts) > 0 || c.st.Session != nil), append(drafts, c.mainButtons()...)...)
	}
	if from < 0 || from >= len(mine) {
		from = 0
	}
	to := min(from+pageLength, len(mine))
	lines := []string{c.to.HTML(form.T("my.title", "Count", len(mine)))}
	var buttons []button
	for _, t := range mine[from:to] {
		line, err := c.mineLine(t)
		if err != nil {
			return err
		}
		lines = append(lines, line)
		buttons = append(buttons, button{label: form.T("my.details", "Unit", t.Unit.String()), data: actionData(doCard, t.ID)})
	}
	if from == 0 {
		for _, t := range rented {
			lines = append(lines, c.to.HTML(form.T("my.rented", "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String(), "End", t.End)))
			buttons = append(buttons, button{label: form.T("my.rented_details", "Unit", t.Unit.String()), data: actionData(doRented, t.ID)})
		}
	}
	m := message{html: strings.Join(lines, "\n\n"), inline: c.rows(buttons), protect: true}
	if pages := c.pages(doMine, from, len(mine), pageLength); pages != nil {
		m.inline = append(m.inline, c.rows(pages)...)
	}
	c.put(m)
	return nil
}

// pages are the buttons to the page before and the one after.
func (c *conversation) pages(v verb, from, count, length int) (buttons []button) {
	if from > 0 {
		buttons = append(buttons, button{label: form.T("button.newer"), data: actionData(v, strconv.Itoa(max(0, from-length)))})
	}
	if from+length < count {
		buttons = append(buttons, button{label: form.T("button.older"), data: actionData(v, strconv.Itoa(from+length))})
	}
	return buttons
}

// put shows m in place of the message whose button was pressed, or as a new one.
func (c *conversation) put(m message) {
	pressed := 0
	if c.in.query != "" && (c.in.guarded || !m.protect) { // an edit can't protect what was sent without
		pressed = c.in.message
	}
	c.later(func() error {
		_ = c.toast("")
		if pressed != 0 {
			if err := c.edit(c.ctx, c.in.chat, pressed, m); err == nil {
				return nil
			}
		}
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
}

func (c *conversation) mineLine(t tenancy.Tenancy) (string, error) {
	text := form.T("my.line", "Receipt", t.Receipt, "Compound", c.compound(t.Compound).Name,
		"Unit", t.Unit.String(), "State", form.T("state."+string(t.State)), "End", c.until(t))
	line := c.to.HTML(text)
	if t.Purpose != tenancy.NewLetting && t.State.Pending() {
		line += "\n" + c.to.HTML(form.T("my.purpose."+string(t.Purpose)))
	}
	next, err := c.Registry.Replacing(c.ctx, t.ID)
	if next != nil {
		line += "\n" + c.to.HTML(form.T("my.waiting."+string(next.Purpose)))
	}
	return line, err
}

// until says when a tenancy ends and how many days that is from today.
func (c *conversation) until(t tenancy.Tenancy) form.Text {
	today := tenancy.Today(c.Now())
	switch days := today.DaysUntil(t.End); {
	case t.State == tenancy.Ended || t.State == tenancy.Closed:
		return form.T("until.left", "Date", t.Left)
	case t.State == tenancy.Indefinite:
		return form.T("until.indefinite")
	case !t.State.InForce() || days > 366:
		return form.T("until.date", "Date", t.End)
	case days < 0:
		return form.T("until.over", "Date", t.End, "Days", -days)
	case days == 0:
		return form.T("until.today", "Date", t.End)
	default:
		return form.T("until.days", "Date", t.End, "Days", days)
	}
}

// details shows a person one of their tenancies, with what can be done.
func (c *conversation) details(id string) error {
	t, ok := c.mine(id)
	if !ok {
		return c.say(form.T("error.not_yours"))
	}
	text := c.card(c.to, "card.mine", t)
	if t.State.InForce() || t.State == tenancy.Ended {
		text += "\n\n" + c.dates(c.to, t)
	}
	m := message{html: text, inline: c.rows(c.ownerActions(t)), protect: true}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
	return nil
}

// ownerActions are what the landlord can do with a tenancy as it stands.
func (c *conversation) ownerActions(t tenancy.Tenancy) []button {
	var all []button
	add := func(ok bool, key string, v verb, style string) {
		if ok {
			all = append(all, button{label: form.T("button." + key), data: actionData(v, t.ID), style: style})
		}
	}
	may := func(m tenancy.Move) bool { return t.State.May(m, tenancy.ByLandlord) }
	force := t.State.InForce()
	add(t.State == tenancy.ToCorrect, "correct", doCorrect, "primary")
	add(force, "renew", doRenew, "primary")
	add(force, "change", doChange, "")
	add(may(tenancy.End), "end", doEnd, "")
	add(may(tenancy.Continue), "continue_on", doContinue, "")
	add(may(tenancy.Withdraw), "withdraw", doWithdraw, "")
	add(may(tenancy.File), "filed", doFiled, "")
	add(t.State.Active(), "filing", doFiling, "")
	add(t.State.Active(), "tenants", doTenants, "")
	add(may(tenancy.Close) && t.Filing.Number != "", "close", doClose, "primary")
	return append(append(all, c.paperButtons(t)...), button{label: form.T("button.history"), data: actionData(doHistory, t.ID)})
}

// mine returns a tenancy that the person registered.
func (c *conversation) mine(id string) (tenancy.Tenancy, bool) {
	t, err := c.Registry.Tenancy(c.ctx, id)
	return t, err == nil && t.Owner == c.in.from.ID
}
