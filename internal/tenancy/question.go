package tenancy

import (
	"slices"
	"strings"
	"time"
)

// A Question is one that a compound's property manager added to the
// registration. It is never changed: to word it anew it is retired and another
// one added, so that an answer always belongs to what was asked.
type Question struct {
	ID       string       `json:"id"` // the id of the session that added it
	Kind     QuestionKind `json:"kind"`
	Label    string       `json:"label"`             // as the landlord reads it
	Help     string       `json:"help,omitempty"`    // shown under it
	Options  []string     `json:"options,omitempty"` // of a Choice
	Optional bool         `json:"optional,omitempty"`
	Added    time.Time    `json:"added"`
	Retired  time.Time    `json:"retired,omitzero"` // no longer asked from then on
}

// A QuestionKind says how a question is answered.
type QuestionKind string

// The kinds of questions.
const (
	AsksText   QuestionKind = "text"
	AsksChoice QuestionKind = "choice"
	AsksDate   QuestionKind = "date"
	AsksNumber QuestionKind = "number"
)

// QuestionKinds are all kinds, the most usual first.
var QuestionKinds = []QuestionKind{AsksChoice, AsksText, AsksNumber, AsksDate}

// Bounds of a compound's own questions. The lengths are in characters; together
// they keep a review card within one message in all but freak cases.
const (
	MaxQuestions     = 10 // asked at a time
	MaxQuestionsEver = 200
	MaxQuestionLabel = 60
	MaxQuestionHelp  = 100
	MinOptions       = 2
	MaxOptions       = 8
	MaxOptionLength  = 20
	MaxAnswer        = 200
	MaxNumericAnswer = 1_000_000 // a number is between 0 and this
)

// Active reports whether q is asked.
func (q Question) Active() bool { return q.Retired.IsZero() }

// Name is the question's words without the sign at their end, to stand before
// an answer.
func (q Question) Name() string { return strings.TrimRight(q.Label, "？?：:。 ") }

// Asked returns the questions that the compound asks, in the order of asking.
func (c *Compound) Asked() []Question {
	var all []Question
	for _, q := range c.Questions {
		if q.Active() {
			all = append(all, q)
		}
	}
	return all
}

// Question returns a question of the compound, also a retired one.
func (c *Compound) Question(id string) (Question, bool) {
	for _, q := range c.Questions {
		if q.ID == id {
			return q, true
		}
	}
	return Question{}, false
}

// Retire ends the asking of a question at a moment. What was answered keeps its
// question. It reports false for one that is unknown or retired already.
func (c *Compound) Retire(id string, at time.Time) bool {
	i := slices.IndexFunc(c.Questions, func(q Question) bool { return q.ID == id && q.Active() })
	if i < 0 {
		return false
	}
	c.Questions = slices.Clone(c.Questions)
	c.Questions[i].Retired = at
	return true
}

// MoveQuestion puts a question to a place, from 0, among those that are asked.
// It reports false for a question or place that is not there.
func (c *Compound) MoveQuestion(id string, to int) bool {
	asked := c.Asked()
	from := slices.IndexFunc(asked, func(q Question) bool { return q.ID == id })
	if from < 0 || to < 0 || to >= len(asked) {
		return false
	}
	q := asked[from]
	asked = slices.Insert(slices.Delete(asked, from, from+1), to, q)
	for _, old := range c.Questions {
		if !old.Active() {
			asked = append(asked, old)
		}
	}
	c.Questions = asked
	return true
}

// Answers are what a landlord said to the compound's own questions.
type Answers []Answer

// An Answer is one of them. Value is in the form of the question's kind: words,
// the option's words, a date as 2006-01-02, or a decimal number.
type Answer struct {
	Question string `json:"question"` // Question.ID
	Value    string `json:"value"`
}

// Get returns the answer to a question, or "".
func (a Answers) Get(question string) string {
	for _, one := range a {
		if one.Question == question {
			return one.Value
		}
	}
	return ""
}

// With returns a with the answer to a question set, or taken away if value is
// "". It leaves a as it was.
func (a Answers) With(question, value string) Answers {
	all := slices.Clone(a)
	i := slices.IndexFunc(all, func(one Answer) bool { return one.Question == question })
	switch {
	case i < 0 && value == "":
	case i < 0:
		all = append(all, Answer{Question: question, Value: value})
	case value == "":
		all = slices.Delete(all, i, i+1)
	default:
		all[i].Value = value
	}
	if len(all) == 0 {
		return nil
	}
	return all
}
