package paste

import (
	"regexp"
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
)

func (r *reader) date(s string, into *calendar.Date) bool {
	d, err := chinese.ParseDate(s, r.today)
	if err != nil {
		return false
	}
	*into = d
	r.b.found++
	return true
}

// separators stand between the first and the last day of a term.
var separators = regexp.MustCompile(`至|到|~|--|-`)

// span reads 2026.1.1-2026.12.31 and 2026年1月1日至12月31日.
func (r *reader) span(s string) (first, last calendar.Date, rest string, ok bool) {
	for _, at := range separators.FindAllStringIndex(s, -1) {
		from, err := chinese.ParseDate(s[:at[0]], r.today)
		if err != nil {
			continue
		}
		until, err := chinese.ParseDateAfter(strings.TrimSuffix(s[at[1]:], "止"), r.today, from)
		if err == nil && from.Before(until) {
			return from, until, "", true
		}
	}
	return first, last, s, false
}

// beginning is 2026.1.1起租一年: a first day and perhaps a term.
var beginning = regexp.MustCompile(`^(.+?)(?:起租|开始租|开始|起)(.*)$`)

// period reads a term, its first and last day, or its first day and length.
func (r *reader) period(s string) bool {
	if from, until, _, ok := r.span(s); ok {
		r.b.Start, r.b.End = from, until
		r.b.found++
		return true
	}
	if m := beginning.FindStringSubmatch(s); m != nil && r.date(m[1], &r.b.Start) {
		if m[2] != "" {
			r.period(strings.TrimPrefix(m[2], "租"))
		}
		return true
	}
	if strings.ContainsAny(s, "年月") {
		if months, err := chinese.ParseTerm(s); err == nil {
			r.b.Months = months
			r.b.found++
			return true
		}
	}
	if len([]rune(s)) < 3 {
		return false
	}
	if r.b.Start.IsZero() {
		return r.date(s, &r.b.Start)
	}
	return r.b.End.IsZero() && r.date(s, &r.b.End)
}
