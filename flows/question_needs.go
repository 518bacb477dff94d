package flows

import (
	"fmt"
	"strconv"
	"strings"

	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// questionNeeds is what adding and asking a compound's own questions may take;
// see Needs.
func questionNeeds(facts Facts) (texts []form.Text, buttons []form.Button) {
	texts, buttons = AddQuestion(facts).Needs(NewQuestion{Kind: tenancy.AsksChoice, Options: "a\nb"})
	for _, kind := range tenancy.QuestionKinds {
		texts = append(texts, form.T("registration.custom.kind."+string(kind)))
	}
	return append(texts, form.T("flow.question"), form.T("question.declare")), buttons
}

// inquisitive is a compound that asks as much as one may.
func inquisitive() tenancy.Compound {
	c := tenancy.Compound{ID: "inquisitive0"}
	for i := range tenancy.MaxQuestions {
		q := tenancy.Question{ID: fmt.Sprintf("question%04d", i), Kind: tenancy.QuestionKinds[i%len(tenancy.QuestionKinds)], Label: strings.Repeat("字", tenancy.MaxQuestionLabel)}
		if q.Kind == tenancy.AsksChoice {
			for n := range tenancy.MaxOptions {
				q.Options = append(q.Options, strconv.Itoa(n))
			}
		}
		c.Questions = append(c.Questions, q)
	}
	return c
}

// answers answers every question of inquisitive.
func answers() (all tenancy.CustomAnswers) {
	for _, q := range inquisitive().Questions {
		switch q.Kind {
		case tenancy.AsksDate:
			all = all.With(q.ID, "2026-12-01")
		default:
			all = all.With(q.ID, "1")
		}
	}
	return all
}
