package bot

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/session"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// user shows an administrator the person whom they name, or whom they may mean.
func (c *conversation) user(query string) (bool, error) {
	if strings.TrimSpace(query) == "" {
		return false, c.say(form.T("user.how"))
	}
	people, err := c.Registry.Lookup(c.ctx, query)
	if err != nil {
		return false, err
	}
	switch len(people) {
	case 0:
		return false, c.say(form.T("user.nobody"))
	case 1:
		return false, c.userCard(strconv.FormatInt(people[0], 10))
	}
	var buttons []button
	for _, id := range people[:min(len(people), maxChoice)] {
		buttons = append(buttons, button{label: form.T("value.any", "Value", strconv.FormatInt(id, 10)), data: actionData(doUser, strconv.FormatInt(id, 10))})
	}
	return false, c.say(form.T("user.which"), buttons...)
}

// userCard shows how far somebody is in a form, by the names of its steps, and how
// much of Zuji they use, in numbers: no answer of theirs is shown.
func (c *conversation) userCard(arg string) error {
	id, _, _ := parsePerson(arg)
	u, err := c.Registry.Usage(c.ctx, id, c.in.from.ID)
	if errors.Is(err, registry.ErrNotAllowed) {
		return c.say(form.T("error.not_allowed"))
	}
	if err != nil {
		return err
	}
	at, err := c.where(id)
	if err != nil {
		return err
	}
	if u.Unknown() && !at.open {
		return c.say(form.T("user.nobody"))
	}
	var roles []form.Text
	for _, r := range u.Roles {
		roles = append(roles, form.T("user.role", "Compound", r.Compound, "Role", roleText(r.Role)))
	}
	who := strconv.FormatInt(id, 10)
	html := c.to.HTML(form.T("user.card", "ID", who, "Language", form.T("user.language."+languageKey(u.Profile)), "Roles", roles, "Any", len(roles) > 0,
		"Tenancies", u.Tenancies, "Rents", u.Rents, "Drafts", u.Drafts, "Waiting", u.Waiting, "Silent", u.Profile.Silent || u.Held,
		"Blocked", u.Profile.Blocked, "Open", at.open, "Flow", at.flow, "Step", at.step))
	var buttons []button
	if at.open {
		buttons = append(buttons, button{label: form.T("user.reset"), data: actionData(doUserReset, who)})
	}
	if at.name != "" {
		buttons = append(buttons, button{label: form.T("user.hand_over"), data: actionData(doUserHandOver, who)})
	}
	if u.Profile.Blocked {
		buttons = append(buttons, button{label: form.T("user.unblock"), data: actionData(doUserUnblock, who), style: "success"})
	} else {
		buttons = append(buttons, button{label: form.T("user.block"), data: actionData(doUserBlock, who), style: "danger"})
	}
	c.put(message{html: html, inline: c.rows(buttons)})
	return nil
}

// languageKey names the language that somebody is answered in.
func languageKey(p tenancy.Profile) string {
	if language(p) == locales.English {
		return "en"
	}
	return "zh"
}

// parsePerson reads a person and, behind a dot, a compound.
func parsePerson(arg string) (id int64, compound string, ok bool) {
	who, compound, _ := strings.Cut(arg, ".")
	id, err := strconv.ParseInt(who, 10, 64)
	return id, compound, err == nil && id > 0
}

// A place is where somebody is in a form.
type place struct {
	open       bool
	flow, step form.Text
	name       string // flow.field, for a notice
	compound   string // of the form, as far as it is known
}

