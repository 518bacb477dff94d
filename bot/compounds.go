package bot

import (
	"errors"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/papers"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// compounds shows the compound whose name was typed, or the only one, or asks
// which.
func (c *conversation) compounds(name string) (bool, error) {
	all, err := c.Registry.Compounds(c.ctx)
	if err != nil {
		return false, err
	}
	name = strings.TrimSpace(name)
	for _, one := range all {
		if strings.EqualFold(one.Name, name) || name == "" && len(all) == 1 {
			return false, c.compoundCard(one.ID)
		}
	}
	add := button{label: form.T("button.add_compound"), data: actionData(doCommand, "addcompound"), style: "primary"}
	if len(all) == 0 {
		return false, c.say(form.T("compounds.none"), add)
	}
	var buttons []button
	for _, one := range all[:min(len(all), maxChoice)] {
		label := form.T("compounds.item", "Name", one.Name, "Archived", one.Archived)
		buttons = append(buttons, button{label: label, data: actionData(doCompound, one.ID)})
	}
	return false, c.say(form.T("compounds.which", "Count", len(all)), append(buttons, add)...)
}

// compoundCard shows a compound to an administrator, with what can be done to it.
func (c *conversation) compoundCard(id string) error {
	one, ok := c.Registry.Compound(id)
	if !ok || !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	homes, err := c.Registry.Buildings(c.ctx, id)
	if err != nil {
		return err
	}
	units := 0
	for _, b := range homes {
		for _, n := range b.Counts {
			units += n
		}
	}
	link := c.link("c_" + one.Link)
	lines := []string{c.to.HTML(form.T("compounds.card", "Name", one.Name, "Archived", one.Archived, "Address", one.Address, "Street", one.Street,
		"Council", one.Council, "Desk", one.Desk, "City", one.City.Name, "Staff", len(one.Staff), "Readers", len(one.Readers),
		"Buildings", len(homes), "Units", units, "Keep", one.Exports == tenancy.KeepExports, "Link", link))}
	for _, n := range tenancy.CityNumbers {
		if one.City.Number(n) > 0 {
			lines = append(lines, c.to.HTML(flows.CityLine(one.City, n)))
		}
	}
	archive := button{label: form.T("compounds.archive"), data: actionData(doArchive, id)}
	if one.Archived {
		archive = button{label: form.T("compounds.open"), data: actionData(doUnarchive, id)}
	}
	c.put(message{html: strings.Join(lines, "\n"), inline: c.rows([]button{
		{label: form.T("compounds.edit"), data: actionData(doEditCompound, id)},
		{label: form.T("button.staff"), data: actionData(doStaff, id)},
		{label: form.T("button.add_homes"), data: actionData(doAddHomes, id)},
		{label: form.T("compounds.code"), data: actionData(doCode, id)},
		{label: form.T("button.poster"), data: actionData(doPaper, "poster."+id)},
		{label: form.T("button.copy_link"), copy: link},
		archive,
		{label: form.T("button.add_compound"), data: actionData(doCommand, "addcompound")},
	})})
	return nil
}

// code sends the QR code of a compound's link as a picture.
func (c *conversation) code(id string) error {
	one, ok := c.Registry.Compound(id)
	if !ok || !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	link := c.link("c_" + one.Link)
	png, err := papers.Code(link)
	if err != nil {
		return err
	}
	caption := c.to.HTML(form.T("compounds.code_caption", "Name", one.Name, "Link", link))
	c.later(func() error {
		_ = c.toast("")
		return c.sendPicture(c.ctx, c.in.chat, file{name: "zuji-code.png", data: png}, caption)
	})
	return nil
}

// askArchive asks whether a compound is really to be closed to registrations.
func (c *conversation) askArchive(id string) error {
	one, ok := c.Registry.Compound(id)
	if !ok || !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	c.put(message{html: c.to.HTML(form.T("compounds.sure", "Name", one.Name)), inline: c.rows([]button{
		{label: form.T("compounds.archive_yes"), data: actionData(doArchived, id), style: "danger"},
		{label: form.T("staff.back"), data: actionData(doCompound, id)},
	})})
	return nil
}

func archive(archived bool) func(*conversation, string) error {
	return func(c *conversation, id string) error {
		_, err := c.Registry.ArchiveCompound(c.ctx, id, c.in.from.ID, archived)
		if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
			return c.say(form.T("error.not_allowed"))
		}
		if err != nil {
			return err
		}
		return c.compoundCard(id)
	}
}

// startCompound begins a new compound, or the change of the one that id names.
func (c *conversation) startCompound(id string) (*form.Session, error) {
	one, ok := c.Registry.Compound(id)
	if !c.may(admin) || id != "" && !ok {
		return nil, c.say(form.T("error.not_allowed"))
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	s, err := flows.StartCompound(facts, newID(), one)
	return &s, err
}

func (c *conversation) submitCompound(session string, d tenancy.Compound) (last, error) {
	if d.ID != "" {
		changed, err := c.Registry.ChangeCompound(c.ctx, c.in.from.ID, d)
		if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
			return last{text: form.T("error.not_allowed")}, nil
		}
		return last{text: form.T("compound.changed", "Name", changed.Name),
			buttons: []button{{label: form.T("button.details"), data: actionData(doCompound, d.ID)}}}, err
	}
	added, err := c.Registry.AddCompound(c.ctx, session, c.in.from.ID, d)
	if err != nil {
		return last{}, err
	}
	return last{
		text: form.T("compound.submitted", "Name", added.Name, "Link", c.link("c_"+added.Link)),
		buttons: []button{{label: form.T("button.invite"), data: actionData(doInvite, string(tenancy.Manager)+"."+added.ID)},
			{label: form.T("button.add_homes"), data: actionData(doAddHomes, added.ID)},
			{label: form.T("button.details"), data: actionData(doCompound, added.ID)}},
	}, nil
}
