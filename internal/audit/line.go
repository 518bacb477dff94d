package audit

import (
	"slices"
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/form"
)

// Roles are the roles that have a text, audit.as.<role>. Another is shown as
// it stands.
var Roles = []string{"admin", "manager", "reader", "landlord", "tenant"}

// AllCompounds is the arg Compound of a role that is not for one compound.
const AllCompounds = "all"

// Line shows the entry as one line with the time in Shanghai: "2026-11-23 21:36
// …". who and subject are strings or form.Texts; nil means ShowWho and
// ShowSubject, which show ids.
func (e Entry) Line(who, subject any) form.Text {
	if who == nil {
		who = e.ShowWho()
	}
	if subject == nil {
		subject = e.ShowSubject()
	}
	values := map[string]any{"Who": who, "Subject": subject}
	for i, name := range Acts[e.Act] {
		if i < len(e.Args) {
			values[name] = showArg(name, e.Args[i])
		}
	}
	if e.Act == Unreadable {
		return form.T("audit.spoilt", "Seq", int(e.Seq))
	}
	return form.T("audit.line",
		"Seq", int(e.Seq),
		"At", e.At.In(calendar.Shanghai).Format("2006-01-02 15:04"),
		"Act", form.Text{Key: e.Act}.With(values))
}

// ShowWho names the one who acted, by role and id.
func (e Entry) ShowWho() form.Text {
	if e.Who == 0 {
		return form.T("audit.system")
	}
	if e.Role == "" {
		return form.T("audit.person", "ID", e.Who)
	}
	return form.T("audit.person_as", "Role", role(e.Role), "ID", e.Who)
}

// ShowSubject names what was acted on, by id.
func (e Entry) ShowSubject() form.Text {
	if e.Subject == "" {
		return form.T("audit.nothing")
	}
	return showID(e.Subject)
}

func showID(id string) form.Text {
	if person, ok := strings.CutPrefix(id, personPrefix); ok {
		return form.T("audit.person", "ID", person)
	}
	return form.T("audit.record", "ID", id)
}

func showArg(name, arg string) any {
	switch name {
	case "Role", "Before":
		return role(arg)
	case "To":
		return showID(arg)
	case "Compound":
		if arg == AllCompounds {
			return form.T("audit.everywhere")
		}
		return form.T("audit.in_compound", "ID", arg)
	case "For":
		if arg == "community" || arg == "police" {
			return form.T("audit.to." + arg)
		}
	}
	return arg
}

func role(key string) any {
	if slices.Contains(Roles, key) {
		return form.T("audit.as." + key)
	}
	return key
}

// Show tells a fault in one line.
func (f Fault) Show() form.Text {
	return form.T("audit.fault."+string(f.Wrong), "First", int(f.First), "Last", int(f.Last), "One", f.First == f.Last)
}
