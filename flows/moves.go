package flows

import (
	"strings"
	"unicode/utf8"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// An Ending is the end of a tenancy 退租.
type Ending struct {
	Tenancy string        `json:"tenancy"` // its id
	On      calendar.Date `json:"on"`      // the last day
	Reason  string        `json:"reason,omitempty"`
}

// End asks when a tenancy ended, and perhaps why.
func End(facts Facts, t tenancy.Tenancy) form.Flow[Ending] {
	return form.Flow[Ending]{
		Name: "ending",
		Fields: func(d *Ending) []form.Field {
			return []form.Field{
				{Key: "on", Input: date(&d.On, facts.Today, during(t)), Suggest: lastDays(facts.Today, t), Args: named(t)},
				{Key: "reason", Input: why(&d.Reason, "expired", "early", "moved", "agreed"), Optional: true},
			}
		},
	}
}

// maxAfterEnd is how long after its term a tenancy may still be ended, in months:
// tenants hold over.
const maxAfterEnd = 240

// during refuses a last day before the contract, or long after its term.
func during(t tenancy.Tenancy) func(calendar.Date) error {
	first := earlier(t.Start, t.Signed)
	return func(d calendar.Date) error {
		if d.Before(first) || d.After(t.End.AddMonths(maxAfterEnd)) {
			return invalid.New("end_outside", "First", first)
		}
		return nil
	}
}

// lastDays offers today, and the end of the term where it is near.
func lastDays(today calendar.Date, t tenancy.Tenancy) []string {
	offered := []string{chineseDate(today)}
	if t.End != today && today.AddMonths(-3).Before(t.End) && t.End.Before(today.AddMonths(3)) {
		offered = append(offered, chineseDate(t.End))
	}
	return offered
}

func named(t tenancy.Tenancy) map[string]any {
	return map[string]any{"Unit": t.Unit.String(), "Receipt": t.Receipt}
}

// A Numbered is the filing number 备案号 that the city issued.
type Numbered struct {
	Tenancy string        `json:"tenancy"`
	Number  string        `json:"number"`
	On      calendar.Date `json:"on"`
}

// Filed asks for the filing number of t and the day of the filing, which is
// assumed to be today.
func Filed(facts Facts, t tenancy.Tenancy) form.Flow[Numbered] {
	return form.Flow[Numbered]{
		Name: "filed",
		Fields: func(d *Numbered) []form.Field {
			return []form.Field{
				{Key: "number", Input: filingNumber(&d.Number), Args: named(t)},
				{Key: "on", Input: date(&d.On, facts.Today, notAfter(facts.Today)), Assume: func() { d.On = facts.Today }},
			}
		},
	}
}

// filingNumber is free text of 4 to 40 characters: each city has its own form.
func filingNumber(p *string) form.Input {
	in := words(p, 40)
	return in.Reading(func(answer string) error {
		answer = strings.ReplaceAll(chinese.Normalise(answer), " ", "")
		if utf8.RuneCountInString(answer) < 4 || !strings.ContainsAny(answer, "0123456789") {
			return invalid.New("filing_number")
		}
		return in.Read(answer)
	})
}

// A Decision is a reason that somebody gives for what they are about to do with
// a tenancy.
type Decision struct {
	Tenancy string `json:"tenancy"`
	Round   int    `json:"round,omitempty"`
	Why     string `json:"why"`
}

// Reject asks a property manager why t is refused.
func Reject(t tenancy.Tenancy) form.Flow[Decision] {
	return decision("rejecting", t, false, "elsewhere", "twice", "nobody")
}

// Reveal asks a property manager why the numbers of t are to be shown in full.
func Reveal(t tenancy.Tenancy) form.Flow[Decision] {
	return decision("revealing", t, true, "compare", "call", "police")
}

// Object asks a tenant what is wrong with their entry in t.
func Object(t tenancy.Tenancy) form.Flow[Decision] {
	return decision("objecting", t, false, "name", "dates", "nothing")
}

func decision(name string, t tenancy.Tenancy, brief bool, common ...string) form.Flow[Decision] {
	return form.Flow[Decision]{
		Name:  name,
		Brief: brief,
		Fields: func(d *Decision) []form.Field {
			return []form.Field{{Key: "why", Input: why(&d.Why, common...), Args: named(t)}}
		},
	}
}

// why is one of the common reasons of a flow, kept as "#" and its name, or the
// person's own words.
func why(p *string, common ...string) form.Input {
	own := words(p, 200)
	in := own.Reading(func(answer string) error {
		for _, c := range common {
			if answer == c {
				*p = "#" + c
				return nil
			}
		}
		if strings.HasPrefix(answer, "#") {
			return invalid.New("unreadable")
		}
		return own.Read(answer)
	}).Showing(func() any { return WhyValue(*p) })
	for _, value := range common {
		label := form.T("why." + value)
		in = in.Or(form.Option{Value: value, Label: &label})
	}
	return in
}

// WhyValue returns a reason as it is shown.
func WhyValue(why string) any {
	if common, ok := strings.CutPrefix(why, "#"); ok {
		return form.T("why." + common)
	}
	return why
}

// A Takeover is a landlord's claim to what the desk entered for them.
type Takeover struct {
	Token string       `json:"token"`
	Unit  address.Unit `json:"unit"`
	Phone string       `json:"phone"`
}

// TakeOver asks the person for their own phone number, which must be the one
// that the desk took down.
func TakeOver() form.Flow[Takeover] {
	return form.Flow[Takeover]{
		Name:  "takeover",
		Brief: true,
		Fields: func(d *Takeover) []form.Field {
			return []form.Field{
				{Key: "phone", Input: form.Typed(&d.Phone, identity.ParsePhone, showPhone).ByOwnContact(), Secret: true,
					Args: map[string]any{"Unit": d.Unit.String()}},
			}
		},
	}
}
