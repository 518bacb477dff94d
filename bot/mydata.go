package bot

import (
	"encoding/json"

	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// mydata sends a person everything that is held on them as a file. Unlike other
// personal files it can be saved and passed on, which is what it is for (个人信息
// 保护法 Art. 45).
func (c *conversation) mydata(string) (bool, error) {
	h, err := c.Registry.Held(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	h.Form = c.st.Session
	data, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return false, err
	}
	forms := len(h.Drafts)
	if h.Form != nil {
		forms++
	}
	f := file{name: "zuji-mydata-" + h.At.UTC().Format("20060102-150405") + ".json", data: data}
	m := message{inline: c.rows(c.corrections(h))}
	m.html = c.to.HTML(form.T("mydata.caption", "Tenancies", len(h.Tenancies), "Rents", len(h.Rents), "Forms", forms,
		"Reminders", len(h.Reminders), "Roles", len(h.Roles), "Acts", len(h.Acts)))
	c.later(func() error {
		_ = c.toast("")
		_, err := c.sendFile(c.ctx, c.in.chat, f, m)
		return err
	})
	return false, nil
}

// maxCorrections is how many homes are offered for correction.
const maxCorrections = 4

// corrections are the ways to put right what a person has read (个人信息保护法
// Art. 46): a landlord changes a tenancy, a tenant objects to their entry. All of
// it can be erased.
func (c *conversation) corrections(h registry.Holding) (buttons []button) {
	add := func(ok bool, key string, unit string, v verb, id string) {
		if ok && len(buttons) < maxCorrections {
			buttons = append(buttons, button{label: form.T(key, "Unit", unit), data: actionData(v, id)})
		}
	}
	for _, t := range h.Tenancies {
		add(t.State == tenancy.ToCorrect, "mydata.correct", t.Unit.String(), doCorrect, t.ID)
		add(t.State.InForce(), "mydata.correct", t.Unit.String(), doChange, t.ID)
	}
	for _, t := range h.Rents {
		add(t.State.Active(), "mydata.object", t.Unit.String(), doObject, t.Tenancy)
	}
	return append(buttons, button{label: form.T("button.delete"), data: actionData(doCommand, "delete")})
}
