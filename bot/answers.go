package bot

import (
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// mainButtons are what a person most likely wants.
func (c *conversation) mainButtons() []button {
	all := []button{{label: form.T("button.register"), data: actionData(doCommand, "register"), style: "primary"}}
	switch c.rank() {
	case admin:
		all = append(all, button{label: form.T("button.compounds"), data: actionData(doCommand, "compounds")})
	case staff:
		all = append(all, button{label: form.T("button.queue"), data: actionData(doCommand, "queue")})
	}
	return append(all,
		button{label: form.T("button.my"), data: actionData(doCommand, "my")},
		button{label: form.T("button.help"), data: actionData(doCommand, "help")})
}

// begun answers /start, with or without what a link carries.
func (c *conversation) begun(payload string) (bool, error) {
	kind, token, _ := strings.Cut(payload, "_")
	switch kind {
	case "c":
		compound, err := c.Registry.CompoundByLink(c.ctx, token)
		if errors.Is(err, registry.ErrNotFound) {
			return false, c.say(form.T("error.bad_link"), c.mainButtons()...)
		}
		if err != nil {
			return false, err
		}
		if c.down != nil {
			return false, c.sorry()
		}
		return true, c.begin(pending{Flow: "registration", Arg: compound.ID})
	case "s":
		return false, c.join(token)
	}
	drafts, err := c.Registry.Drafts(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	buttons := c.mainButtons()
	if len(drafts) > 0 && c.st.Session == nil {
		buttons = append([]button{{label: form.T("button.resume"), data: actionData(doCommand, "resume"), style: "success"}}, buttons...)
	}
	hello := form.T("start.hello")
	switch c.rank() {
	case staff:
		hello = form.T("start.staff")
	case admin:
		hello = form.T("start.admin")
	}
	return false, c.say(hello, buttons...)
}

// join redeems an invitation to a compound's staff.
func (c *conversation) join(token string) error {
	compound, err := c.Registry.Join(c.ctx, token, c.in.from.ID, c.in.from.Name)
	if errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.bad_invitation"))
	}
	if errors.Is(err, registry.ErrStaffFull) {
		return c.say(form.T("error.staff_full", "Max", tenancy.MaxStaff))
	}
	if err != nil {
		return err
	}
	c.menu()
	return c.say(form.T("staff.joined", "Compound", compound.Name),
		button{label: form.T("button.queue"), data: actionData(doCommand, "queue")})
}

// idle answers words where no conversation is open. A pasted block begins a
// registration.
func (c *conversation) idle() (bool, error) {
	if flows.IsPaste(c.in.text, tenancy.Today(c.Now())) {
		if err := c.begin(pending{Flow: "registration"}); err != nil || c.st.Session == nil {
			return false, err
		}
		if c.profile.Notice == flows.NoticeVersion {
			c.plan = nil
			return c.typed()
		}
		c.later(func() error { return c.tell(form.T("problem.consent_first")) })
		return true, nil
	}
	return false, c.say(form.T("error.idle"), c.mainButtons()...)
}

func (c *conversation) cancel(string) (bool, error) {
	if c.st.Session == nil {
		return false, c.say(form.T("error.nothing_to_cancel"), c.mainButtons()...)
	}
	return c.step(form.Event{Act: form.Cancel})
}

// resume shows the open question, or the saved drafts.
func (c *conversation) resume(string) (bool, error) {
	if c.st.Session != nil {
		return false, c.openShow()
	}
	saved, err := c.Registry.Drafts(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	switch len(saved) {
	case 0:
		return false, c.say(form.T("error.no_draft"), c.mainButtons()...)
	case 1:
		return true, c.begin(pending{Flow: "draft", Arg: saved[0].Session.ID})
	}
	var buttons []button
	for _, d := range saved {
		label := form.T("resume.draft", "Flow", form.T("flow."+d.Session.Flow), "Saved", d.Saved)
		buttons = append(buttons, button{label: label, data: actionData(doResume, d.Session.ID)})
	}
	return false, c.say(form.T("resume.which"), buttons...)
}

// listLength is how many tenancies one answer lists.
const listLength = 10

func (c *conversation) listMine(string) (bool, error) {
	mine, err := c.Registry.Mine(c.ctx, c.in.from.ID, listLength)
	if err != nil {
		return false, err
	}
	if len(mine) == 0 {
		return false, c.say(form.T("my.none"), c.mainButtons()...)
	}
	var lines []string
	var buttons []button
	lines = append(lines, c.to.HTML(form.T("my.title")))
	for _, t := range mine {
		lines = append(lines, c.to.HTML(form.T("my.line", "Receipt", t.Receipt, "Compound", c.compound(t.Compound).Name,
			"Unit", t.Unit.String(), "State", form.T("state."+string(t.State)), "End", t.End)))
		label := form.T("my.details", "Unit", t.Unit.String())
		buttons = append(buttons, button{label: label, data: actionData(doCard, t.ID)})
	}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, message{html: strings.Join(lines, "\n\n"), inline: c.rows(buttons), protect: true})
		return err
	})
	return false, nil
}

// listFiling offers the filing pack of each tenancy.
func (c *conversation) listFiling(string) (bool, error) {
	mine, err := c.Registry.Mine(c.ctx, c.in.from.ID, listLength)
	if err != nil {
		return false, err
	}
	var buttons []button
	for _, t := range mine {
		if t.State.Active() {
			label := form.T("my.details", "Unit", t.Unit.String())
			buttons = append(buttons, button{label: label, data: actionData(doFiling, t.ID)})
		}
	}
	if len(buttons) == 0 {
		return false, c.say(form.T("my.none"), c.mainButtons()...)
	}
	return false, c.say(form.T("filing.which"), buttons...)
}

// queue shows staff what waits for review, oldest first.
func (c *conversation) queue(string) (bool, error) {
	compounds, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	shown := 0
	for _, one := range compounds {
		waiting, err := c.Registry.Queue(c.ctx, one.ID, listLength)
		if err != nil {
			return false, err
		}
		for _, t := range waiting {
			shown++
			c.later(func() error { return c.sendReview(t) })
		}
	}
	if shown == 0 {
		return false, c.say(form.T("queue.empty"))
	}
	return false, nil
}

func (c *conversation) sendReview(t tenancy.Tenancy) error {
	elsewhere, err := c.Registry.Elsewhere(c.ctx, t)
	if err != nil {
		return err
	}
	_, err = c.send(c.ctx, c.in.chat, c.review(c.to, t, elsewhere))
	return err
}

func (c *conversation) languages(string) (bool, error) {
	var buttons []button
	for _, l := range locales.All {
		buttons = append(buttons, button{label: form.T("language." + string(l)), data: actionData(doSpeak, string(l))})
	}
	return false, c.say(form.T("language.ask"), buttons...)
}
