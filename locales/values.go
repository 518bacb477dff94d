package locales

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// value writes a value that a text shows.
func (w Writer) value(v any, escape func(string) string) string {
	switch v := v.(type) {
	case string:
		return escape(v)
	case form.Text:
		return w.write(v, escape)
	case []form.Text:
		parts := make([]string, len(v))
		for i, t := range v {
			parts[i] = w.write(t, escape)
		}
		return strings.Join(parts, w.comma())
	case calendar.Date:
		return w.date(v)
	case time.Time:
		at := v.In(calendar.Shanghai)
		return w.date(calendar.DateOf(at)) + at.Format(" 15:04")
	case tenancy.Fen:
		return w.money(v)
	case tenancy.Area:
		return strconv.FormatFloat(float64(v)/100, 'f', -1, 64) + " ㎡"
	case int:
		return strconv.Itoa(v)
	}
	return escape(fmt.Sprint(v))
}

// Value writes a value in Telegram's HTML.
func (w Writer) Value(v any) string {
	return w.HTML(form.T("value.any", "Value", v))
}

func (w Writer) comma() string { return w.Plain(form.T("value.comma")) }

// date writes 2026年11月23日（周一）, or Mon 23 Nov 2026.
func (w Writer) date(d calendar.Date) string {
	if d.IsZero() {
		return w.Plain(form.T("value.none"))
	}
	return w.Plain(form.T("value.date", "Year", d.Year, "Month", int(d.Month), "Day", d.Day,
		"MonthName", form.T(fmt.Sprintf("value.month.m%d", int(d.Month))),
		"Weekday", form.T(fmt.Sprintf("value.weekday.d%d", int(d.Weekday())))))
}

// money writes ¥3,500.00.
func (w Writer) money(f tenancy.Fen) string {
	whole := strconv.FormatInt(int64(f)/100, 10)
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return fmt.Sprintf("¥%s.%02d", b.String(), int64(f)%100)
}

// Says returns a function that reports whether typed text means a label, in
// any language: the label itself, or one of the words.<key> of its key.
func (t *Texts) Says(text string) func(form.Text) bool {
	said := fold(text)
	return func(label form.Text) bool {
		if said == "" {
			return false
		}
		for _, word := range t.words[label.Key] {
			if said == word {
				return true
			}
		}
		for _, l := range All {
			if text, fixed := t.fixed[l][label.Key]; fixed && len(text) <= longestLabel {
				continue // among the words
			}
			if fold(t.In(l).Plain(label)) == said {
				return true
			}
		}
		return false
	}
}

// fold keeps letters and digits, in lower case and half width.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, chinese.Normalise(s))
}
