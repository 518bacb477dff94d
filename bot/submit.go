package bot

import (
	"errors"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// submitRegistration stores a registration, the change of one, or the correction
// of either.
func (c *conversation) submitRegistration(session string, d flows.Draft) (last, error) {
	t := d.Tenancy
	t.People = t.Living()
	t.Landlord.Kind = tenancy.Individual
	if t.Landlord.Code != "" {
		t.Landlord.Kind = tenancy.Firm
	}
	if t.Purpose == tenancy.ToChange {
		if err := c.unchanged(t); err != nil {
			return last{}, err
		}
	}
	t.Notice = flows.NoticeVersion
	if t.Agreed.IsZero() {
		t.Agreed = c.Now()
	}
	if t.Desk != 0 {
		t.ID, t.Owner, t.Desk = session, 0, c.in.from.ID
		t, err := c.Registry.Submit(c.ctx, t)
		if err != nil {
			return last{}, err
		}
		return c.deskSaid(t), nil
	}
	return c.submitTenancy(session, t)
}

// submitRenewal stores a renewal.
func (c *conversation) submitRenewal(session string, d flows.Renewing) (last, error) {
	return c.submitTenancy(session, d.Tenancy)
}

func (c *conversation) submitTenancy(session string, t tenancy.Tenancy) (last, error) {
	t.Owner = c.in.from.ID
	var err error
	if t.ID == "" {
		t.ID = session
		t, err = c.Registry.Submit(c.ctx, t)
	} else {
		t, err = c.Registry.Resubmit(c.ctx, t)
	}
	if said, ok := impossible(t, err); ok { // withdrawn while it was corrected
		return last{text: said}, nil
	}
	if err != nil {
		return last{}, err
	}
	key := "registration.submitted"
	if t.Purpose != tenancy.NewLetting {
		key = "registration.submitted_again"
	}
	return last{
		text: form.T(key, "Receipt", t.Receipt, "Compound", c.compound(t.Compound).Name, "Unit", t.Unit.String()),
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

func (c *conversation) submitReject(d flows.Decision) (last, error) {
	t, err := c.Registry.Reject(c.ctx, d.Tenancy, d.Round, c.in.from.ID, d.Why)
	if said, ok := c.decided(err); ok {
		return last{text: said}, nil
	}
	if err != nil {
		return last{}, err
	}
	return last{text: form.T("rejecting.submitted", "Receipt", t.Receipt, "Unit", t.Unit.String())}, nil
}

func (c *conversation) submitEnding(d flows.Ending) (last, error) {
	t, err := c.Registry.End(c.ctx, d.Tenancy, c.in.from.ID, d.On, d.Reason)
	if said, ok := impossible(t, err); ok {
		return last{text: said}, nil
	}
	if err != nil {
		return last{}, err
	}
	return last{text: form.T("ending.submitted", "Receipt", t.Receipt, "Unit", t.Unit.String(), "Date", t.Left),
		buttons: []button{{label: form.T("button.details"), data: actionData(doOpen, t.ID)}}}, nil
}

func (c *conversation) submitFiled(d flows.Numbered) (last, error) {
	t, err := c.Registry.MarkFiled(c.ctx, d.Tenancy, c.in.from.ID, d.Number, d.On)
	if said, ok := impossible(t, err); ok {
		return last{text: said}, nil
	}
	if err != nil {
		return last{}, err
	}
	return last{text: form.T("filed.submitted", "Unit", t.Unit.String(), "Number", t.Filing.Number)}, nil
}

// impossible says why a move was not possible after all.
func impossible(t tenancy.Tenancy, err error) (form.Text, bool) {
	if wrong := (*tenancy.MoveError)(nil); errors.As(err, &wrong) {
		return form.T("error.state", "State", form.T("state."+string(t.State))), true
	}
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return form.T("error.not_yours"), true
	}
	return form.Text{}, false
}

// startObjection asks a tenant what is wrong with their entry.
func (c *conversation) startObjection(id string) (*form.Session, error) {
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || t.Lodger(c.in.from.ID) == nil {
		return nil, c.say(form.T("error.tenant_link"))
	}
	s, err := flows.Object(t).Start(newID(), flows.Decision{Tenancy: id})
	return &s, err
}

func (c *conversation) submitObjection(d flows.Decision) (last, error) {
	_, err := c.Registry.Confirm(c.ctx, d.Tenancy, c.in.from.ID, tenancy.SaidWrong, d.Why)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return last{text: form.T("error.tenant_link")}, nil
	}
	return last{text: form.T("objecting.submitted")}, err
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
