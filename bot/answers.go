package bot

import (
	"errors"
	"regexp"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// mainButtons are what a person most likely wants.
func (c *conversation) mainButtons() []button {
	all := []button{{label: form.T("button.register"), data: actionData(doCommand, "register"), style: "primary"}}
	switch {
	case c.may(admin):
		all = append(all, button{label: form.T("button.compounds"), data: actionData(doCommand, "compounds")})
	case c.may(staff):
		all = append(all, button{label: form.T("button.queue"), data: actionData(doCommand, "queue")})
	case c.may(reader):
		all = []button{{label: form.T("button.stats"), data: actionData(doCommand, "stats"), style: "primary"}}
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
		if compound.Archived {
			return false, c.say(form.T("error.archived", "Name", compound.Name), c.mainButtons()...)
		}
		if c.down != nil {
			return false, c.sorry()
		}
		return true, c.begin(pending{Flow: "registration", Arg: compound.ID})
	case "s":
		return false, c.join(token)
	case "t":
		return false, c.openTenant(token)
	case "l":
		if c.down != nil {
			return false, c.sorry()
		}
		return true, c.begin(pending{Flow: "takeover", Arg: token})
	case "r":
		return false, c.checked(token)
	}
	drafts, err := c.draftButtons()
	if err != nil {
		return false, err
	}
	buttons := append(drafts, c.mainButtons()...)
	hello := form.T("start.hello")
	switch {
	case c.may(admin):
		hello = form.T("start.admin")
	case c.may(staff):
		hello = form.T("start.staff")
	case c.may(reader):
		hello = form.T("start.reader")
	}
	return false, c.say(hello, buttons...)
}

// startLink is a deep link that somebody sends instead of opening it.
var startLink = regexp.MustCompile(`(?:t|telegram)\.me/([A-Za-z0-9_]+)\?start=([A-Za-z0-9_-]+)`)

// idle answers words where no conversation is open. A pasted block begins a
// registration.
func (c *conversation) idle() (bool, error) {
	if c.in.document != nil {
		return c.received()
	}
	if c.in.other {
		return false, c.say(form.T("error.words_only"), c.mainButtons()...)
	}
	if m := startLink.FindStringSubmatch(c.in.text); m != nil && strings.EqualFold(m[1], c.Username) {
		return c.begun(m[2])
	}
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
	if found, err := c.found(c.in.text); found || err != nil {
		return false, err
	}
	if n, ok := tenancy.ParseReceipt(c.in.text); ok {
		return false, c.checked(n)
	}
	drafts, err := c.draftButtons()
	if err != nil {
		return false, err
	}
	says := c.Texts.Says(c.in.text)
	for _, name := range []string{"my", "resume", "help", "register"} {
		if says(form.T("button."+name)) && (name != "register" || len(drafts) == 0) {
			return c.commanded(name, "")
		}
	}
	if c.may(staff) {
		return false, c.say(form.T("find.none"), c.mainButtons()...)
	}
	if len(drafts) > 0 {
		return false, c.say(form.T("error.idle_draft"), append(drafts, c.mainButtons()...)...)
	}
	return false, c.say(form.T("error.idle"), c.mainButtons()...)
}

// draftButtons offer to go on with what was saved, where nothing is open.
func (c *conversation) draftButtons() ([]button, error) {
	drafts, err := c.Registry.Drafts(c.ctx, c.in.from.ID)
	if err != nil || len(drafts) == 0 || c.st.Session != nil {
		return nil, err
	}
	return []button{resumeButton()}, nil
}

func resumeButton() button {
	return button{label: form.T("button.resume"), data: actionData(doCommand, "resume"), style: "success"}
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

// listLength is how many lines an answer lists that has no pages.
const listLength = 10

// listFiling offers the filing pack of each tenancy.
func (c *conversation) listFiling(string) (bool, error) {
	return false, c.choose("filing.which", doFiling, tenancy.State.Active)
}

// listFiled offers the tenancies whose filing number is not known.
func (c *conversation) listFiled(string) (bool, error) {
	return false, c.choose("filed.which", doFiled, func(s tenancy.State) bool { return s.May(tenancy.File, tenancy.ByLandlord) })
}

// choose offers those of a person's tenancies that something can be done with.
func (c *conversation) choose(ask string, v verb, fits func(tenancy.State) bool) error {
	mine, err := c.mineNow()
	if err != nil {
		return err
	}
	var buttons []button
	for _, t := range mine {
		if fits(t.State) && len(buttons) < maxChoice {
			buttons = append(buttons, button{label: form.T("my.details", "Unit", t.Unit.String()), data: actionData(v, t.ID)})
		}
	}
	if len(buttons) == 0 {
		return c.say(form.T("my.nothing"), c.mainButtons()...)
	}
	return c.say(form.T(ask), buttons...)
}

// maxChoice is how many tenancies a person chooses from at once.
const maxChoice = 30
