package bot

import (
	"zuji/internal/form"
	"zuji/locales"
)

// inGroup answers in a group: nothing personal, only the way to the private
// chat.
func (c *conversation) inGroup() error {
	c.to = c.Texts.In(locales.Match(c.in.from.Language))
	switch {
	case c.in.query != "":
		return c.soft(c.toast(c.to.Plain(form.T("group.private"))))
	case c.in.command != "":
		return c.soft(c.tell(form.T("group.private"), button{label: form.T("group.open"), url: c.link("group")}))
	}
	return nil
}

// soft logs that an answer was not sent; the update is done all the same.
func (c *conversation) soft(err error) error {
	if err != nil {
		c.Log.Warn("answer was not sent", "update", c.in.update, "error", err)
	}
	return nil
}
