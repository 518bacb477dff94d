package bot

import (
	"errors"
	"strconv"
	"strings"

	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// everywhere stands for the administrators where a compound is named.
const everywhere = string(tenancy.Administrator)

// staffList shows who has a role: of the compound whose name was typed, or as a
// choice.
func (c *conversation) staffList(name string) (bool, error) {
	all, err := c.Registry.Compounds(c.ctx)
	if err != nil {
		return false, err
	}
	name = strings.TrimSpace(name)
	for _, one := range all {
		if name != "" && strings.EqualFold(one.Name, name) {
			return false, c.staffIn(one.ID)
		}
	}
	buttons := append([]button{{label: form.T("staff.admins"), data: actionData(doStaff, everywhere)}}, compoundButtons(all, doStaff, "")...)
	return false, c.say(form.T("staff.which"), buttons...)
}

// staffIn lists the people of a compound, or the administrators, with a button
// for each and what else there is to do.
func (c *conversation) staffIn(compound string) error {
	one, known := c.Registry.Compound(compound)
	if !c.may(admin) || !known && compound != everywhere {
		return c.say(form.T("error.not_allowed"))
	}
	title, roles, people := form.T("staff.admins"), []tenancy.StaffRole{tenancy.Administrator}, c.Registry.Administrators()
	if known {
		title, roles = form.T("value.compound", "Name", one.Name), []tenancy.StaffRole{tenancy.Manager, tenancy.Reader}
		people = append(one.With(tenancy.Manager), one.With(tenancy.Reader)...)
	}
	lines := []string{"<b>" + c.to.HTML(title) + "</b>"}
	var buttons []button
	for _, s := range people {
		lines = append(lines, c.to.HTML(form.T("staff.line", "Name", s.Name, "Role", roleText(s.Role))))
		buttons = append(buttons, button{label: form.T("staff.person", "Name", s.Name), data: memberData(doMember, s.ID, compound)})
	}
	if len(people) == 0 {
		lines = append(lines, c.to.HTML(form.T("staff.nobody")))
	}
	for _, role := range roles {
		buttons = append(buttons, button{label: form.T("staff.invite." + string(role)), data: actionData(doInvite, string(role)+"."+compound), style: "primary"})
	}
	c.put(message{html: strings.Join(lines, "\n"), inline: c.rows(buttons)})
	return nil
}

func roleText(role tenancy.StaffRole) form.Text { return form.T("staff.role." + string(role)) }

func memberData(v verb, person int64, compound string) string {
	return actionData(v, strconv.FormatInt(person, 10)+"."+compound)
}

func parseMember(arg string) (person int64, compound string) {
	id, compound, _ := strings.Cut(arg, ".")
	person, _ = strconv.ParseInt(id, 10, 64) // nobody has the id 0
	return person, compound
}

// member shows one person's role and what can be made of it.
func (c *conversation) member(arg string) error {
	person, compound := parseMember(arg)
	if !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	one, _ := c.Registry.Compound(compound)
	s, ok := one.Member(person)
	for _, a := range c.Registry.Administrators() {
		if compound == everywhere && a.ID == person {
			s, ok = a, true
		}
	}
	if !ok {
		return c.say(form.T("staff.gone"))
	}
	var buttons []button
	switch s.Role {
	case tenancy.Manager:
		buttons = append(buttons, button{label: form.T("staff.make.reader"), data: memberData(doReader, person, compound)})
	case tenancy.Reader:
		buttons = append(buttons, button{label: form.T("staff.make.manager"), data: memberData(doManager, person, compound)})
	}
	return c.say(form.T("staff.line", "Name", s.Name, "Role", roleText(s.Role)), append(buttons,
		button{label: form.T("staff.dismiss"), data: memberData(doDismiss, person, compound), style: "danger"},
		button{label: form.T("staff.back"), data: actionData(doStaff, compound)})...)
}

// giveRole gives the person that a button names a role; the empty one dismisses
// them.
func giveRole(role tenancy.StaffRole) func(*conversation, string) error {
	return func(c *conversation, arg string) error {
		person, compound := parseMember(arg)
		var err error
		if compound == everywhere && role == "" {
			err = c.Registry.RemoveAdmin(c.ctx, person, c.in.from.ID)
		} else {
			err = c.Registry.GiveRole(c.ctx, compound, person, role, c.in.from.ID)
		}
		if t, ok := noRole(err); ok {
			return c.say(t)
		}
		if err != nil {
			return err
		}
		if !c.may(admin) { // an administrator who has removed themself
			return c.say(form.T("staff.left"))
		}
		return c.staffIn(compound)
	}
}

// noRole says why a role was not given or taken.
func noRole(err error) (form.Text, bool) {
	switch {
	case errors.Is(err, registry.ErrNotAllowed):
		return form.T("error.not_allowed"), true
	case errors.Is(err, registry.ErrNotFound):
		return form.T("staff.gone"), true
	case errors.Is(err, registry.ErrStaffFull):
		return form.T("error.staff_full", "Max", tenancy.MaxStaff), true
	case errors.Is(err, registry.ErrLastAdmin):
		return form.T("staff.last"), true
	case errors.Is(err, registry.ErrConfigured):
		return form.T("staff.configured"), true
	}
	return form.Text{}, false
}

// invite makes a link that gives one person a role.
func (c *conversation) invite(arg string) error {
	role, compound, _ := strings.Cut(arg, ".")
	if compound == everywhere {
		compound = ""
	}
	token := registry.Token()
	err := c.Registry.Invite(c.ctx, token, compound, tenancy.StaffRole(role), c.in.from.ID)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.not_allowed"))
	}
	if err != nil {
		return err
	}
	link := c.link("s_" + token)
	return c.say(form.T("staff.invited."+role, "Compound", c.compound(compound).Name, "Link", link),
		button{label: form.T("button.copy_link"), copy: link})
}

// join redeems an invitation to a role.
func (c *conversation) join(token string) error {
	p, err := c.Registry.Join(c.ctx, token, c.in.from.ID, c.in.from.Name)
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
	next := map[tenancy.StaffRole]button{
		tenancy.Manager:       {label: form.T("button.queue"), data: actionData(doCommand, "queue")},
		tenancy.Reader:        {label: form.T("button.stats"), data: actionData(doCommand, "stats")},
		tenancy.Administrator: {label: form.T("button.compounds"), data: actionData(doCommand, "compounds")},
	}
	return c.say(form.T("staff.joined."+string(p.Role), "Compound", p.Compound.Name), next[p.Role])
}
