package bot

import (
	"strings"

	"zuji/internal/form"
	"zuji/internal/papers"
	"zuji/internal/tenancy"
)

// paperButtons are the papers to be had of a tenancy in force.
func (c *conversation) paperButtons(t tenancy.Tenancy) []button {
	if !t.State.InForce() {
		return nil
	}
	var all []button
	for _, kind := range []string{"receipt", "calendar", "application"} {
		all = append(all, button{label: form.T("button." + kind), data: actionData(doPaper, kind+"."+t.ID)})
	}
	return all
}

// paper makes and sends a paper; arg is its kind and what it is about.
func (c *conversation) paper(arg string) error {
	kind, id, _ := strings.Cut(arg, ".")
	if kind == "poster" {
		return c.poster(id)
	}
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || !t.State.InForce() || t.Owner != c.in.from.ID && !c.staffOf(t) {
		return c.say(form.T("error.not_yours"))
	}
	press, err := c.Press()
	if err != nil {
		return err
	}
	compound, now := c.compound(t.Compound), c.Now()
	check := c.link("r_" + t.Receipt)
	f := file{name: c.to.Plain(form.T("paper.name."+kind, "Unit", t.Unit.String()))}
	switch kind {
	case "receipt":
		f.data, err = press.Receipt(t, compound, check, now)
	case "calendar":
		f.data, err = papers.Calendar(c.to, t, t.Duties(compound.City, c.Registry.Holidays), check, now)
	case "application":
		if t.Owner != c.in.from.ID {
			if t, err = c.Registry.Reveal(c.ctx, id, c.in.from.ID, "#print"); err != nil {
				return err
			}
		}
		f.data, err = press.Application(t, compound, now)
	default:
		return c.say(form.T("error.not_yours"))
	}
	if err != nil {
		return err
	}
	return c.hand(f, form.T("paper.caption."+kind, "Unit", t.Unit.String()), true)
}

// posters offers the notice-board poster of each compound that a person works
// for.
func (c *conversation) posters(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	if len(mine) == 1 {
		return false, c.poster(mine[0].ID)
	}
	return false, c.say(form.T("paper.which_poster"), compoundButtons(mine, doPaper, "poster.")...)
}

func (c *conversation) poster(id string) error {
	compound, ok := c.Registry.Compound(id)
	if !ok || !compound.HasStaff(c.in.from.ID) && !c.Registry.Admin(c.in.from.ID) {
		return c.say(form.T("error.not_allowed"))
	}
	press, err := c.Press()
	if err != nil {
		return err
	}
	data, err := press.Poster(compound, c.link("c_"+compound.Link), c.Now())
	if err != nil {
		return err
	}
	f := file{name: c.to.Plain(form.T("paper.name.poster", "Name", compound.Name)), data: data}
	return c.hand(f, form.T("paper.caption.poster", "Name", compound.Name), false)
}

// hand plans to send a file.
func (c *conversation) hand(f file, caption form.Text, protect bool) error {
	c.later(func() error {
		_ = c.toast("")
		_, err := c.sendFile(c.ctx, c.in.chat, f, message{html: c.to.HTML(caption), protect: protect})
		return err
	})
	return nil
}
