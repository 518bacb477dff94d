package flows

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A NewQuestion is a question that a property manager is adding.
type NewQuestion struct {
	Compound string               `json:"compound"` // its id
	Kind     tenancy.QuestionKind `json:"kind"`
	Label    string               `json:"label"`
	Help     string               `json:"help,omitempty"`
	Options  string               `json:"options,omitempty"` // one a line
	Must     tenancy.YesNo        `json:"must,omitempty"`    // be answered
}

// Question returns the question as it is to be stored.
func (n NewQuestion) Question() tenancy.Question {
	q := tenancy.Question{Kind: n.Kind, Label: n.Label, Help: n.Help, Optional: n.Must == tenancy.No}
	if n.Kind == tenancy.AsksChoice {
		q.Options = strings.Split(n.Options, "\n")
	}
	return q
}

// AddQuestion asks a property manager for a question of their compound.
func AddQuestion(facts Facts) form.Flow[NewQuestion] {
	return form.Flow[NewQuestion]{
		Name: "question",
		Fields: func(d *NewQuestion) []form.Field {
			return []form.Field{
				{Key: "label", Input: asking(&d.Label, tenancy.MaxQuestionLabel, newLabel(facts, d.Compound))},
				{Key: "kind", Input: form.Choice(&d.Kind, tenancy.QuestionKinds...)},
				{Key: "options", Input: options(&d.Options), Hide: d.Kind != tenancy.AsksChoice},
				{Key: "help", Input: asking(&d.Help, tenancy.MaxQuestionHelp), Optional: true},
				{Key: "must", Input: form.Choice(&d.Must, tenancy.Yes, tenancy.No)},
			}
		},
		Preview: func(d *NewQuestion) map[string]any {
			q := d.Question()
			return map[string]any{"Question": q.Label, "Hint": form.Text{Key: "registration.custom.hint", Args: customArgs(q)},
				"Choice": q.Kind == tenancy.AsksChoice, "Options": shownOptions(q.Options)}
		},
	}
}

// StartQuestion begins the adding of a question to a compound.
func StartQuestion(facts Facts, id, compound string) (form.Session, error) {
	return AddQuestion(facts).Start(id, NewQuestion{Compound: compound})
}

// asking is what landlords will read: short, and about nothing that a register
// of tenancies must not hold.
func asking(p *string, max int, checks ...func(string) error) form.Input {
	read := func(s string) (string, error) {
		if s = chinese.Tidy(s); bare(s) == "" {
			return "", invalid.New("question_words")
		}
		return s, nil
	}
	short := func(s string) error {
		if n := utf8.RuneCountInString(s); n > max {
			return invalid.New("too_long", "Max", max, "Length", n)
		}
		return nil
	}
	return form.Typed(p, read, plain, append([]func(string) error{askable, short}, checks...)...)
}

func askable(s string) error {
	if word := tenancy.ForbiddenQuestion(s); word != "" {
		return invalid.New("question_forbidden", "Word", word)
	}
	return nil
}

// newLabel refuses what the compound asks already.
func newLabel(facts Facts, compound string) func(string) error {
	return func(label string) error {
		c, _ := facts.compound(compound)
		for _, q := range c.Asked() {
			if bare(q.Label) == bare(label) {
				return invalid.New("question_twice", "Label", q.Label)
			}
		}
		return nil
	}
}

// options reads the options of a choice, typed in one message.
func options(p *string) form.Input {
	read := func(s string) (string, error) {
		all := splitOptions(s)
		if n := len(all); n < tenancy.MinOptions || n > tenancy.MaxOptions {
			return "", invalid.New("question_options", "Low", tenancy.MinOptions, "High", tenancy.MaxOptions)
		}
		seen := map[string]bool{}
		for _, one := range all {
			switch k := bare(one); {
			case k == "":
				return "", invalid.New("question_words")
			case seen[k]:
				return "", invalid.New("question_option_twice", "Option", one)
			case utf8.RuneCountInString(one) > tenancy.MaxOptionLength:
				return "", invalid.New("question_option_long", "Option", one, "Max", tenancy.MaxOptionLength)
			default:
				seen[k] = true
			}
		}
		return strings.Join(all, "\n"), nil
	}
	return form.Typed(p, read, func(s string) any { return shownOptions(strings.Split(s, "\n")) }, askable)
}

// splitOptions divides a message at line breaks, commas and semicolons of either
// width; where it has none of them, at blanks.
func splitOptions(s string) []string {
	s = strings.TrimSpace(s)
	cut := func(r rune) bool { return strings.ContainsRune("\n\r、，,;；", r) }
	if !strings.ContainsFunc(s, cut) {
		cut = unicode.IsSpace
	}
	var all []string
	for one := range strings.FieldsFuncSeq(s, cut) {
		if one = chinese.Tidy(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

func shownOptions(options []string) []form.Text {
	var all []form.Text
	for _, one := range options {
		all = append(all, form.T("value.any", "Value", one))
	}
	return all
}

// bare is what counts of a label when two are compared.
func bare(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(chinese.Normalise(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "")
}

// QuestionLine writes a question as a line of the property manager's list.
func QuestionLine(n int, q tenancy.Question) form.Text {
	return form.T("questions.line", "N", n, "Label", q.Label, "Kind", form.T("question.kind.option."+string(q.Kind)),
		"Options", shownOptions(q.Options), "Choice", q.Kind == tenancy.AsksChoice, "Optional", q.Optional)
}
