package bot

import (
	"strings"

	"zuji/internal/form"
)

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
