package bot

import (
	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// submitRegistration stores a registration, or the correction of one.
func (c *conversation) submitRegistration(session string, d flows.Draft) (last, error) {
	t := d.Tenancy
	t.People = t.Living()
	t.Landlord.Kind = tenancy.Individual
	if t.Landlord.Code != "" {
		t.Landlord.Kind = tenancy.Firm
	}
	t.Owner, t.Notice = c.in.from.ID, flows.NoticeVersion
	if t.Agreed.IsZero() {
		t.Agreed = c.Now()
	}
	var err error
	if t.ID == "" {
		t.ID = session
		t, err = c.Registry.Submit(c.ctx, t)
	} else {
		t, err = c.Registry.Resubmit(c.ctx, t)
	}
	if err != nil {
		return last{}, err
	}
	return last{
		text: form.T("registration.submitted", "Receipt", t.Receipt, "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String()),
		buttons: []button{
			{label: form.T("button.filing"), data: actionData(doFiling, t.ID)},
			{label: form.T("button.my"), data: actionData(doCommand, "my")},
		},
	}, nil
}

func (c *conversation) submitFiling(t tenancy.Tenancy) (last, error) {
	t, err := c.Registry.SaveFiling(c.ctx, c.in.from.ID, t)
	if err != nil {
		return last{}, err
	}
	return last{text: form.T("filing.submitted", "Receipt", t.Receipt, "Unit", t.Unit.String())}, nil
}

func (c *conversation) submitReturn(d flows.Returning) (last, error) {
	t, err := c.Registry.Return(c.ctx, d.Tenancy, d.Round, c.in.from.ID, d.Why())
	if said, ok := c.decided(err); ok {
		return last{text: said}, nil
	}
	if err != nil {
		return last{}, err
	}
	return last{text: form.T("returning.submitted", "Receipt", t.Receipt, "Unit", t.Unit.String())}, nil
}

func (c *conversation) submitCompound(session string, d tenancy.Compound) (last, error) {
	added, err := c.Registry.AddCompound(c.ctx, session, c.in.from.ID, d)
	if err != nil {
		return last{}, err
	}
	return last{
		text:    form.T("compound.submitted", "Name", added.Name, "Link", c.link("c_"+added.Link)),
		buttons: []button{{label: form.T("button.invite"), data: actionData(doInvite, added.ID)}},
	}, nil
}

// decided says how a decision that came too late or was not allowed is
// answered.
func (c *conversation) decided(err error) (form.Text, bool) {
	switch e := err.(type) {
	case *registry.TakenError:
		return form.T("review.taken."+string(e.State), "By", e.By), true
	}
	if err == registry.ErrNotAllowed || err == registry.ErrNotFound {
		return form.T("error.not_allowed"), true
	}
	return form.Text{}, false
}

// link is a deep link to this bot.
func (b *Bot) link(payload string) string { return "https://t.me/" + b.Username + "?start=" + payload }
