package bot

import (
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// findLength is how many finds one answer lists.
const findLength = 8

// find looks a tenancy up for staff; without words it says what can be typed.
func (c *conversation) find(words string) (bool, error) {
	if words == "" {
		return false, c.say(form.T("find.how"))
	}
	found, err := c.found(words)
	if err != nil {
		return false, err
	}
	if !found {
		return false, c.say(form.T("find.none"))
	}
	return false, nil
}

// found shows staff what their words find in their compounds, and reports whether
// that was anything.
func (c *conversation) found(words string) (bool, error) {
	compounds, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	var all []tenancy.Tenancy
	total := 0
	for _, one := range compounds {
		some, n, err := c.Registry.Find(c.ctx, one.ID, words, findLength)
		if err != nil {
			return false, err
		}
		all, total = append(all, some...), total+n
	}
	switch {
	case len(all) == 0:
		return false, nil
	case len(all) == 1:
		c.reviewCard(all[0])
		return true, nil
	}
	all = all[:min(len(all), findLength)]
	lines := []string{c.to.HTML(form.T("find.title", "Count", total))}
	var buttons []button
	for _, t := range all {
		names := identity.MaskName(t.Landlord.Name)
		for _, p := range t.Tenants() {
			names += " / " + identity.MaskName(p.Name)
		}
		lines = append(lines, c.to.HTML(form.T("find.line", "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String(),
			"Names", names, "Receipt", t.Receipt, "State", form.T("state."+string(t.State)))))
		buttons = append(buttons, button{label: form.T("find.button", "Unit", t.Unit.String(), "State", form.T("state."+string(t.State))), data: actionData(doOpen, t.ID)})
	}
	if total > len(all) {
		lines = append(lines, c.to.HTML(form.T("find.more", "Count", total-len(all))))
	}
	m := message{html: strings.Join(lines, "\n\n"), inline: c.rows(buttons), protect: true}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
	return true, nil
}

func (c *conversation) openByID(id string) error {
	t, err := c.Registry.Tenancy(c.ctx, id)
	if errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.not_yours"))
	}
	if err != nil {
		return err
	}
	return c.openCard(t)
}

// openCard shows a tenancy to whoever may see it, as much as they may see.
func (c *conversation) openCard(t tenancy.Tenancy) error {
	switch {
	case t.Owner == c.in.from.ID:
		return c.details(t.ID)
	case c.staffOf(t):
		c.reviewCard(t)
		return nil
	case t.Lodger(c.in.from.ID) != nil:
		return c.rented(t.ID)
	}
	return c.say(form.T("error.not_yours"))
}

func (c *conversation) reviewCard(t tenancy.Tenancy) {
	c.later(func() error { return c.sendReview(t) })
}

// checked answers the QR code of a receipt.
func (c *conversation) checked(number string) error {
	n, ok := tenancy.ParseReceipt(number)
	if !ok {
		return c.say(form.T("error.bad_receipt"))
	}
	t, err := c.Registry.ByReceipt(c.ctx, n)
	if errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.bad_receipt"))
	}
	if err != nil {
		return err
	}
	return c.openCard(t)
}

// startReveal asks staff why they want to see the numbers in full.
func (c *conversation) startReveal(id string) (*form.Session, error) {
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || !c.staffOf(t) {
		c.later(func() error { return c.tell(form.T("error.not_allowed")) })
		return nil, nil
	}
	s, err := flows.Reveal(t).Start(newID(), flows.Decision{Tenancy: id})
	return &s, err
}

// submitReveal shows the numbers once the reason is on record.
func (c *conversation) submitReveal(d flows.Decision) (last, error) {
	t, err := c.Registry.Reveal(c.ctx, d.Tenancy, c.in.from.ID, d.Why)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	if err != nil {
		return last{}, err
	}
	lines := []string{c.to.HTML(form.T("reveal.title", "Unit", t.Unit.String(), "Receipt", t.Receipt))}
	line := func(name, phone, document string) {
		if phone != "" || document != "" {
			lines = append(lines, c.to.HTML(form.T("reveal.line", "Name", name, "Phone", identity.FormatPhone(phone), "Document", document)))
		}
	}
	line(t.Landlord.Name, t.Landlord.Phone, t.Landlord.Document.Number+t.Landlord.Code)
	line(t.Agent.Name, t.Agent.Phone, "")
	for _, p := range t.Living() {
		line(p.Name, p.Phone, p.Document.Number)
	}
	m := message{html: strings.Join(lines, "\n"), protect: true,
		inline: c.rows([]button{{label: form.T("button.fold"), data: actionData(doFold, t.ID)}})}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
	return last{text: form.T("revealing.submitted")}, nil
}

// fold takes a message with full numbers away.
func (c *conversation) fold() {
	pressed := c.in.message
	c.later(func() error { return c.delete(c.ctx, c.in.chat, pressed) })
}
