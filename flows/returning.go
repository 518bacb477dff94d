package flows

import (
	"slices"
	"strings"

	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// A Returning is a property manager's decision to send a registration back.
type Returning struct {
	Tenancy string   `json:"tenancy"` // its id
	Round   int      `json:"round"`   // which submission of it
	Fields  []string `json:"fields"`  // names of the fields to correct
	Reasons []Reason `json:"reasons"`
}

// A Reason says what is wrong with one field.
type Reason struct {
	Field string `json:"field"`
	Why   string `json:"why"` // "#" and a common reason's name, or the manager's own words
}

// commonReasons are offered as buttons.
var commonReasons = []string{"unclear", "mismatch", "wrong_unit", "missing"}

// Return asks a property manager which answers of t must be corrected, and why.
func Return(facts Facts, t tenancy.Tenancy) form.Flow[Returning] {
	lines := Registration(facts).Lines(Draft{Tenancy: t})
	return form.Flow[Returning]{
		Name: "returning",
		Fields: func(d *Returning) []form.Field {
			which := form.Field{Key: "fields", Input: form.Several(&d.Fields, returnable(lines)...), Quiet: true}
			return append([]form.Field{which}, reasons(d, lines)...)
		},
	}
}

// returnable offers what the landlord can correct.
func returnable(lines []form.Line) []form.Option {
	var options []form.Option
	for _, l := range lines {
		if strings.HasPrefix(l.Field, "others") || l.Field == "compound" {
			continue
		}
		label := form.T("returning.line", "Label", l.Label, "Value", l.Value)
		options = append(options, form.Option{Value: l.Field, Label: &label})
	}
	return options
}

func reasons(d *Returning, lines []form.Line) []form.Field {
	for _, name := range d.Fields {
		if !slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Field == name }) {
			d.Reasons = append(d.Reasons, Reason{Field: name})
		}
	}
	var fields []form.Field
	for i := range d.Reasons {
		r := &d.Reasons[i]
		at := slices.IndexFunc(lines, func(l form.Line) bool { return l.Field == r.Field })
		if at < 0 {
			continue
		}
		fields = append(fields, form.Field{
			Key: "reason", Item: r.Field,
			Input: why(&r.Why, commonReasons...),
			Hide:  !slices.Contains(d.Fields, r.Field),
			Args:  map[string]any{"Label": lines[at].Label},
		})
	}
	return fields
}

// Why returns the decision as a map from field name to reason.
func (r Returning) Why() map[string]string {
	why := map[string]string{}
	for _, one := range r.Reasons {
		if slices.Contains(r.Fields, one.Field) {
			why[one.Field] = one.Why
		}
	}
	return why
}
