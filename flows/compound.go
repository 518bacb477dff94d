package flows

import (
	"math/big"
	"regexp"
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// NewCompound asks an administrator for a compound that takes registrations, or
// for what is to be changed of one. The city fills in what is known of it.
func NewCompound(facts Facts) form.Flow[tenancy.Compound] {
	return form.Flow[tenancy.Compound]{
		Name: "compound",
		Fields: func(c *tenancy.Compound) []form.Field {
			known := func() {} // what the city's profile says is not asked
			return []form.Field{
				{Key: "name", Input: words(&c.Name, 30, unused(facts, c.ID))},
				{Key: "address", Input: words(&c.Address, 100), Optional: true},
				{Key: "desk", Input: words(&c.Desk, 100), Optional: true},
				{Key: "city", Input: city(c)},
				{Key: "file_days", Input: count(&c.City.FileDays, 1, 90), Assume: known},
				{Key: "exports", Input: form.Choice(&c.Exports, tenancy.SendExports, tenancy.KeepExports), Assume: known},
				{Key: "report_days", Input: reportDays(&c.City), Optional: true, Assume: known},
				{Key: "street", Input: words(&c.Street, 30), Optional: true},
				{Key: "council", Input: words(&c.Council, 30), Optional: true},
				{Key: "min_area", Input: count(&c.City.MinArea, 1, 50), Optional: true},
				{Key: "per_room", Input: count(&c.City.MaxPerRoom, 1, 20), Optional: true},
				{Key: "deposit", Input: count(&c.City.DepositMonths, 1, 12), Optional: true},
				{Key: "early_talk", Input: yesNo(&c.City.EarlyTalk), Optional: true},
			}
		},
	}
}

// seldom are what is not asked of a new compound, but stands on its summary.
var seldom = []string{"street", "council", "min_area", "per_room", "deposit", "early_talk"}

// StartCompound begins a new compound, or, where c has an id, the change of one.
func StartCompound(facts Facts, id string, c tenancy.Compound) (form.Session, error) {
	flow := NewCompound(facts)
	if c.Exports == "" {
		c.Exports = tenancy.SendExports
	}
	if c.ID == "" {
		return flow.Start(id, c, seldom...)
	}
	return flow.Start(id, c, append([]string{"name", "address", "desk", "city", "file_days", "exports", "report_days"}, seldom...)...)
}

// unused refuses the name of another compound.
func unused(facts Facts, id string) func(string) error {
	return func(name string) error {
		for _, c := range facts.Compounds {
			if strings.EqualFold(c.Name, name) && c.ID != id {
				return invalid.New("compound_exists", "Name", name)
			}
		}
		return nil
	}
}

// city takes the name of a city. Another than before brings its own numbers.
func city(c *tenancy.Compound) form.Input {
	before := c.City.Name
	in := words(&c.City.Name, 20).Saved(func() {
		if c.City.Name != before {
			c.City = tenancy.CityOf(c.City.Name)
		}
	})
	for _, name := range offeredCities {
		label := form.T("value.any", "Value", name)
		in = in.Or(form.Option{Value: name, Label: &label})
	}
	return in
}

// offeredCities are those of which more is known than the country's rule.
var offeredCities = []string{"北京", "广州", "深圳", "杭州", "宁波", "贵阳"}

// A span is a number of days.
type span struct {
	days    int
	working bool
}

var thirty = big.NewInt(30)

var spanForm = regexp.MustCompile(`^(.+?)(?:个)?(工作日|自然日|天|日)?(?:内|以内)?$`)

// reportDays takes a number of days as it is written in a city's rule: 3个工作日,
// 7天, or a number alone, which means working days.
func reportDays(c *tenancy.City) form.Input {
	v := span{c.ReportDays, c.ReportWorking}
	read := func(s string) (span, error) {
		m := spanForm.FindStringSubmatch(strings.ReplaceAll(chinese.Normalise(s), " ", ""))
		if m == nil {
			return span{}, invalid.New("count", "Low", 1, "High", 30)
		}
		n, ok := chinese.Number(m[1])
		if !ok || !n.IsInt() || n.Num().Cmp(thirty) > 0 || n.Sign() <= 0 {
			return span{}, invalid.New("count", "Low", 1, "High", 30)
		}
		return span{int(n.Num().Int64()), m[2] == "" || m[2] == "工作日"}, nil
	}
	show := func(v span) any { return form.T("value.span", "Days", v.days, "Working", v.working) }
	return form.Typed(&v, read, show).Saved(func() { c.ReportDays, c.ReportWorking = v.days, v.working })
}

// yesNo is a choice of yes or no; no answer is no.
func yesNo(p *bool) form.Input {
	var v tenancy.YesNo
	if *p {
		v = tenancy.Yes
	}
	return form.Choice(&v, tenancy.Yes, tenancy.No).Saved(func() { *p = v == tenancy.Yes })
}

// CityLine writes a number of a city with where it comes from.
func CityLine(c tenancy.City, n tenancy.CityNumber) form.Text {
	source := c.Sources[n]
	from := form.T("city.source.rule", "Rule", source.Rule, "Checked", source.Checked.String())
	switch {
	case source.Checked.IsZero():
		from = form.T("city.source.unknown")
	case source.Rule == "":
		from = form.T("city.source.admin", "Checked", source.Checked.String())
	}
	what := form.T("city."+string(n), "N", c.Number(n), "Working", c.ReportWorking)
	return form.T("city.line", "What", what, "Source", from)
}
