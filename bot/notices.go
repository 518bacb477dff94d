package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// notice writes a notice from the records as they are now. It returns nil for
// one that has lost its point.
func (b *Bot) notice(ctx context.Context, row outbox.Row) (*message, error) {
	switch registry.NoticeKind(row.Kind) {
	case registry.DutyTold:
		return b.dutyNotice(ctx, row)
	case registry.Broadcasted:
		return b.castNotice(ctx, row)
	}
	var n registry.Notice
	if err := json.Unmarshal(row.Payload, &n); err != nil {
		return nil, fmt.Errorf("read notice: %w", err)
	}
	to, err := b.writer(ctx, row.To)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case registry.Reminders:
		return b.reminders(ctx, to, n.Items, row.To)
	case registry.NoBackup:
		return b.noBackup(ctx, to, n, row.To)
	}
	switch n.Kind {
	case registry.WasReset:
		return &message{html: to.HTML(form.T("user.told"))}, nil
	case registry.HandedOver:
		return b.handedOver(to, n)
	}
	t, err := b.Registry.Tenancy(ctx, n.Tenancy)
	if err != nil {
		return nil, fmt.Errorf("tenancy of the notice: %w", err)
	}
	if t.Round != n.Round {
		return nil, nil
	}
	switch n.Kind {
	case registry.ToReview:
		if t.State != tenancy.Submitted {
			return nil, nil
		}
		return b.toReview(ctx, to, t)
	case registry.WasAccepted:
		return b.accepted(to, t), nil
	case registry.WasReturned:
		return b.returned(to, t), nil
	case registry.WasRejected:
		return b.rejected(to, t), nil
	case registry.HasEnded:
		return b.endedNotice(to, t, row.To), nil
	case registry.HasWithdrawn:
		return b.hasWithdrawn(ctx, to, t)
	case registry.ToLeave:
		return b.toLeave(to, t), nil
	case registry.HasSaid:
		return b.tenantSaid(to, t, n.Item, row.To), nil
	}
	return nil, fmt.Errorf("notice of unknown kind %q", n.Kind)
}

func (b *Bot) toReview(ctx context.Context, to locales.Writer, t tenancy.Tenancy) (*message, error) {
	elsewhere, err := b.Registry.Elsewhere(ctx, t)
	if err != nil {
		return nil, err
	}
	before, err := b.before(ctx, t)
	m := b.review(to, t, elsewhere, before)
	return &m, err
}

// writer writes in a person's language.
func (b *Bot) writer(ctx context.Context, person int64) (locales.Writer, error) {
	p, err := b.Registry.Profile(ctx, person)
	return b.Texts.In(language(p)), err
}

// accepted is the receipt, with the dates that count from now on.
func (b *Bot) accepted(to locales.Writer, t tenancy.Tenancy) *message {
	c := &conversation{Bot: b, to: to}
	return &message{
		html: to.HTML(form.T("notice.accepted", "Receipt", t.Receipt, "Compound", b.compound(t.Compound).Name,
			"Unit", t.Unit.String(), "At", t.Reviewed)) + "\n\n" + b.dates(to, t),
		inline: c.rows(append([]button{
			{label: form.T("button.copy_receipt"), copy: t.Receipt},
			{label: form.T("button.filing"), data: actionData(doFiling, t.ID)},
			{label: form.T("button.tenants"), data: actionData(doTenants, t.ID)},
		}, c.paperButtons(t)...)),
		protect: true,
	}
}

// dates lists the dates that count for a tenancy.
func (b *Bot) dates(to locales.Writer, t tenancy.Tenancy) string {
	duties := t.Duties(b.compound(t.Compound).City, b.Registry.Holidays)
	if len(duties) == 0 {
		return ""
	}
	lines := []string{to.HTML(form.T("duty.title"))}
	for _, d := range duties {
		key := "duty." + string(d.Kind)
		if d.Latest != d.Target {
			key += "_rolled"
		}
		lines = append(lines, to.HTML(form.T(key, "Target", d.Target, "Latest", d.Latest, "Hours", d.Hours)))
	}
	return strings.Join(lines, "\n")
}

// returned asks the landlord to correct what the staff named.
func (b *Bot) returned(to locales.Writer, t tenancy.Tenancy) *message {
	lines := []string{to.HTML(form.T("notice.returned", "Receipt", t.Receipt, "Unit", t.Unit.String()))}
	facts := flows.Facts{Compounds: []tenancy.Compound{b.compound(t.Compound)}, Today: tenancy.Today(b.Now())}
	for _, l := range flows.Registration(facts).Lines(flows.Draft{Tenancy: t}) {
		if why, ok := t.Returned[l.Field]; ok {
			lines = append(lines, to.HTML(form.T("notice.returned_line", "Label", l.Label, "Value", l.Value, "Reason", flows.WhyValue(why))))
		}
	}
	c := &conversation{Bot: b, to: to}
	m := &message{html: strings.Join(lines, "\n"), protect: true}
	if t.State == tenancy.ToCorrect {
		m.inline = c.rows([]button{{label: form.T("button.correct"), data: actionData(doCorrect, t.ID), style: "primary"}})
	}
	return m
}

// rejected tells the landlord that a registration was refused, and why.
func (b *Bot) rejected(to locales.Writer, t tenancy.Tenancy) *message {
	c := &conversation{Bot: b, to: to}
	return &message{
		html:   to.HTML(form.T("notice.rejected", "Receipt", t.Receipt, "Unit", t.Unit.String(), "Reason", reasonOf(t, tenancy.Reject))),
		inline: c.rows([]button{{label: form.T("button.register"), data: actionData(doCommand, "register")}}), protect: true,
	}
}

// reasonOf is the reason given for the last such move of a tenancy.
func reasonOf(t tenancy.Tenancy, m tenancy.Move) any {
	for i := len(t.History) - 1; i >= 0; i-- {
		if e := t.History[i]; e.Move == m && e.Reason != "" {
			return flows.WhyValue(e.Reason)
		}
	}
	return form.T("value.none")
}

// endedNotice tells the other side that a tenancy has ended.
func (b *Bot) endedNotice(to locales.Writer, t tenancy.Tenancy, who int64) *message {
	c := &conversation{Bot: b, to: to}
	text := to.HTML(form.T("notice.ended", "Receipt", t.Receipt, "Unit", t.Unit.String(), "Date", t.Left, "Reason", reasonOf(t, tenancy.End)))
	if who == t.Owner {
		text += "\n\n" + b.dates(to, t)
	}
	return &message{html: text, inline: c.rows([]button{{label: form.T("button.details"), data: actionData(doOpen, t.ID)}}), protect: true}
}

// tenantSaid passes on what a tenant says about their own entry. item is the
// person with the verdict behind.
func (b *Bot) tenantSaid(to locales.Writer, t tenancy.Tenancy, item string, who int64) *message {
	if item == "" {
		return nil
	}
	p := t.Person(item[:1])
	if p == nil || string(p.Answer.Said) != item[1:] {
		return nil
	}
	key := "notice.said_" + string(p.Answer.Said)
	c := &conversation{Bot: b, to: to}
	v := doTenants
	if who != t.Owner {
		v = doOpen
	}
	return &message{
		html:   to.HTML(form.T(key, "Unit", t.Unit.String(), "Receipt", t.Receipt, "Name", p.Name, "Reason", flows.WhyValue(p.Answer.Reason))),
		inline: c.rows([]button{{label: form.T("button.details"), data: actionData(v, t.ID)}}), protect: true,
	}
}
