package bot

import (
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

func (c *conversation) remindful() (flows.Remindful, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return flows.Remindful{}, err
	}
	rented, err := c.Registry.Rented(c.ctx, c.in.from.ID, 1)
	return flows.Remindful{
		Lodger: len(rented) > 0,
		Now:    c.Now(), Zone: c.profile.Hours.Location(), Holidays: c.Registry.Holidays, Compounds: mine,
		Receivers: func(o tenancy.OwnReminder) int {
			n, err := c.Registry.Receivers(c.ctx, o)
			if err != nil {
				c.Log.Warn("receivers were not counted", "error", err)
			}
			return n
		},
	}, err
}

func (c *conversation) startOwnReminder(id string) (*form.Session, error) {
	k, err := c.remindful()
	if err != nil {
		return nil, err
	}
	var o tenancy.OwnReminder
	if id != "" {
		if o, err = c.Registry.Own(c.ctx, id); err != nil || o.By != c.in.from.ID {
			return nil, c.say(form.T("remind.gone"))
		}
	}
	s, err := flows.StartReminder(k, newID(), o)
	return &s, err
}

func (c *conversation) runOwnReminder(s form.Session) (running, error) {
	k, err := c.remindful()
	return run(flows.Remind(k), func(d flows.Reminder) (last, error) { return c.submitOwn(s.ID, d) }), err
}

func (c *conversation) submitOwn(session string, d flows.Reminder) (last, error) {
	o := d.OwnReminder
	if o.ID == "" {
		o.ID = session
	}
	o.By, o.Paused = c.in.from.ID, false
	if o.Whom == "" {
		o.Whom = tenancy.Myself
	}
	err := c.Registry.SetOwn(c.ctx, o)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	return last{text: form.T("own.submitted", "When", flows.SeriesValue(o.Series), "What", o.What),
		buttons: []button{{label: form.T("button.reminders"), data: actionData(doCommand, "reminders")}}}, err
}

// listOwn lists what the person has set, each with its buttons.
func (c *conversation) listOwn(string) (bool, error) { return false, c.showOwn() }

func (c *conversation) showOwn() error {
	all, err := c.Registry.Owns(c.ctx, c.in.from.ID)
	if err != nil {
		return err
	}
	add := button{label: form.T("button.remind"), data: actionData(doCommand, "remind"), style: "primary"}
	if len(all) == 0 {
		c.put(message{html: c.to.HTML(form.T("own.none")), inline: c.rows([]button{add})})
		return nil
	}
	lines := []string{c.to.HTML(form.T("own.title", "Count", len(all)))}
	m := message{}
	for n, o := range all[:min(len(all), listLength)] {
		key := "own.line"
		switch {
		case o.Next.IsZero():
			key = "own.line_over"
		case o.Paused:
			key = "own.line_paused"
		}
		lines = append(lines, c.to.HTML(form.T(key, "N", n+1, "What", o.What, "When", flows.SeriesValue(o.Series), "Whom", form.T("own.whom.option."+string(o.Whom)))))
		row := []button{{label: form.T("button.edit_n", "N", n+1), data: actionData(doOwnEdit, o.ID)}}
		switch {
		case o.Next.IsZero():
		case o.Paused:
			row = append(row, button{label: form.T("button.go_on_n", "N", n+1), data: actionData(doOwnGoOn, o.ID)})
		default:
			row = append(row, button{label: form.T("button.pause_n", "N", n+1), data: actionData(doOwnPause, o.ID)})
		}
		row = append(row, button{label: form.T("button.drop_n", "N", n+1), data: actionData(doOwnDrop, o.ID)})
		m.inline = append(m.inline, c.rows(row)...)
	}
	m.html = strings.Join(lines, "\n\n")
	m.inline = append(m.inline, c.rows([]button{add})...)
	c.put(m)
	return nil
}

func (c *conversation) pauseOwn(id string, paused bool) error {
	if _, err := c.Registry.Pause(c.ctx, id, c.in.from.ID, paused); err != nil && !errors.Is(err, registry.ErrNotFound) && !errors.Is(err, registry.ErrNotAllowed) {
		return err
	}
	return c.showOwn()
}

func (c *conversation) dropOwn(id string) error {
	if err := c.Registry.DropOwn(c.ctx, id, c.in.from.ID); err != nil && !errors.Is(err, registry.ErrNotAllowed) {
		return err
	}
	return c.showOwn()
}

// ownLine writes a reminder that somebody has set.
func (c *conversation) ownLine(o tenancy.OwnReminder, who int64) string {
	if o.By == who {
		return c.to.HTML(form.T("own.due", "What", o.What))
	}
	return c.to.HTML(form.T("own.due_from", "What", o.What, "Compound", c.compound(o.Compound).Name))
}

func (c *conversation) ownButtons(o tenancy.OwnReminder, who int64) []button {
	arg := itemArg(registry.Item{Kind: registry.OwnKind, Tenancy: o.ID})
	all := []button{
		{label: form.T("button.done"), data: actionData(doDone, arg), style: "success"},
		{label: form.T("button.later"), data: actionData(doLater, arg)},
	}
	if o.By == who {
		all = append(all, button{label: form.T("button.reminders"), data: actionData(doCommand, "reminders")})
	}
	return append(all, button{label: form.T("button.no_more"), data: actionData(doNoMore, arg)})
}