// where looks into somebody's open form.
func (c *conversation) where(person int64) (p place, err error) {
	p.flow, p.step = form.T("value.none"), form.T("value.none")
	st, err := c.load(c.ctx, person)
	if err != nil || st.Session == nil {
		return p, err
	}
	other := *c
	other.in = incoming{from: sender(person), chat: person, private: true}
	if other.profile, err = c.Registry.Profile(c.ctx, person); err != nil {
		return p, err
	}
	p.open, p.flow = true, form.T("flow."+st.Session.Flow)
	run, err := other.running(*st.Session)
	if errors.Is(err, errLapsed) {
		return p, nil // it is about what they may no longer see
	}
	if err != nil {
		return p, err
	}
	var d struct{ Compound string }
	_ = json.Unmarshal(st.Session.Draft, &d) // a draft of another form has none
	if p.compound = d.Compound; p.compound == "" {
		p.compound = other.profile.Compound
	}
	prompt := run.flow.Peek(*st.Session)
	field, _, _ := strings.Cut(prompt.Field, ".")
	p.name = st.Session.Flow + "." + field
	p.step = stepText(p.name)
	return p, nil
}

func sender(id int64) person { return person{ID: id} }

// stepText names a step as flow.field; without a field it is the last look.
func stepText(name string) form.Text {
	if strings.HasSuffix(name, ".") {
		return form.T("user.summary")
	}
	return form.T(name + ".label")
}

// resetUser puts somebody's open form among their drafts, so that they can begin
// afresh and nothing is lost.
func (c *conversation) resetUser(arg string) error {
	id, _, ok := parsePerson(arg)
	if !ok || !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	saved := ""
	for range maxConflicts {
		st, err := c.load(c.ctx, id)
		if err != nil {
			return c.say(form.T("error.down"))
		}
		if st.Session == nil { // they have finished it meanwhile
			return errors.Join(c.Registry.DropDraft(c.ctx, id, saved), c.userCard(arg))
		}
		saved = st.Session.ID
		if err := c.Registry.SaveDraft(c.ctx, id, *st.Session); err != nil {
			return err
		}
		st.Session, st.Pending, st.File = nil, nil, nil
		err = c.save(c.ctx, id, st)
		if errors.Is(err, session.ErrConflict) {
			continue
		}
		if err != nil {
			return c.say(form.T("error.down"))
		}
		return errors.Join(c.Registry.NoteReset(c.ctx, id, c.in.from.ID, saved), c.userCard(arg))
	}
	return session.ErrConflict
}

// handOverUser asks the staff of a compound to see to somebody. Which compound is
// asked where the form does not say.
func (c *conversation) handOverUser(arg string) error {
	id, compound, ok := parsePerson(arg)
	if !ok || !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	at, err := c.where(id)
	if err != nil {
		return err
	}
	if at.name == "" {
		return c.userCard(arg)
	}
	if compound == "" {
		compound = at.compound
	}
	one, known := c.Registry.Compound(compound)
	if !known {
		all, err := c.Registry.Compounds(c.ctx)
		if err != nil {
			return err
		}
		return c.say(form.T("user.hand_over_to"), compoundButtons(all[:min(len(all), maxChoice)], doUserHandOver, strconv.FormatInt(id, 10)+".")...)
	}
	if err := c.Registry.HandOver(c.ctx, id, c.in.from.ID, compound, at.name); err != nil {
		return err
	}
	return c.say(form.T("user.handed_over", "Compound", one.Name, "Staff", len(one.Staff)))
}

func blockUser(blocked bool) func(*conversation, string) error {
	return func(c *conversation, arg string) error {
		id, _, ok := parsePerson(arg)
		if !ok {
			return c.say(form.T("error.not_allowed"))
		}
		err := c.Registry.Block(c.ctx, id, c.in.from.ID, blocked)
		switch {
		case errors.Is(err, registry.ErrNotAllowed):
			return c.say(form.T("error.not_allowed"))
		case errors.Is(err, registry.ErrAdministrator):
			return c.say(form.T("user.is_admin"))
		case err != nil:
			return err
		}
		return c.userCard(arg)
	}
}

// handedOver asks a member of staff to see to somebody.
func (b *Bot) handedOver(to locales.Writer, n registry.Notice) (*message, error) {
	flow, _, ok := strings.Cut(n.Item, ".")
	if !ok {
		return nil, errors.New("notice names no step")
	}
	return &message{protect: true, html: to.HTML(form.T("user.please", "ID", strconv.FormatInt(n.Person, 10),
		"Flow", form.T("flow."+flow), "Step", stepText(n.Item)))}, nil
}
