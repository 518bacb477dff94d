package bot

import (
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// languages offers the languages that Zuji speaks.
func (c *conversation) languages(string) (bool, error) {
	var buttons []button
	for _, l := range locales.All {
		buttons = append(buttons, button{label: form.T("language." + string(l)), data: actionData(doSpeak, string(l))})
	}
	return false, c.say(form.T("language.ask"), buttons...)
}

func (c *conversation) speak(l locales.Language) error {
	if !l.Valid() {
		return nil
	}
	err := c.Registry.Change(c.ctx, c.in.from.ID, func(p *tenancy.Profile) { p.Language = string(l) })
	if err != nil {
		return err
	}
	c.to = c.Texts.In(l)
	return c.say(form.T("language.chosen"))
}
