package bot

import (
	"encoding/json"

	"zuji/internal/form"
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
	return false, c.hand(f, form.T("mydata.caption", "Tenancies", len(h.Tenancies), "Rents", len(h.Rents), "Forms", forms,
		"Reminders", len(h.Reminders), "Roles", len(h.Roles), "Acts", len(h.Acts)), false)
}
