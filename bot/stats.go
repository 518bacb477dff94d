package bot

import (
	"fmt"
	"strings"

	"zuji/internal/charts"
	"zuji/internal/form"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

// statsMonths is how many months the statistics show.
const statsMonths = 12

// everything names all compounds together.
const everything = "all"

// overseen are the compounds whose numbers the person may see: those in which
// they have a role, an administrator all.
func (c *conversation) overseen() ([]tenancy.Compound, error) {
	if c.Registry.Admin(c.in.from.ID) {
		return c.Registry.Compounds(c.ctx)
	}
	return c.Registry.Reads(c.ctx, c.in.from.ID)
}

func (c *conversation) counted() (s stats.Stats, all []tenancy.Compound, err error) {
	if all, err = c.overseen(); err != nil {
		return s, nil, err
	}
	s, err = stats.Compute(c.Registry.Of(c.ctx, all), stats.Options{
		Compounds: all, Today: tenancy.Today(c.Now()), Months: statsMonths, Holidays: c.Registry.Holidays,
	})
	return s, all, err
}

// group finds what a button names among what the person may see.
func (c *conversation) group(s stats.Stats, all []tenancy.Compound, id string) (g stats.Group, name string, ok bool) {
	if id == everything {
		return s.All, c.to.Plain(form.T("stats.all")), len(all) > 1
	}
	for i, one := range all {
		if one.ID == id {
			return s.Groups[i], one.Name, true
		}
	}
	return g, "", false
}

// stats shows the numbers of the month: of the one compound, or of all together
// with a button for each.
func (c *conversation) stats(string) (bool, error) {
	all, err := c.overseen()
	if err != nil {
		return false, err
	}
	switch len(all) {
	case 0:
		return false, c.say(form.T("stats.no_compound"))
	case 1:
		return false, c.statsOf(all[0].ID)
	}
	return false, c.statsOf(everything)
}

func (c *conversation) statsOf(id string) error {
	s, all, err := c.counted()
	if err != nil {
		return err
	}
	g, name, ok := c.group(s, all, id)
	if !ok {
		return c.say(form.T("error.not_allowed"))
	}
	var lines []string
	for _, t := range s.Summary(g, name, len(g.Rows)-1) {
		lines = append(lines, c.to.HTML(t))
	}
	var buttons []button
	for _, kind := range chartKinds {
		buttons = append(buttons, button{label: form.T("stats.button." + kind), data: actionData(doChart, kind+"."+id)})
	}
	for _, one := range all[:min(len(all), listLength)] {
		if len(all) > 1 && one.ID != id {
			buttons = append(buttons, button{label: form.T("value.compound", "Name", one.Name), data: actionData(doStats, one.ID)})
		}
	}
	c.put(message{html: strings.Join(lines, "\n"), inline: c.rows(buttons)})
	return nil
}

// chartKinds are the charts, in the order of their buttons.
var chartKinds = []string{"registrations", "on_time", "ending", "reasons"}

// chart sends a picture of the last months.
func (c *conversation) chart(arg string) error {
	kind, id, _ := strings.Cut(arg, ".")
	s, all, err := c.counted()
	if err != nil {
		return err
	}
	g, name, ok := c.group(s, all, id)
	if !ok {
		return c.say(form.T("error.not_allowed"))
	}
	artist, err := charts.New(c.to.Plain)
	if err != nil {
		return err
	}
	draw, ok := map[string]func(stats.Stats, stats.Group, string) ([]byte, error){
		"registrations": artist.Registrations, "on_time": artist.OnTime, "ending": artist.Ending, "reasons": artist.Reasons,
	}[kind]
	if !ok {
		return c.say(form.T("toast.unknown"))
	}
	png, err := draw(s, g, name)
	if err != nil {
		return fmt.Errorf("draw chart: %w", err)
	}
	caption := c.to.HTML(form.T("stats.button."+kind)) + "　" + c.to.HTML(form.T("value.compound", "Name", name))
	c.later(func() error {
		_ = c.toast("")
		return c.sendPicture(c.ctx, c.in.chat, file{name: "zuji-" + kind + ".png", data: png}, caption)
	})
	return nil
}

// qualityLength is how many findings one message lists.
const qualityLength = 20

// quality lists what is wrong in the register of each of the person's compounds,
// with a button for each tenancy. An administrator who is no staff sees nothing.
func (c *conversation) quality(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	report, err := stats.Quality(c.Registry.Of(c.ctx, mine), stats.Options{Compounds: mine, Today: tenancy.Today(c.Now()), Months: 1, Holidays: c.Registry.Holidays})
	if err != nil {
		return false, err
	}
	if len(mine) == 0 {
		return false, c.say(form.T("stats.no_compound"))
	}
	for _, one := range mine {
		m := c.findings(report.Title(one.Name), report.Of(one.ID))
		c.later(func() error {
			_, err := c.send(c.ctx, c.in.chat, m)
			return err
		})
	}
	return false, nil
}

func (c *conversation) findings(title form.Text, all []stats.Finding) message {
	lines := []string{c.to.HTML(title)}
	if len(all) == 0 {
		lines = append(lines, c.to.HTML(form.T("stats.quality.none")))
	}
	var buttons []button
	seen := map[string]bool{}
	for _, f := range all[:min(len(all), qualityLength)] {
		key := "stats.quality.ask_landlord"
		if f.Ask.Manager() {
			key = "stats.quality.ask_manager"
		}
		lines = append(lines, c.to.HTML(form.T("stats.quality.line", "Unit", f.Unit, "What", f.Text(), "Ask", form.T(key))))
		if !seen[f.Tenancy] {
			seen[f.Tenancy] = true
			buttons = append(buttons, button{label: form.T("stats.quality.open", "Unit", f.Unit), data: actionData(doOpen, f.Tenancy)})
		}
	}
	if more := len(all) - qualityLength; more > 0 {
		lines = append(lines, c.to.HTML(form.T("stats.quality.more", "Count", more)))
	}
	return message{html: strings.Join(lines, "\n"), inline: c.rows(buttons), protect: true}
}
