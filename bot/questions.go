package bot

import (
	"errors"
	"strconv"
	"strings"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// questions shows staff the questions of each of their compounds.
func (c *conversation) questions(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	if len(mine) == 0 {
		return false, c.say(form.T("error.not_allowed"))
	}
	for _, one := range mine {
		c.later(func() error {
			_, err := c.send(c.ctx, c.in.chat, c.questionList(one))
			return err
		})
	}
	return false, nil
}

// questionList lists a compound's questions with what can be done to each.
func (c *conversation) questionList(of tenancy.Compound) message {
	asked := of.Asked()
	lines := []string{c.to.HTML(form.T("questions.title", "Compound", of.Name, "Count", len(asked), "Max", tenancy.MaxQuestions))}
	m := message{}
	for i, q := range asked {
		var buttons []button
		lines = append(lines, c.to.HTML(flows.QuestionLine(i+1, q)))
		if i > 0 {
			buttons = append(buttons, button{label: form.T("button.up", "N", i+1), data: actionData(doMoveQuestion, questionArg(of.ID, q.ID, i-1))})
		}
		buttons = append(buttons, button{label: form.T("button.retire_n", "N", i+1), data: actionData(doRetireQuestion, questionArg(of.ID, q.ID, 0))})
		m.inline = append(m.inline, c.rows(buttons)...)
	}
	foot := form.T("questions.signs")
	if len(asked) == 0 {
		foot = form.T("questions.none")
	}
	add := button{label: form.T("button.add_question"), data: actionData(doAddQuestion, of.ID), style: "primary"}
	m.html = strings.Join(append(lines, c.to.HTML(foot)), "\n")
	m.inline = append(m.inline, c.rows([]button{add})...)
	return m
}

// questionArg names a compound's question, and a place for it.
func questionArg(compound, question string, place int) string {
	return compound + "." + question + "." + strconv.Itoa(place)
}

func parseQuestion(arg string) (compound, question string, place int) {
	compound, rest, _ := strings.Cut(arg, ".")
	question, number, _ := strings.Cut(rest, ".")
	place, err := strconv.Atoi(number)
	if err != nil {
		place = -1
	}
	return compound, question, place
}

// questionButton carries out a button under a list of questions.
func (c *conversation) questionButton(v verb, arg string) error {
	compound, id, place := parseQuestion(arg)
	var err error
	switch v {
	case doMoveQuestion:
		err = c.Registry.MoveQuestion(c.ctx, c.in.from.ID, compound, id, place)
	case doRetiredQuestion:
		err = c.Registry.RetireQuestion(c.ctx, c.in.from.ID, compound, id)
	}
	of, known := c.Registry.Compound(compound)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) || !known || !of.HasStaff(c.in.from.ID) {
		return c.say(form.T("error.not_allowed"))
	}
	if err != nil {
		return err
	}
	m := c.questionList(of)
	if q, ok := of.Question(id); v == doRetireQuestion && ok && q.Active() {
		m = c.askRetire(of, q)
	}
	pressed := c.in.message
	c.later(func() error { return c.edit(c.ctx, c.in.chat, pressed, m) })
	return nil
}

// askRetire asks whether a question is really to be retired: it cannot come
// back.
func (c *conversation) askRetire(of tenancy.Compound, q tenancy.Question) message {
	return message{html: c.to.HTML(form.T("questions.retire", "Label", q.Name())), inline: c.rows([]button{
		{label: form.T("button.retire"), data: actionData(doRetiredQuestion, questionArg(of.ID, q.ID, 0)), style: "danger"},
		{label: form.T("button.not_retire"), data: actionData(doListQuestions, questionArg(of.ID, q.ID, 0))},
	})}
}

// startQuestion begins the adding of a question to a compound.
func (c *conversation) startQuestion(facts flows.Facts, compound string) (*form.Session, error) {
	of := c.compound(compound)
	if !of.HasStaff(c.in.from.ID) {
		c.later(func() error { return c.tell(form.T("error.not_allowed")) })
		return nil, nil
	}
	if len(of.Asked()) >= tenancy.MaxQuestions {
		c.later(func() error { return c.tell(form.T("problem.questions_full", "Max", tenancy.MaxQuestions)) })
		return nil, nil
	}
	s, err := flows.StartQuestion(facts, newID(), compound)
	return &s, err
}

func (c *conversation) submitQuestion(session string, d flows.NewQuestion) (last, error) {
	q, err := c.Registry.AddQuestion(c.ctx, session, c.in.from.ID, d.Compound, d.Question())
	if said, ok := c.decided(err); ok {
		return last{text: said}, nil
	}
	if err != nil {
		return last{}, err
	}
	return last{
		text:    form.T("question.submitted", "Label", q.Name(), "Compound", c.compound(d.Compound).Name),
		buttons: []button{{label: form.T("button.questions"), data: actionData(doCommand, "questions")}},
	}, nil
}
