package bot

import (
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// tenants shows the landlord which tenants have confirmed their entry, with the
// means to invite the others.
func (c *conversation) tenants(id string) error {
	t, ok := c.mine(id)
	if !ok {
		return c.say(form.T("error.not_yours"))
	}
	lines := []string{c.to.HTML(form.T("tenants.title", "Unit", t.Unit.String()))}
	var buttons []button
	for _, p := range t.Living() {
		lines = append(lines, c.to.HTML(form.T("tenants.line", "Name", p.Name, "Said", c.said(p))))
		arg := t.ID + "." + p.Item
		if p.Answer.Who == 0 {
			buttons = append(buttons, button{label: form.T("button.invite_tenant", "Name", p.Name), data: actionData(doInviteTenant, arg)})
		}
		if p.Answer.Who != 0 || p.Answer.Link.Live(c.Now()) {
			buttons = append(buttons, button{label: form.T("button.revoke_tenant", "Name", p.Name), data: actionData(doRevoke, arg)})
		}
	}
	m := message{html: strings.Join(lines, "\n"), inline: c.rows(buttons), protect: true}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
	return nil
}

// said is how far a tenant's confirmation has come.
func (c *conversation) said(p tenancy.Person) form.Text {
	switch {
	case p.Answer.Said == tenancy.SaidRight:
		return form.T("tenants.right", "At", p.Answer.At)
	case p.Answer.Said == tenancy.SaidWrong:
		return form.T("tenants.wrong", "At", p.Answer.At, "Reason", flows.WhyValue(p.Answer.Reason))
	case p.Answer.Who != 0:
		return form.T("tenants.opened")
	case p.Answer.Link.Live(c.Now()):
		return form.T("tenants.invited", "Until", p.Answer.Link.Expires)
	}
	return form.T("tenants.not_asked")
}

// inviteTenant makes the link for one tenant; arg is the tenancy and the person.
func (c *conversation) inviteTenant(arg string) error {
	id, item, _ := strings.Cut(arg, ".")
	token := registry.Token()
	t, err := c.Registry.InviteTenant(c.ctx, token, id, item, c.in.from.ID)
	if errors.Is(err, registry.ErrNotFound) || errors.Is(err, registry.ErrNotAllowed) {
		return c.say(form.T("error.not_yours"))
	}
	if err != nil {
		return err
	}
	link := c.link("t_" + token)
	return c.say(form.T("tenants.link", "Name", t.Person(item).Name, "Link", link),
		button{label: form.T("button.copy_link"), copy: link})
}

func (c *conversation) revokeTenant(arg string) error {
	id, item, _ := strings.Cut(arg, ".")
	_, err := c.Registry.RevokeTenant(c.ctx, id, item, c.in.from.ID)
	if errors.Is(err, registry.ErrNotFound) || errors.Is(err, registry.ErrNotAllowed) {
		return c.say(form.T("error.not_yours"))
	}
	if err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T("tenants.revoked"))
}

// openTenant lets a tenant in by their link.
func (c *conversation) openTenant(token string) error {
	t, err := c.Registry.OpenTenant(c.ctx, token, c.in.from.ID)
	if errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.tenant_link"))
	}
	if err != nil {
		return err
	}
	return c.rented(t.ID)
}

// rented shows a tenant their own entry and the lease's dates, and nothing else.
func (c *conversation) rented(id string) error {
	t, err := c.Registry.Tenancy(c.ctx, id)
	p := t.Lodger(c.in.from.ID)
	if err != nil || p == nil {
		return c.say(form.T("error.tenant_link"))
	}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, c.lodging(t, *p))
		return err
	})
	return nil
}

func (c *conversation) lodging(t tenancy.Tenancy, p tenancy.Person) message {
	own := tenancy.Tenancy{People: []tenancy.Person{p}, Start: t.Start, End: t.End, MoveIn: t.MoveIn}
	own.People[0].Next = tenancy.NobodyElse
	lines := []string{c.to.HTML(form.T("lodging.title", "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String(),
		"State", form.T("state."+string(t.State))))}
	for _, l := range flows.Registration(flows.Facts{}).Lines(flows.Draft{Tenancy: own}) {
		key, _, _ := strings.Cut(l.Field, ".")
		switch key {
		case "tenant_name", "tenant_document", "occupant_name", "occupant_document", "tenant_phone", "start", "end", "move_in":
			lines = append(lines, c.to.HTML(form.T("card.line", "Label", l.Label, "Value", l.Value)))
		}
	}
	m := message{protect: true}
	if p.Answer.Said != "" {
		lines = append(lines, "", c.to.HTML(form.T("lodging.said", "Said", c.said(p))))
	} else {
		lines = append(lines, "", c.to.HTML(form.T("lodging.ask")))
	}
	if t.State.Active() && p.Answer.Said != tenancy.SaidRight {
		m.inline = c.rows([]button{
			{label: form.T("button.confirm"), data: actionData(doConfirm, t.ID), style: "success"},
			{label: form.T("button.object"), data: actionData(doObject, t.ID)},
		})
	}
	m.html = strings.Join(lines, "\n")
	return m
}

// confirm is a tenant's press on 确认无误.
func (c *conversation) confirm(id string) error {
	_, err := c.Registry.Confirm(c.ctx, id, c.in.from.ID, tenancy.SaidRight, "")
	if errors.Is(err, registry.ErrNotFound) || errors.Is(err, registry.ErrNotAllowed) {
		return c.say(form.T("error.tenant_link"))
	}
	if err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T("lodging.confirmed"))
}
