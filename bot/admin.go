package bot

import (
	"strings"

	"zuji/internal/form"
)

// compounds lists the compounds with their links.
func (c *conversation) compounds(string) (bool, error) {
	all, err := c.Registry.Compounds(c.ctx)
	if err != nil {
		return false, err
	}
	if len(all) == 0 {
		err := c.say(form.T("compounds.none"), button{label: form.T("button.add_compound"), data: actionData(doCommand, "addcompound")})
		return false, err
	}
	for _, one := range all {
		c.later(func() error {
			return c.tell(form.T("compounds.line", "Name", one.Name, "Staff", len(one.Staff), "Link", c.link("c_"+one.Link)),
				button{label: form.T("button.staff"), data: actionData(doStaff, one.ID)},
				button{label: form.T("button.copy_link"), copy: c.link("c_" + one.Link)},
				button{label: form.T("button.poster"), data: actionData(doPaper, "poster."+one.ID)})
		})
	}
	return false, nil
}

// failed lists the updates that were set aside.
func (c *conversation) failed(string) (bool, error) {
	all, err := c.Registry.Aside(c.ctx, listLength)
	if err != nil {
		return false, err
	}
	if len(all) == 0 {
		return false, c.say(form.T("failed.none"))
	}
	var lines []string
	for _, one := range all {
		lines = append(lines, c.to.Plain(form.T("failed.line", "Reference", one.Reference, "At", one.At, "Reason", one.Reason)))
	}
	return false, c.say(form.T("failed.list", "Lines", strings.Join(lines, "\n")))
}
