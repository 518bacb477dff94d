package paste

import (
	"errors"
	"regexp"
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

// date reads a day. One that was meant as a day but does not exist is a problem.
func (r *reader) date(s string, into *calendar.Date, kind Kind) bool {
	d, err := chinese.ParseDate(s, r.today)
	if err != nil {
		bad, _ := errors.AsType[*invalid.Error](err)
		return bad.Reason != "date" && r.problem(kind, err)
	}
	*into = d
	r.b.found++
	return true
}

// maxSeparators is more than two dates written with dashes have.
const maxSeparators = 8

// separators stand between the first and the last day of a term.
var separators = regexp.MustCompile(`起?至|起?到|~|--|-`)

// span reads 2026.1.1-2026.12.31 and 2026年1月1日至12月31日.
func (r *reader) span(s string) (first, last calendar.Date, ok bool) {
	for _, at := range separators.FindAllStringIndex(s, maxSeparators) {
		from, err := chinese.ParseDate(s[:at[0]], r.today)
		if err != nil {
			continue
		}
		until, err := chinese.ParseDateAfter(s[at[1]:], r.today, from)
		if err == nil && from.Before(until) {
			return from, until, true
		}
	}
	return first, last, false
}

var (
	// beginning is 2026.1.1起租一年: a first day and perhaps a term.
	beginning = regexp.MustCompile(`^(.+?)(?:起租|开始租|开始|起)(.*)$`)
	// after is what stands between them.
	after = regexp.MustCompile(`^(?:租期|租|:)+`)
)

// period reads a term, its first and last day, or its first day and length.
func (r *reader) period(s string) bool {
	if from, until, ok := r.span(s); ok {
		r.b.Start, r.b.End = from, until
		r.b.found++
		return true
	}
	if m := beginning.FindStringSubmatch(s); m != nil && r.date(m[1], &r.b.Start, Start) {
		if m[2] != "" {
			r.period(after.ReplaceAllString(m[2], ""))
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
	if !looksLikeDate.MatchString(s) {
		return false
	}
	if r.b.Start.IsZero() {
		return r.date(s, &r.b.Start, Start)
	}
	return r.b.End.IsZero() && r.date(strings.TrimLeft(s, "至到~-"), &r.b.End, End)
}
