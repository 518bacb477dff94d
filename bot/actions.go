package bot

import (
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// do carries out a button outside a form. What its argument names is looked up,
// and whether the person may do it is decided from the records.
func (c *conversation) do(v verb, arg string) (changed bool, err error) {
	if c.down != nil && (v == doReturn || v == doCorrect || v == doFiling || v == doResume || v == doAddQuestion) {
		return false, c.sorry()
	}
	switch v {
	case doCommand:
		return c.commanded(arg, "")
	case doAccept:
		return false, c.accept(arg)
	case doReturn:
		return true, c.begin(pending{Flow: "returning", Arg: arg})
	case doCorrect:
		return true, c.begin(pending{Flow: "correction", Arg: arg})
	case doFiling:
		return true, c.begin(pending{Flow: "filing", Arg: arg})
	case doResume:
		return true, c.begin(pending{Flow: "draft", Arg: arg})
	case doAddQuestion:
		return true, c.begin(pending{Flow: "question", Arg: arg})
	case doListQuestions, doMoveQuestion, doRetireQuestion, doRetiredQuestion:
		return false, c.questionButton(v, arg)
	case doDrop:
		if err := c.Registry.DropDraft(c.ctx, c.in.from.ID, arg); err != nil {
			return false, err
		}
		return false, c.say(form.T("leave.discarded"))
	case doCard:
		return false, c.details(arg)
	case doSpeak:
		return false, c.speak(locales.Language(arg))
	case doInvite:
		return false, c.invite(arg)
	}
	c.later(func() error { return c.toast(c.to.Plain(form.T("toast.unknown"))) })
	return false, nil
}

// details shows a person one of their tenancies, with what can be done.
func (c *conversation) details(id string) error {
	t, ok := c.mine(id)
	if !ok {
		return c.say(form.T("error.not_yours"))
	}
	var buttons []button
	if t.State == tenancy.ToCorrect {
		buttons = append(buttons, button{label: form.T("button.correct"), data: actionData(doCorrect, t.ID), style: "primary"})
	}
	if t.State.Active() {
		buttons = append(buttons, button{label: form.T("button.filing"), data: actionData(doFiling, t.ID)})
	}
	text := c.card(c.to, "card.mine", t)
	if t.State == tenancy.Accepted {
		text += "\n\n" + c.dates(c.to, t)
	}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, message{html: text, inline: c.rows(buttons), protect: true})
		return err
	})
	return nil
}

func (c *conversation) speak(l locales.Language) error {
	if !l.Valid() {
		return nil
	}
	err := c.Registry.Change(c.ctx, c.in.from.ID, func(p *tenancy.Profile) { p.Language = string(l) })
	if err != nil {
		return err
	}
	c.to = c.Texts.In(l)
	return c.say(form.T("language.chosen"))
}

// inGroup answers in a group: nothing personal, only the way to the private
// chat.
func (c *conversation) inGroup() error {
	c.to = c.Texts.In(locales.Match(c.in.from.Language))
	switch {
	case c.in.query != "":
		return c.soft(c.toast(c.to.Plain(form.T("group.private"))))
	case c.in.command != "":
		return c.soft(c.tell(form.T("group.private"), button{label: form.T("group.open"), url: c.link("group")}))
	}
	return nil
}

// soft logs that an answer was not sent; the update is done all the same.
func (c *conversation) soft(err error) error {
	if err != nil {
		c.Log.Warn("answer was not sent", "update", c.in.update, "error", err)
	}
	return nil
}
