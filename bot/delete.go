package bot

import (
	"errors"
	"strings"

	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// listedKept is how many homes that stay are named one by one.
const listedKept = 10

// askDelete shows a person what goes at once when they ask for it and what must
// stay, and why.
func (c *conversation) askDelete(string) (bool, error) {
	e, err := c.Registry.Erasable(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	open := c.st.Session != nil
	if e.Nothing() && !open {
		return false, c.say(form.T("delete.nothing", "Kept", len(e.Kept)+len(e.Roles)))
	}
	text := c.to.HTML(form.T("delete.goes", "Profile", e.Profile, "Past", e.Past, "Links", e.Links, "Drafts", e.Drafts, "Open", open, "Reminders", e.Reminders))
	var units []string
	for _, t := range append(e.Kept, e.Lives...) {
		units = append(units, t.Unit.String())
	}
	more := max(0, len(units)-listedKept)
	text += "\n\n" + c.to.HTML(form.T("delete.stays", "Kept", len(e.Kept), "Lives", len(e.Lives), "Roles", len(e.Roles),
		"Units", strings.Join(units[:len(units)-more], "、"), "More", more))
	m := message{html: text, protect: true, inline: c.rows([]button{
		{label: form.T("button.delete_yes"), data: actionData(doDelete, "yes"), style: "danger"},
		{label: form.T("button.mydata"), data: actionData(doCommand, "mydata")},
		{label: form.T("button.delete_no"), data: actionData(doDelete, "no")},
	})}
	c.put(m)
	return false, nil
}

// deleteAll erases what is held on a person, if they said yes. What the chat is in
// the middle of goes with it.
func (c *conversation) deleteAll(arg string) (changed bool, err error) {
	switch arg {
	case "yes":
	case "no":
		c.strippedPress()
		return false, c.say(form.T("delete.kept"))
	default:
		return c.askDelete("")
	}
	if c.down != nil {
		return false, c.sorry()
	}
	if err := c.Registry.Erase(c.ctx, c.in.from.ID); err != nil {
		return false, err
	}
	c.st = &state{rev: c.st.rev}
	c.strippedPress()
	c.later(func() error { return c.tell(form.T("delete.done")) })
	return true, nil
}

// eraseYes clears a tenancy that is over because a person asked the desk for it;
// arg is how they asked and the tenancy.
func (c *conversation) eraseYes(arg string) error {
	how, id, _ := strings.Cut(arg, ".")
	err := c.Registry.EraseTenancy(c.ctx, id, registry.Request(how), c.in.from.ID)
	if wrong := (*tenancy.MoveError)(nil); errors.As(err, &wrong) || errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("error.not_allowed"))
	}
	if err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T("erase.done"))
}
