package bot

import (
	"strconv"
	"strings"

	"zuji/internal/audit"
	"zuji/internal/form"
)

// auditLength is how many acts one message lists.
const auditLength = 15

// audit shows an administrator who did what, newest first, and whether the log is
// whole.
func (c *conversation) audit(string) (bool, error) { return false, c.auditBefore("") }

func (c *conversation) auditBefore(arg string) error {
	if !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	before, _ := strconv.ParseUint(arg, 10, 64) // a forged place shows the newest
	p, err := c.Registry.AuditPage(c.ctx, audit.Filter{Before: before, Limit: auditLength})
	if err != nil {
		return err
	}
	lines := []string{c.to.HTML(form.T("auditing.title"))}
	if before == 0 {
		faults, err := c.Registry.AuditFaults(c.ctx)
		if err != nil {
			return err
		}
		if len(faults) == 0 {
			lines = append(lines, c.to.HTML(form.T("auditing.whole")))
		}
		for _, f := range faults[:min(len(faults), auditLength)] {
			lines = append(lines, "❗ "+c.to.HTML(f.Show()))
		}
	}
	for _, e := range p.Entries {
		lines = append(lines, c.to.HTML(e.Line(nil, nil)))
	}
	var buttons []button
	if p.Next > 0 {
		buttons = append(buttons, button{label: form.T("auditing.older"), data: actionData(doAudit, strconv.FormatUint(p.Next, 10))})
	}
	buttons = append(buttons, button{label: form.T("auditing.head"), data: actionData(doAuditHead, "")})
	c.put(message{html: strings.Join(lines, "\n"), inline: c.rows(buttons)})
	return nil
}

// auditHead sends the signed head of the log, which proves later that nothing up
// to now was changed.
func (c *conversation) auditHead(string) error {
	if !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	text, err := c.Registry.AuditHead(c.ctx, c.in.from.ID)
	if err != nil {
		return err
	}
	name := "zuji-audit-" + c.Now().UTC().Format("20060102-150405") + ".txt"
	c.later(func() error {
		_ = c.toast("")
		_, err := c.sendFile(c.ctx, c.in.chat, file{name: name, data: []byte(text)}, message{html: c.to.HTML(form.T("auditing.keep"))})
		return err
	})
	return nil
}
