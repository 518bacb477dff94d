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
	var n registry.Notice
	if err := json.Unmarshal(row.Payload, &n); err != nil {
		return nil, fmt.Errorf("read notice: %w", err)
	}
	t, err := b.Registry.Tenancy(ctx, n.Tenancy)
	if err != nil {
		return nil, fmt.Errorf("tenancy of the notice: %w", err)
	}
	if t.Round != n.Round {
		return nil, nil
	}
	to, err := b.writer(ctx, row.To)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case registry.ToReview:
		if t.State != tenancy.Submitted {
			return nil, nil
		}
		elsewhere, err := b.Registry.Elsewhere(ctx, t)
		m := b.review(to, t, elsewhere)
		return &m, err
	case registry.WasAccepted:
		return b.accepted(to, t), nil
	case registry.WasReturned:
		return b.returned(to, t), nil
	}
	return nil, fmt.Errorf("notice of unknown kind %q", n.Kind)
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
		inline: c.rows([]button{
			{label: form.T("button.copy_receipt"), copy: t.Receipt},
			{label: form.T("button.filing"), data: actionData(doFiling, t.ID)},
		}),
		protect: true,
	}
}

// dates lists the dates that count for a tenancy.
func (b *Bot) dates(to locales.Writer, t tenancy.Tenancy) string {
	lines := []string{to.HTML(form.T("duty.title"))}
	for _, d := range t.Duties(b.compound(t.Compound).City, b.Registry.Holidays) {
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
			lines = append(lines, to.HTML(form.T("notice.returned_line", "Label", l.Label, "Value", l.Value, "Reason", flows.ReasonValue(why))))
		}
	}
	c := &conversation{Bot: b, to: to}
	m := &message{html: strings.Join(lines, "\n"), protect: true}
	if t.State == tenancy.ToCorrect {
		m.inline = c.rows([]button{{label: form.T("button.correct"), data: actionData(doCorrect, t.ID), style: "primary"}})
	}
	return m
}
