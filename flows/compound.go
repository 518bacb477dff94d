package flows

import (
	"strings"

	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// NewCompound asks an administrator for a compound that takes registrations.
func NewCompound(facts Facts) form.Flow[tenancy.Compound] {
	return form.Flow[tenancy.Compound]{
		Name: "compound",
		Fields: func(c *tenancy.Compound) []form.Field {
			return []form.Field{
				{Key: "name", Input: words(&c.Name, 30, unused(facts))},
				{Key: "address", Input: words(&c.Address, 100), Optional: true},
				{Key: "desk", Input: words(&c.Desk, 100), Optional: true},
				{Key: "city", Input: words(&c.City.Name, 20)},
				{Key: "file_days", Input: count(&c.City.FileDays, 1, 90), Assume: func() { c.City.FileDays = tenancy.DefaultCity.FileDays }},
				{Key: "exports", Input: form.Choice(&c.Exports, tenancy.SendExports, tenancy.KeepExports), Assume: func() { c.Exports = tenancy.SendExports }},
				{Key: "report_days", Input: count(&c.City.ReportDays, 1, 30), Optional: true},
			}
		},
	}
}

func unused(facts Facts) func(string) error {
	return func(name string) error {
		for _, c := range facts.Compounds {
			if strings.EqualFold(c.Name, name) {
				return invalid.New("compound_exists", "Name", name)
			}
		}
		return nil
	}
}
