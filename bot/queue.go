package bot

import (
	"slices"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// maxQueue is how many waiting registrations are counted for one answer.
const maxQueue = 500

// queue shows staff what has waited longest.
func (c *conversation) queue(string) (bool, error) { return false, c.queueFrom("") }

// waiting returns what waits in the person's compounds, oldest first.
func (c *conversation) waiting() ([]tenancy.Tenancy, error) {
	compounds, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return nil, err
	}
	var all []tenancy.Tenancy
	for _, one := range compounds {
		some, err := c.Registry.Queue(c.ctx, one.ID, maxQueue)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b tenancy.Tenancy) int { return a.Submitted.Compare(b.Submitted) })
	return all, nil
}

// queueFrom shows the registration that waits next after the one with the id, or
// the oldest.
func (c *conversation) queueFrom(after string) error {
	all, err := c.waiting()
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return c.say(form.T("queue.empty"))
	}
	at := slices.IndexFunc(all, func(t tenancy.Tenancy) bool { return t.ID == after }) + 1
	if at == len(all) {
		at = 0
	}
	t := all[at]
	elsewhere, err := c.Registry.Elsewhere(c.ctx, t)
	if err != nil {
		return err
	}
	before, err := c.before(c.ctx, t)
	if err != nil {
		return err
	}
	m := c.review(c.to, t, elsewhere, before)
	days := c.Registry.Holidays.Workdays(tenancy.Today(t.Submitted), tenancy.Today(c.Now()))
	m.html = c.to.HTML(form.T("queue.place", "N", at+1, "Count", len(all), "Days", days)) + "\n" + m.html
	if len(all) > 1 {
		m.inline = append(m.inline, c.rows([]button{{label: form.T("button.next"), data: actionData(doNext, t.ID)}})...)
	}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
	return nil
}

// startReject begins the conversation in which staff say why they refuse.
func (c *conversation) startReject(arg string) (*form.Session, error) {
	t, round, ok := c.toDecide(arg)
	if !ok {
		return nil, nil
	}
	s, err := flows.Reject(t).Start(newID(), flows.Decision{Tenancy: t.ID, Round: round})
	return &s, err
}

// toDecide returns the registration that staff are about to decide on; if they
// can't, they are told why.
func (c *conversation) toDecide(arg string) (t tenancy.Tenancy, round int, ok bool) {
	id, round := parseRound(arg)
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || !c.staffOf(t) {
		c.later(func() error { return c.tell(form.T("error.not_allowed")) })
		return t, round, false
	}
	if t.State != tenancy.Submitted || t.Round != round {
		said, _ := c.decided(c.Registry.Decided(t))
		c.later(func() error { return c.tell(said) })
		return t, round, false
	}
	return t, round, true
}

func (c *conversation) sendReview(t tenancy.Tenancy) error {
	elsewhere, err := c.Registry.Elsewhere(c.ctx, t)
	if err != nil {
		return err
	}
	before, err := c.before(c.ctx, t)
	if err != nil {
		return err
	}
	_, err = c.send(c.ctx, c.in.chat, c.review(c.to, t, elsewhere, before))
	return err
}
