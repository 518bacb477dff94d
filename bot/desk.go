package bot

import (
	"errors"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// startDesk begins a registration that staff enter for a landlord at the desk.
func (c *conversation) startDesk() (*form.Session, error) {
	facts, err := c.deskFacts()
	if err != nil {
		return nil, err
	}
	if len(facts.Compounds) == 0 {
		c.later(func() error { return c.tell(form.T("error.not_allowed")) })
		return nil, nil
	}
	compound := ""
	if len(facts.Compounds) == 1 {
		compound = facts.Compounds[0].ID
	}
	s, err := flows.StartDesk(facts, newID(), c.in.from.ID, compound)
	return &s, err
}

// deskFacts are what the desk knows: its own compounds, and nobody's profile.
func (c *conversation) deskFacts() (flows.Facts, error) {
	facts, err := c.facts()
	if err != nil {
		return facts, err
	}
	facts.Compounds, err = c.Registry.Manages(c.ctx, c.in.from.ID)
	facts.Profile = tenancy.Profile{}
	return facts, err
}

// deskSaid are the last words of a registration at the desk.
func (c *conversation) deskSaid(t tenancy.Tenancy) last {
	return last{
		text: form.T("desk.submitted", "Receipt", t.Receipt, "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String()),
		buttons: append(c.paperButtons(t),
			button{label: form.T("button.offer"), data: actionData(doOffer, t.ID)},
			button{label: form.T("button.desk"), data: actionData(doCommand, "desk")}),
		protect: true,
	}
}

// offer makes the link by which the landlord takes over what the desk entered.
func (c *conversation) offer(id string) error {
	token := registry.Token()
	t, err := c.Registry.Offer(c.ctx, token, id, c.in.from.ID)
	switch {
	case errors.Is(err, registry.ErrNotFound):
		return c.say(form.T("error.taken_over"))
	case errors.Is(err, registry.ErrNotAllowed):
		return c.say(form.T("error.not_allowed"))
	case err != nil:
		return err
	}
	link := c.link("l_" + token)
	return c.say(form.T("desk.link", "Unit", t.Unit.String(), "Link", link), button{label: form.T("button.copy_link"), copy: link})
}

// startTakeover asks who opened a handover link for their phone number.
func (c *conversation) startTakeover(token string) (*form.Session, error) {
	t, err := c.Registry.Offered(c.ctx, token)
	if errors.Is(err, registry.ErrNotFound) {
		c.later(func() error { return c.tell(form.T("error.handover_link"), c.mainButtons()...) })
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := flows.TakeOver().Start(newID(), flows.Takeover{Token: token, Unit: t.Unit})
	return &s, err
}

func (c *conversation) submitTakeover(d flows.Takeover) (last, error) {
	t, err := c.Registry.TakeOver(c.ctx, d.Token, c.in.from.ID, d.Phone)
	switch {
	case errors.Is(err, registry.ErrOtherPhone):
		return last{text: form.T("takeover.other_phone")}, nil
	case errors.Is(err, registry.ErrNotFound):
		return last{text: form.T("error.handover_link")}, nil
	case err != nil:
		return last{}, err
	}
	return last{
		text:    form.T("takeover.submitted", "Receipt", t.Receipt, "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String()),
		buttons: []button{{label: form.T("button.details"), data: actionData(doCard, t.ID)}},
	}, nil
}

// unchanged refuses a change that changes nothing.
func (c *conversation) unchanged(t tenancy.Tenancy) error {
	before, err := c.Registry.Tenancy(c.ctx, t.Replaces)
	if err != nil {
		return err
	}
	facts := flows.Facts{Compounds: []tenancy.Compound{c.compound(t.Compound)}, Today: tenancy.Today(c.Now())}
	if len(flows.Differences(facts, before, t)) == 0 {
		return invalid.New("nothing_changed")
	}
	return nil
}
