package flows

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// custom asks the questions that the compound's property manager added. The
// answers to another compound's, chosen before, are hidden and so dropped when
// the draft is submitted.
func custom(d *Draft, facts Facts) []form.Field {
	var fields []form.Field
	for _, c := range facts.Compounds {
		for _, q := range c.Questions {
			if answer := d.Extra.Get(q.ID); answer != "" || c.ID == d.Compound && q.Active() {
				fields = append(fields, customField(d, q, c.ID == d.Compound, facts.Today))
			}
		}
	}
	return fields
}

// customField asks q. A registered tenancy, and one that continues it, goes on as
// it was: what it answers stays, also to a question retired since, and what it
// does not answer is asked only if the property manager returned it. A draft drops the answer to a
// question retired meanwhile: nobody asks for it any more.
func customField(d *Draft, q tenancy.Question, here bool, today calendar.Date) form.Field {
	f := form.Field{Key: "custom", Item: q.ID, Optional: q.Optional, Args: customArgs(q), Verbatim: q.Kind == tenancy.AsksText}
	f.Input = customInput(&d.Extra, q, today)
	registered, answered := d.ID != "" || !d.Submitted.IsZero(), d.Extra.Get(q.ID) != ""
	_, returned := d.Returned[f.Name()]
	switch {
	case !here:
		f.Hide = true
	case !q.Active():
		f.Hide = !registered
		f.Assume = func() {}
	case registered && !answered:
		f.Hide = !returned
	}
	return f
}

// customArgs are a question's words, which are the manager's and stand in no
// file of texts.
func customArgs(q tenancy.Question) map[string]any {
	var help any = form.T("registration.custom.kind." + string(q.Kind))
	if q.Help != "" {
		help = q.Help
	}
	return map[string]any{"Label": q.Name(), "Question": q.Label, "Help": help, "Optional": q.Optional, "Free": q.Kind == tenancy.AsksText}
}

// customInput reads an answer to q into all.
func customInput(all *tenancy.Answers, q tenancy.Question, today calendar.Date) form.Input {
	v := all.Get(q.ID)
	save := func() { *all = all.With(q.ID, v) }
	switch q.Kind {
	case tenancy.AsksChoice:
		return customChoice(all, q)
	case tenancy.AsksDate:
		return customDate(&v, today).Saved(save)
	case tenancy.AsksNumber:
		return form.Typed(&v, customNumber, plain).Saved(save)
	}
	return form.Typed(&v, customText, plain).Saved(save)
}

// customChoice stores the option's words; its buttons carry its place, from 1,
// which stays because a question never changes.
func customChoice(all *tenancy.Answers, q tenancy.Question) form.Input {
	var place string
	if i := slices.Index(q.Options, all.Get(q.ID)); i >= 0 {
		place = strconv.Itoa(i + 1)
	}
	var places []string
	for i := range q.Options {
		places = append(places, strconv.Itoa(i+1))
	}
	words := func(place string) string {
		if i := slices.Index(places, place); i >= 0 {
			return q.Options[i]
		}
		return ""
	}
	return form.Choice(&place, places...).
		Labelled(func(place string) form.Text { return form.T("value.any", "Value", words(place)) }).
		Saved(func() { *all = all.With(q.ID, words(place)) })
}

func customText(s string) (string, error) {
	s = chinese.Tidy(s)
	if s == "" {
		return "", invalid.New("unreadable")
	}
	if n := utf8.RuneCountInString(s); n > tenancy.MaxAnswer {
		return "", invalid.New("too_long", "Max", tenancy.MaxAnswer, "Length", n)
	}
	return s, nil
}

// customDate stores a date as calendar.Date is written.
func customDate(p *string, today calendar.Date) form.Input {
	var d calendar.Date
	if *p != "" && d.UnmarshalText([]byte(*p)) != nil {
		d = calendar.Date{}
	}
	return date(&d, today, near(today)).Saved(func() {
		*p = ""
		if !d.IsZero() {
			*p = d.String()
		}
	})
}

// measures are words that people put behind a number. What can be a part of a
// Chinese numeral, as 万 can, is none of them.
const measures = "个把辆张只条间套台部位人口件块层楼月年天日次份户枚支瓶箱名车元米斤"

// about is 三四个: three or four.
var about = regexp.MustCompile(`^[一二两三四五六七八九]{2}$`)

// customNumber reads a number as people write it: 3, ３, 三, 3个, 两把, 1.5. It
// returns it in decimal.
func customNumber(s string) (string, error) {
	s = strings.TrimSuffix(chinese.Normalise(s), "。")
	s = strings.TrimSpace(strings.TrimRight(s, measures))
	if slices.Contains([]string{"没有", "无", "零", "没"}, s) {
		return "0", nil
	}
	v, ok := chinese.Number(s)
	if !ok || about.MatchString(s) {
		return "", invalid.New("custom_number")
	}
	if !new(big.Rat).Mul(v, big.NewRat(100, 1)).IsInt() || v.Cmp(big.NewRat(tenancy.MaxNumericAnswer, 1)) > 0 {
		return "", invalid.New("custom_number_range", "High", tenancy.MaxNumericAnswer)
	}
	return strings.TrimSuffix(strings.TrimRight(v.FloatString(2), "0"), "."), nil
}
