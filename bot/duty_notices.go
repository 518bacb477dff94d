package bot

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

const (
	dutyPage = 5  // duty notices on one page
	openPage = 30 // units on one page of those who have not read one
)

// duties shows staff the duty notices of each of their compounds.
func (c *conversation) duties(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	if len(mine) == 0 {
		return false, c.say(form.T("error.not_allowed"))
	}
	for _, one := range mine {
		m, err := c.dutyList(one, 0)
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

// dutyList is a page of a compound's duty notices.
func (c *conversation) dutyList(of tenancy.Compound, from int) (message, error) {
	all, total, err := c.Registry.DutyNotices(c.ctx, of.ID, from, dutyPage)
	if err != nil {
		return message{}, err
	}
	lines := []string{c.to.HTML(form.T("dutynotice.title", "Compound", of.Name))}
	if total == 0 {
		lines = append(lines, c.to.HTML(form.T("dutynotice.none")))
	}
	var buttons []button
	for i, n := range all {
		lines = append(lines, c.to.HTML(form.T("dutynotice.line", "N", from+i+1, "At", n.At, "To", flows.AudienceText(n.Audience), "Read", n.Read,
			"Unread", n.Unread(), "Without", n.Without, "Round", n.Round, "Sending", n.Sending)))
		buttons = append(buttons, button{label: form.T("button.duty_unread", "N", from+i+1), data: actionData(doDutyUnread, dutyArg(n.ID, 0))})
	}
	m := message{html: strings.Join(lines, "\n\n"), inline: c.rows(buttons)}
	m.inline = append(m.inline, c.rows(c.dutyPages(doDutyList, of.ID, from, total, dutyPage))...)
	add := button{label: form.T("button.duty_new"), data: actionData(doNewDuty, of.ID), style: "primary"}
	m.inline = append(m.inline, c.rows([]button{add})...)
	return m, nil
}

// dutyArg names a duty notice, or a compound, and a position or round.
func dutyArg(id string, n int) string { return id + "." + strconv.Itoa(n) }

func parseDuty(arg string) (id string, n int) {
	id, number, _ := strings.Cut(arg, ".")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 {
		return id, 0 // a forged position shows the first page, a forged round is over
	}
	return id, n
}

// dutyPages are the buttons to the page before and the one after.
func (c *conversation) dutyPages(v verb, id string, from, count, length int) (buttons []button) {
	if from > 0 {
		buttons = append(buttons, button{label: form.T("button.newer"), data: actionData(v, dutyArg(id, max(0, from-length)))})
	}
	if from+length < count {
		buttons = append(buttons, button{label: form.T("button.older"), data: actionData(v, dutyArg(id, from+length))})
	}
	return buttons
}

// listDuties shows a page of a compound's duty notices in place of a message.
func (c *conversation) listDuties(arg string) error {
	id, from := parseDuty(arg)
	of, ok := c.Registry.Compound(id)
	if !ok || !of.HasStaff(c.in.from.ID) {
		return c.say(form.T("error.not_allowed"))
	}
	m, err := c.dutyList(of, from)
	if err == nil {
		c.put(m)
	}
	return err
}

// dutyOf returns a duty notice of the person's compound; for others they are told
// that they may not.
func (c *conversation) dutyOf(id string) (n tenancy.DutyNotice, of tenancy.Compound, ok bool, err error) {
	n, err = c.Registry.DutyNotice(c.ctx, id)
	if err != nil && !errors.Is(err, registry.ErrNotFound) {
		return n, of, false, err
	}
	if of, ok = c.Registry.Compound(n.Compound); err != nil || !ok || !of.HasStaff(c.in.from.ID) {
		return n, of, false, c.say(form.T("error.not_allowed"))
	}
	return n, of, true, nil
}

// unreadDuty shows which units' landlords have not read a duty notice.
func (c *conversation) unreadDuty(arg string) error {
	id, from := parseDuty(arg)
	n, of, ok, err := c.dutyOf(id)
	if !ok {
		return err
	}
	unread, without, err := c.Registry.UnreadDuty(c.ctx, id)
	if err != nil {
		return err
	}
	var lines []string
	for _, u := range unread {
		lines = append(lines, c.to.HTML(form.T("dutynotice.open_unit", "Unit", u.Unit.String(), "Silent", u.Silent)))
	}
	for i, u := range without {
		line := c.to.HTML(form.T("dutynotice.without_unit", "Unit", u.String()))
		if i == 0 {
			line = "\n" + c.to.HTML(form.T("dutynotice.without", "Count", len(without))) + "\n" + line
		}
		lines = append(lines, line)
	}
	total := len(lines)
	if from >= total {
		from = 0
	}
	head := c.to.HTML(form.T("dutynotice.unread", "Compound", of.Name, "At", n.At, "Version", n.Version,
		"To", flows.AudienceText(n.Audience), "Read", n.Read, "Unread", n.Unread())) + "\n\n"
	switch {
	case len(unread) == 0:
		head += c.to.HTML(form.T("dutynotice.open_none")) + "\n"
	case from < len(unread):
		head += c.to.HTML(form.T("dutynotice.open_title", "Count", len(unread))) + "\n"
	}
	m := message{html: head + strings.Join(lines[from:min(from+openPage, total)], "\n"), inline: c.rows(c.dutyPages(doDutyUnread, id, from, total, openPage))}
	var buttons []button
	if len(unread) > 0 {
		buttons = append(buttons, button{label: form.T("button.duty_remind"), data: actionData(doRemindDuty, dutyArg(id, n.Round+1)), style: "primary"})
	}
	buttons = append(buttons, button{label: form.T("button.duty_list"), data: actionData(doDutyList, dutyArg(of.ID, 0))})
	m.inline = append(m.inline, c.rows(buttons)...)
	c.put(m)
	return nil
}

// remindDuty reminds those who have not read a duty notice.
func (c *conversation) remindDuty(arg string) error {
	id, round := parseDuty(arg)
	_, err := c.Registry.RemindDutyNotice(c.ctx, id, round, c.in.from.ID)
	if bad := (*invalid.Error)(nil); errors.As(err, &bad) {
		return c.say(form.Text{Key: "problem." + bad.Reason, Args: bad.Args})
	}
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.not_allowed"))
	}
	if err != nil {
		return err
	}
	n, done, err := c.sendDuty(id)
	if err != nil || !done {
		return err
	}
	at, later := c.dutyAt()
	return c.say(form.T("dutynotice.reminded", "Count", n.Again, "At", at, "Later", later))
}

// sendDuty sends what was made ready. If that can't be finished now, it goes on
// later, and the person is told so.
func (c *conversation) sendDuty(id string) (n tenancy.DutyNotice, done bool, err error) {
	if err := c.Registry.ContinueDutyNotices(c.ctx); err != nil {
		c.Log.Warn("duty notice was not sent to all; it is tried again", "error", err)
	}
	n, err = c.Registry.DutyNotice(c.ctx, id)
	if err != nil || !n.Sending {
		return n, err == nil, err
	}
	return n, false, c.say(form.T("dutynotice.unfinished"))
}

// dutyAt is when a duty notice sent now arrives with somebody who has the usual
// hours, and whether that is later.
func (c *conversation) dutyAt() (at time.Time, later bool) {
	at = tenancy.Hours{}.Fit(c.Now())
	return at, at.After(c.Now())
}
