package bot

import (
	"strings"

	"zuji/internal/form"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

// The choices of /settings.
var (
	windows = []tenancy.Hours{{From: 9 * 60, To: 20*60 + 30}, {From: 8 * 60, To: 22 * 60}, {From: 10 * 60, To: 18 * 60}, {From: 18 * 60, To: 21 * 60}}
	zones   = []string{"Asia/Shanghai", "Asia/Tokyo", "Asia/Dubai", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney"}
	daily   = []int{1, 3, 5}
)

// switches are the kinds that a person may turn off, each with the kinds that it
// stands for.
var switches = []struct {
	name  string
	rank  rank
	kinds []remind.Kind
}{
	{"file", anybody, []remind.Kind{"file"}},
	{"expiry", anybody, []remind.Kind{"expiry", "expiry_early", "over"}},
	{"report", anybody, []remind.Kind{"report", "leave"}},
	{"still", anybody, []remind.Kind{"still"}},
	{"tenants", anybody, []remind.Kind{"unconfirmed", "confirm"}},
	{"review", staff, []remind.Kind{"review"}},
	{"expiring", staff, []remind.Kind{"expiring", "over_late"}},
	{"late", staff, []remind.Kind{"report_late", "file_late"}},
}

func (c *conversation) settings(string) (bool, error) { return false, c.showSettings() }

// showSettings shows when and of what the person is reminded, with buttons that
// change it in place.
func (c *conversation) showSettings() error {
	h := c.profile.Hours.Whole()
	text := c.to.HTML(form.T("settings.title", "From", clock(h.From), "To", clock(h.To), "Max", h.Max, "Zone", form.T("settings.zone."+zoneKey(h.Zone))))
	m := message{html: text}
	row := func(buttons ...button) { m.inline = append(m.inline, c.rows(buttons)...) }
	row(button{label: form.T("settings.hours"), data: actionData(doSetting, "hours.")},
		button{label: form.T("settings.max"), data: actionData(doSetting, "max.")},
		button{label: form.T("settings.where"), data: actionData(doSetting, "zone.")})
	var kinds []button
	for _, s := range switches {
		if !c.may(s.rank) {
			continue
		}
		key := "settings.on"
		if c.profile.Off[string(s.kinds[0])] {
			key = "settings.off"
		}
		kinds = append(kinds, button{label: form.T(key, "Kind", form.T("settings.kind."+s.name)), data: actionData(doSetting, "kind."+s.name)})
	}
	row(kinds...)
	c.put(m)
	return nil
}

func zoneKey(zone string) string {
	_, city, _ := strings.Cut(zone, "/")
	return strings.ToLower(city)
}

func clock(minutes int) string {
	digits := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(minutes/60) + ":" + digits(minutes%60)
}

// set changes one setting; an empty value offers the choices.
func (c *conversation) set(arg string) error {
	name, value, _ := strings.Cut(arg, ".")
	change := map[string]func(p *tenancy.Profile, value string) bool{"hours": setHours, "max": setMax, "zone": setZone, "kind": setKind}[name]
	if change == nil {
		return c.say(form.T("toast.unknown"))
	}
	if value == "" {
		return c.offerSettings(name)
	}
	ok := false
	err := c.Registry.Change(c.ctx, c.in.from.ID, func(p *tenancy.Profile) { ok = change(p, value); c.profile = *p })
	if err != nil {
		return err
	}
	if !ok {
		return c.say(form.T("toast.unknown"))
	}
	return c.showSettings()
}

func (c *conversation) offerSettings(name string) error {
	var buttons []button
	add := func(label form.Text, value string) {
		buttons = append(buttons, button{label: label, data: actionData(doSetting, name+"."+value)})
	}
	switch name {
	case "hours":
		for i, w := range windows {
			add(form.T("settings.window", "From", clock(w.From), "To", clock(w.To)), string(rune('0'+i)))
		}
	case "max":
		for _, n := range daily {
			add(form.T("settings.times", "N", n), string(rune('0'+n)))
		}
	case "zone":
		for i, z := range zones {
			add(form.T("settings.zone."+zoneKey(z)), string(rune('0'+i)))
		}
	}
	c.put(message{html: c.to.HTML(form.T("settings.choose_" + name)), inline: c.rows(buttons)})
	return nil
}

func setHours(p *tenancy.Profile, value string) bool {
	i := int(value[0] - '0')
	if len(value) != 1 || i >= len(windows) {
		return false
	}
	p.Hours.From, p.Hours.To = windows[i].From, windows[i].To
	return true
}

func setMax(p *tenancy.Profile, value string) bool {
	for _, n := range daily {
		if value == string(rune('0'+n)) {
			p.Hours.Max = n
			return true
		}
	}
	return false
}

func setZone(p *tenancy.Profile, value string) bool {
	i := int(value[0] - '0')
	if len(value) != 1 || i >= len(zones) {
		return false
	}
	p.Hours.Zone = zones[i]
	return true
}

func setKind(p *tenancy.Profile, value string) bool {
	for _, s := range switches {
		if s.name != value {
			continue
		}
		if p.Off == nil {
			p.Off = map[string]bool{}
		}
		off := !p.Off[string(s.kinds[0])]
		for _, k := range s.kinds {
			if off {
				p.Off[string(k)] = true
			} else {
				delete(p.Off, string(k))
			}
		}
		return true
	}
	return false
}
