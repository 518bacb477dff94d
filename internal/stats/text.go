package stats

import (
	"strings"

	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// Summary writes the i-th month of a Group in a few lines, to stand above the
// charts. name is what the group is called. It panics if there is no such month.
func (s Stats) Summary(g Group, name string, i int) []form.Text {
	r := g.Rows[i]
	lines := []form.Text{
		form.T("stats.title", "Name", name, "Month", MonthText(r.Month), "Today", s.Today),
		form.T("stats.registered", "Submitted", r.Submitted.String(), "Accepted", r.Accepted.String(), "Returned", r.Returned.String()),
	}
	if why := ReasonsText(r); len(why) > 0 {
		lines = append(lines, form.T("stats.reasons", "Reasons", why))
	}
	switch {
	case r.OnTime.Known:
		lines = append(lines, form.T("stats.on_time", "Share", r.OnTime.String(), "Due", r.Due.String()))
	case r.Due != Cell{}:
		lines = append(lines, form.T("stats.on_time_unknown", "Due", r.Due.String()))
	}
	if r.Review.Known {
		lines = append(lines, form.T("stats.review", "Median", r.Review.Median, "P", r.Review.P90))
	}
	return append(lines,
		form.T("stats.in_force", "Count", g.InForce.String()),
		form.T("stats.ending", "First", g.Within(30).String(), "Second", g.Within(60).String(), "Third", g.Within(90).String()),
		form.T("stats.hidden"))
}

// MonthText writes a month.
func MonthText(m Month) form.Text {
	return form.T("stats.month", "Year", m.Year, "Month", int(m.Month))
}

// ReasonText writes why registrations were sent back.
func ReasonText(name string) form.Text {
	if name == tenancy.OwnReason || name == Unknown {
		return form.T("stats.reason." + name)
	}
	return form.T("why." + name)
}

// ReasonsText writes each reason of a row with its number, the most frequent
// first.
func ReasonsText(r Row) []form.Text {
	var all []form.Text
	for _, why := range ByCount(r) {
		all = append(all, form.T("stats.reason_count", "Reason", ReasonText(why), "Count", r.Reasons[why].String()))
	}
	return all
}

// Title writes the head of a compound's report.
func (r Report) Title(name string) form.Text {
	return form.T("stats.quality.title", "Name", name, "Today", r.Today)
}

// Text writes a finding in a line.
func (f Finding) Text() form.Text {
	switch f.Fault {
	case Missing:
		return form.T("stats.quality.missing", "Field", f.FieldText())
	case Overdue:
		return form.T("stats.quality.overdue", "Since", f.Since)
	case Duplicate:
		return form.T("stats.quality.duplicate", "Receipt", f.Other)
	}
	return form.T("stats.quality.failed", "Field", f.FieldText(), "Problem", form.Text{Key: "problem." + f.Problem.Reason, Args: f.Problem.Args})
}

// FieldText writes the name of the answer in question. Of a compound's own
// question it says only that it is one; its words stand in the compound.
func (f Finding) FieldText() form.Text {
	key, item, _ := strings.Cut(f.Field, ".")
	switch {
	case key == "custom":
		return form.T("stats.quality.custom")
	case key == "landlord_document":
		return form.T("filing.landlord_document.label")
	}
	n := 1
	if len(item) == 1 {
		n = int(item[0]-'a') + 1
	}
	return form.T("registration."+key+".label", "N", n, "Desk", true)
}
