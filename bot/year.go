package bot

import (
	"encoding/json"
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// year shows staff the year's obligations of each of their compounds.
func (c *conversation) year(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	for _, one := range mine {
		m, err := c.yearOf(one)
		if err != nil {
			return false, err
		}
		c.later(func() error {
			_, err := c.send(c.ctx, c.in.chat, m)
			return err
		})
	}
	return false, nil
}

// soonDays is how long before it is due an obligation gets a button.
const soonDays = 45

func (c *conversation) yearOf(one tenancy.Compound) (message, error) {
	today := tenancy.Today(c.Now())
	all, err := c.Registry.Year(c.ctx, one.ID, today.Year)
	if err != nil {
		return message{}, err
	}
	lines := []string{c.to.HTML(form.T("year.title", "Compound", one.Name, "Year", today.Year))}
	var buttons []button
	for _, o := range all {
		if o.Due.Before(one.Added) {
			continue
		}
		key := "year.ahead"
		switch {
		case !o.Done.IsZero():
			key = "year.done"
		case o.Due.Before(today):
			key = "year.late"
		}
		what := form.T("year.kind." + string(o.Kind))
		lines = append(lines, c.to.HTML(form.T(key, "What", what, "Due", o.Due, "Done", o.Done, "Note", o.Note)))
		if o.File != "" {
			buttons = append(buttons, button{label: form.T("year.file", "What", what, "Month", int(o.Due.Month)), data: actionData(doEvidence, o.ID())})
		}
		if o.Done.IsZero() && today.DaysUntil(o.Due) <= soonDays {
			buttons = append(buttons, button{label: form.T("year.button", "What", what, "Month", int(o.Due.Month)), data: actionData(doItem, itemArg(registry.Item{Kind: registry.YearKind, Tenancy: o.ID()}))})
		}
	}
	return message{html: strings.Join(lines, "\n"), inline: c.rows(buttons)}, nil
}

func (c *conversation) yearLine(o tenancy.Obligation) string {
	today := tenancy.Today(c.Now())
	return c.to.HTML(form.T("year.due", "Compound", c.compound(o.Compound).Name, "What", form.T("year.kind."+string(o.Kind)),
		"Why", form.T("year.why."+string(o.Kind)), "Due", o.Due, "Ahead", max(0, today.DaysUntil(o.Due)), "Late", max(0, o.Due.DaysUntil(today))))
}

func (c *conversation) yearButtons(o tenancy.Obligation) []button {
	all := []button{{label: form.T("button.fulfil"), data: actionData(doFulfil, o.ID()), style: "success"}}
	if o.Kind == tenancy.Meeting {
		all = append(all, button{label: form.T("button.agenda"), data: actionData(doAgenda, o.ID())})
	}
	if o.Kind == tenancy.NextHolidays && c.Registry.Admin(c.in.from.ID) {
		all = []button{{label: form.T("button.holidays"), data: actionData(doCommand, "holidays"), style: "primary"}}
	}
	return append(all,
		button{label: form.T("button.later"), data: actionData(doLater, itemArg(registry.Item{Kind: registry.YearKind, Tenancy: o.ID()}))},
		button{label: form.T("button.year"), data: actionData(doCommand, "year")})
}

// agenda fills a meeting's agenda from the register's numbers.
func (c *conversation) agenda(id string) error {
	o, ok := tenancy.ParseObligation(id)
	if !ok {
		return c.say(form.T("remind.gone"))
	}
	one, ok := c.manages(o.Compound)
	if !ok {
		return nil
	}
	n, err := c.Registry.Numbers(c.ctx, one.ID)
	if err != nil {
		return err
	}
	let := n[tenancy.Accepted] + n[tenancy.Filed] + n[tenancy.Holding] + n[tenancy.Indefinite]
	return c.say(form.T("year.agenda", "Compound", one.Name, "Due", o.Due, "Let", let, "Filed", n[tenancy.Filed],
		"Waiting", n[tenancy.Submitted], "Returned", n[tenancy.ToCorrect], "Over", n[tenancy.Holding], "Ended", n[tenancy.Ended]+n[tenancy.Closed]))
}

// evidence sends staff the file that was kept with an obligation.
func (c *conversation) evidence(id string) error {
	o, err := c.Registry.Obligation(c.ctx, id)
	if err != nil && !errors.Is(err, registry.ErrNotFound) {
		return err
	}
	if _, ok := c.manages(o.Compound); !ok || o.File == "" {
		return nil
	}
	c.later(func() error {
		_ = c.toast("")
		return c.sendKept(c.ctx, c.in.chat, o.File, message{html: c.to.HTML(form.T("year.kind." + string(o.Kind)))})
	})
	return nil
}

func (c *conversation) startFulfil(id string) (*form.Session, error) {
	o, err := c.Registry.Obligation(c.ctx, id)
	if err != nil || !o.Done.IsZero() {
		return nil, c.say(form.T("remind.gone"))
	}
	if _, ok := c.manages(o.Compound); !ok {
		return nil, nil
	}
	s, err := flows.Fulfil(o).Start(newID(), flows.Fulfilment{Obligation: id})
	return &s, err
}

func (c *conversation) runFulfil(s form.Session) (running, error) {
	var d flows.Fulfilment
	_ = json.Unmarshal(s.Draft, &d) // what can't be read is no obligation
	o, _ := tenancy.ParseObligation(d.Obligation)
	return run(flows.Fulfil(o), func(d flows.Fulfilment) (last, error) {
		o, err := c.Registry.Fulfil(c.ctx, d.Obligation, c.in.from.ID, d.Note, d.File)
		if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
			return last{text: form.T("error.not_allowed")}, nil
		}
		return last{text: form.T("fulfil.submitted", "What", form.T("year.kind."+string(o.Kind))),
			buttons: []button{{label: form.T("button.year"), data: actionData(doCommand, "year")}}}, err
	}), nil
}
