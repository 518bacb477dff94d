package bot

import (
	"errors"
	"strconv"
	"strings"

	"zuji/flows"
	"zuji/internal/address"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// units shows staff the unit register of their compound.
func (c *conversation) units(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	if len(mine) == 1 {
		return false, c.buildings(mine[0].ID)
	}
	return false, c.say(form.T("units.which"), compoundButtons(mine, doHomes, "")...)
}

// compoundButtons ask which of several compounds is meant: each button carries the
// compound's id behind prefix.
func compoundButtons(mine []tenancy.Compound, v verb, prefix string) (buttons []button) {
	for _, one := range mine {
		buttons = append(buttons, button{label: form.T("value.compound", "Name", one.Name), data: actionData(v, prefix+one.ID)})
	}
	return buttons
}

// manages reports whether the person is on the staff of a compound; if not, they
// are told.
func (c *conversation) manages(compound string) (tenancy.Compound, bool) {
	one, ok := c.Registry.Compound(compound)
	if ok && one.HasStaff(c.in.from.ID) {
		return one, true
	}
	_ = c.say(form.T("error.not_allowed"))
	return one, false
}

// buildings counts the homes of each building.
func (c *conversation) buildings(compound string) error {
	one, ok := c.manages(compound)
	if !ok {
		return nil
	}
	all, err := c.Registry.Buildings(c.ctx, compound)
	if err != nil {
		return err
	}
	lines := []string{c.to.HTML(form.T("units.title", "Compound", one.Name))}
	var buttons []button
	sum := map[tenancy.HomeStatus]int{}
	for _, b := range all {
		for s, n := range b.Counts {
			sum[s] += n
		}
		if len(buttons) < maxBuildings {
			buttons = append(buttons, button{label: form.T("units.building", "Name", b.Name, "Let", b.Counts[tenancy.HomeLet]), data: actionData(doBuilding, compound+".0."+b.Name)})
		}
	}
	lines = append(lines, c.to.HTML(form.T("units.sum", "Let", sum[tenancy.HomeLet], "Owner", sum[tenancy.HomeOwner],
		"Empty", sum[tenancy.HomeEmpty], "Unknown", sum[tenancy.HomeUnknown])))
	buttons = append(buttons, button{label: form.T("button.add_homes"), data: actionData(doAddHomes, compound)})
	c.put(message{html: strings.Join(lines, "\n\n"), inline: c.rows(buttons)})
	return nil
}

const (
	maxBuildings = 60
	homesPage    = 24
)

// building shows a page of a building's homes; arg is compound, position and
// building.
func (c *conversation) building(arg string) error {
	part := strings.SplitN(arg, ".", 3)
	if len(part) != 3 {
		return c.say(form.T("error.not_allowed"))
	}
	one, ok := c.manages(part[0])
	if !ok {
		return nil
	}
	from, _ := strconv.Atoi(part[1]) // a forged position shows the first page
	all, total, err := c.Registry.Homes(c.ctx, one.ID, part[2], max(0, from), homesPage)
	if err != nil {
		return err
	}
	var buttons []button
	for _, h := range all {
		label := form.T("units.home."+statusKey(h.Status), "Entrance", h.Unit.Entrance, "Room", h.Unit.Room+h.Unit.Part)
		buttons = append(buttons, button{label: label, data: actionData(doHome, one.ID+"."+h.Unit.Key())})
	}
	m := message{html: c.to.HTML(form.T("units.page", "Compound", one.Name, "Building", part[2], "Count", total)), inline: c.rows(buttons)}
	var around []button
	page := func(key string, at int) {
		around = append(around, button{label: form.T("button." + key), data: actionData(doBuilding, one.ID+"."+strconv.Itoa(at)+"."+part[2])})
	}
	if from > 0 {
		page("newer", max(0, from-homesPage))
	}
	if from+homesPage < total {
		page("older", from+homesPage)
	}
	around = append(around, button{label: form.T("button.all_buildings"), data: actionData(doHomes, one.ID)})
	m.inline = append(m.inline, c.rows(around)...)
	c.put(m)
	return nil
}

func statusKey(s tenancy.HomeStatus) string {
	if s == tenancy.HomeUnknown {
		return "unknown"
	}
	return string(s)
}

// homeArg reads a compound and a unit out of a button.
func (c *conversation) homeArg(arg string) (tenancy.Compound, address.Unit, bool) {
	compound, unit, _ := strings.Cut(arg, ".")
	u, ok := address.ParseKey(unit)
	if !ok {
		_ = c.say(form.T("error.not_allowed"))
		return tenancy.Compound{}, u, false
	}
	one, ok := c.manages(compound)
	return one, u, ok
}

// home shows one home: what it is used for, its tenancy and who stays there.
func (c *conversation) home(arg string) error {
	one, u, ok := c.homeArg(arg)
	if !ok {
		return nil
	}
	return c.homeCard(one, u)
}

func (c *conversation) homeCard(one tenancy.Compound, u address.Unit) error {
	v, err := c.Registry.Home(c.ctx, one.ID, u)
	if err != nil {
		return err
	}
	arg := one.ID + "." + u.Key()
	lines := []string{c.to.HTML(form.T("home.title", "Compound", one.Name, "Unit", u.String(), "Status", form.T("home.status."+statusKey(v.Known(v.Tenancy != nil)))))}
	var buttons []button
	if t := v.Tenancy; t != nil {
		lines = append(lines, c.to.HTML(form.T("home.tenancy", "Receipt", t.Receipt, "State", form.T("state."+string(t.State)), "End", c.until(*t))))
		for _, p := range t.Living() {
			lines = append(lines, c.to.HTML(form.T("home.tenant", "Name", p.Name, "From", t.MoveIn, "Until", t.End)))
		}
		buttons = append(buttons, button{label: form.T("button.details"), data: actionData(doOpen, t.ID)})
	} else {
		for _, s := range []struct {
			v    verb
			of   tenancy.HomeStatus
			name string
		}{{doHomeOwner, tenancy.HomeOwner, "owner"}, {doHomeEmpty, tenancy.HomeEmpty, "empty"}, {doHomeUnknown, tenancy.HomeUnknown, "unknown"}} {
			if v.Status != s.of {
				buttons = append(buttons, button{label: form.T("home.set." + s.name), data: actionData(s.v, arg)})
			}
		}
	}
	today := tenancy.Today(c.Now())
	for _, s := range v.Stays {
		key := "home.stay"
		if s.Until.IsZero() {
			key = "home.stay_open"
		}
		lines = append(lines, c.to.HTML(form.T(key, "Name", s.Name, "Kind", form.T("stay.kind.option."+string(s.Kind)), "From", s.From, "Until", s.Until)))
		if s.There(today) {
			buttons = append(buttons, button{label: form.T("home.end_stay", "Name", s.Name), data: actionData(doStayEnd, s.ID+"."+arg)})
		}
	}
	buttons = append(buttons, button{label: form.T("button.add_stay"), data: actionData(doStay, arg)},
		button{label: form.T("button.this_building"), data: actionData(doBuilding, one.ID+".0."+u.Building)})
	c.put(message{html: strings.Join(lines, "\n"), inline: c.rows(buttons), protect: true})
	return nil
}

func (c *conversation) setHome(arg string, s tenancy.HomeStatus) error {
	one, u, ok := c.homeArg(arg)
	if !ok {
		return nil
	}
	if err := c.Registry.SetHome(c.ctx, one.ID, u, c.in.from.ID, s); err != nil {
		return err
	}
	return c.homeCard(one, u)
}

// endStay ends a stay today; arg is the stay, the compound and the unit.
func (c *conversation) endStay(arg string) error {
	id, rest, _ := strings.Cut(arg, ".")
	one, u, ok := c.homeArg(rest)
	if !ok {
		return nil
	}
	err := c.Registry.EndStay(c.ctx, one.ID, u, c.in.from.ID, id, tenancy.Today(c.Now()))
	if err != nil && !errors.Is(err, registry.ErrNotFound) {
		return err
	}
	return c.homeCard(one, u)
}

func (c *conversation) startHomes(compound string) (*form.Session, error) {
	one, ok := c.Registry.Compound(compound)
	if !ok || !one.HasStaff(c.in.from.ID) && !c.may(admin) {
		return nil, c.say(form.T("error.not_allowed"))
	}
	s, err := flows.AddHomes().Start(newID(), flows.Block{Compound: one.ID})
	return &s, err
}

func (c *conversation) submitHomes(d flows.Block) (last, error) {
	n, err := c.Registry.AddHomes(c.ctx, d.Compound, c.in.from.ID, d.Units())
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	next := button{label: form.T("button.all_buildings"), data: actionData(doHomes, d.Compound)}
	if one := c.compound(d.Compound); !one.HasStaff(c.in.from.ID) {
		next = button{label: form.T("button.details"), data: actionData(doCompound, d.Compound)}
	}
	return last{text: form.T("homes.submitted", "Count", n, "All", len(d.Units())), buttons: []button{next}}, err
}

func (c *conversation) startStay(arg string) (*form.Session, error) {
	one, u, ok := c.homeArg(arg)
	if !ok {
		return nil, nil
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	s, err := flows.Stay(facts).Start(newID(), flows.Staying{Compound: one.ID, Unit: u})
	return &s, err
}

func (c *conversation) submitStay(session string, d flows.Staying) (last, error) {
	d.Stay.ID = session
	err := c.Registry.AddStay(c.ctx, d.Compound, d.Unit, c.in.from.ID, d.Stay)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	return last{
		text:    form.T("stay.submitted", "Unit", d.Unit.String(), "Name", d.Name),
		buttons: []button{{label: form.T("button.details"), data: actionData(doHome, d.Compound+"."+d.Unit.Key())}},
	}, err
}
