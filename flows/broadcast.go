package flows

import (
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// NewBroadcast asks an administrator whom to write to, and what. reach counts the
// people whom it would reach now.
func NewBroadcast(facts Facts, reach func(tenancy.Broadcast) int) form.Flow[tenancy.Broadcast] {
	return form.Flow[tenancy.Broadcast]{
		Name: "broadcast",
		Fields: func(b *tenancy.Broadcast) []form.Field {
			where := form.Field{Key: "compound", Input: someCompound(&b.Compound, facts)}
			if open := facts.open(); len(open) == 1 {
				where.Assume = func() { b.Compound = open[0].ID }
			}
			return []form.Field{
				{Key: "whom", Input: form.Choice(&b.Whom, tenancy.Circles...)},
				where,
				{Key: "building", Input: building(&b.Building), Optional: true, Hide: !b.Whom.AtHome() || b.Compound == tenancy.EveryCompound},
				{Key: "text", Verbatim: true, Input: paragraph(&b.Text, tenancy.MaxBroadcast)},
			}
		},
		Preview: func(b *tenancy.Broadcast) map[string]any {
			return map[string]any{"Count": reach(*b), "Text": b.Text}
		},
	}
}

// StartBroadcast begins a broadcast, with words that were typed behind the
// command.
func StartBroadcast(facts Facts, id, text string) (form.Session, error) {
	b := tenancy.Broadcast{Text: text}
	flow := NewBroadcast(facts, func(tenancy.Broadcast) int { return 0 })
	if text == "" || paragraph(&b.Text, tenancy.MaxBroadcast).Check() != nil {
		return flow.Start(id, tenancy.Broadcast{})
	}
	return flow.Start(id, b, "text")
}

// someCompound takes one of the compounds, by its button or a part of its name, or
// all of them.
func someCompound(p *string, facts Facts) form.Input {
	label := func(id string) form.Text {
		if id == tenancy.EveryCompound {
			return form.T("broadcast.compound.every")
		}
		c, _ := facts.compound(id)
		return form.T("value.compound", "Name", c.Name)
	}
	read := func(s string) (string, error) {
		if _, ok := facts.compound(s); ok || s == tenancy.EveryCompound {
			return s, nil
		}
		return facts.one(s)
	}
	ids := []string{tenancy.EveryCompound}
	for _, c := range facts.open()[:min(len(facts.open()), maxCompounds)] {
		ids = append(ids, c.ID)
	}
	in := form.Typed(p, read, func(id string) any { return label(id) })
	for _, id := range ids {
		name := label(id)
		in = in.Or(form.Option{Value: id, Label: &name})
	}
	return in
}
