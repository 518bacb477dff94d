package papers

import (
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/tenancy"
)

// option writes the label of a choice, or nothing if none was made.
func (p *Press) option(prefix, value string) string {
	if value == "" {
		return ""
	}
	return p.say(prefix + value)
}

// boxes writes all choices, with a filled box before the one that was made.
func (p *Press) boxes(prefix, chosen string, all ...string) string {
	written := make([]string, len(all))
	for i, v := range all {
		key := "papers.off"
		if v == chosen {
			key = "papers.on"
		}
		written[i] = p.say(key, "Label", p.say(prefix+v))
	}
	return strings.Join(written, "　")
}

// day writes a date without its weekday, as forms have it, or a line to fill.
func (p *Press) day(d calendar.Date) string {
	if d.IsZero() {
		return p.say("papers.short")
	}
	return p.say("papers.day", "Year", d.Year, "Month", int(d.Month), "Day", d.Day)
}

// term writes the lease's dates, with the months where they are whole.
func (p *Press) term(t tenancy.Tenancy) string {
	start, end := p.day(t.Start), p.day(t.End)
	for n := 1; n <= 240; n++ {
		if !t.Start.IsZero() && calendar.TermEnd(t.Start, n) == t.End {
			return p.say("papers.term_months", "Start", start, "End", end, "N", n)
		}
	}
	return p.say("papers.term", "Start", start, "End", end)
}

// money writes an amount in figures and in formal numerals, or a line to fill.
func (p *Press) money(f tenancy.Fen) string {
	if f <= 0 {
		return p.say("papers.blank")
	}
	return p.say("papers.money", "Amount", f, "Capital", chinese.Capital(int64(f)))
}

// as writes whether a person is party to the contract.
func (p *Press) as(who tenancy.Person) string {
	if who.Occupant {
		return p.say("papers.as.occupant")
	}
	return p.say("papers.as.tenant")
}

// or returns text, or a line to fill where it is not known.
func (p *Press) or(text string) string {
	if text == "" {
		return p.say("papers.blank")
	}
	return text
}
