package registry

import (
	"context"
	"errors"

	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// AddQuestion adds a question to a compound under id, the id of the session that
// asked for it; adding the same id again changes nothing. Only the compound's
// staff may. It returns an *invalid.Error when the compound asks
// tenancy.MaxQuestions already, or when the question names a forbidden subject.
func (r *Registry) AddQuestion(ctx context.Context, id string, by int64, compound string, q tenancy.Question) (tenancy.Question, error) {
	err := r.changeQuestions(ctx, by, compound, "question.add", id, func(c *tenancy.Compound) (bool, error) {
		if stored, ok := c.Question(id); ok {
			q = stored
			return false, nil
		}
		if len(c.Asked()) >= tenancy.MaxQuestions {
			return false, invalid.New("questions_full", "Max", tenancy.MaxQuestions)
		}
		if len(c.Questions) >= tenancy.MaxQuestionsEver {
			return false, invalid.New("questions_ever", "Max", tenancy.MaxQuestionsEver)
		}
		for _, words := range append([]string{q.Label, q.Help}, q.Options...) {
			if word := tenancy.ForbiddenQuestion(words); word != "" {
				return false, invalid.New("question_forbidden", "Word", word)
			}
		}
		q.ID, q.Added = id, r.Now()
		c.Questions = append(c.Questions, q)
		return true, nil
	})
	return q, err
}

// RetireQuestion ends the asking of a question; what was answered stays. Only
// the compound's staff may. Repeated, it changes nothing.
func (r *Registry) RetireQuestion(ctx context.Context, by int64, compound, id string) error {
	return r.changeQuestions(ctx, by, compound, "question.retire", id, func(c *tenancy.Compound) (bool, error) {
		return c.Retire(id, r.Now()), nil
	})
}

// MoveQuestion puts a question to a place, from 0, among those that the compound
// asks. Only the compound's staff may. Repeated, it changes nothing.
func (r *Registry) MoveQuestion(ctx context.Context, by int64, compound, id string, to int) error {
	return r.changeQuestions(ctx, by, compound, "question.move", id, func(c *tenancy.Compound) (bool, error) {
		if asked := c.Asked(); to >= 0 && to < len(asked) && asked[to].ID == id {
			return false, nil
		}
		return c.MoveQuestion(id, to), nil
	})
}

// changeQuestions lets the staff of a compound change its questions. fn reports
// whether it changed anything.
func (r *Registry) changeQuestions(ctx context.Context, by int64, compound, action, id string, fn func(*tenancy.Compound) (bool, error)) error {
	return r.changeCompounds(ctx, func(tx kv.Tx) error {
		var c tenancy.Compound
		if err := get(tx, compounds, key(compound), &c); err != nil {
			return err
		}
		if !c.HasStaff(by) {
			return ErrNotAllowed
		}
		changed, err := fn(&c)
		if err != nil || !changed {
			return err
		}
		return errors.Join(put(tx, compounds, key(c.ID), c), r.log(tx, by, action, id))
	})
}
