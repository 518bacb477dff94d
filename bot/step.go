package bot

import (
	"errors"

	"zuji/internal/form"
	"zuji/internal/invalid"
)

// step lets an event take effect on the open session.
func (c *conversation) step(e form.Event) (changed bool, err error) {
	run, err := c.running(*c.st.Session)
	if err != nil {
		return false, err
	}
	res := run.flow.Step(*c.st.Session, e)
	if res.Stale && e.Button != nil && e.Button.Rev == c.st.Session.Rev {
		// The newest button, but another question is open: one was added meanwhile.
		return false, c.openShow()
	}
	if res.Stale {
		c.passed(res.Prompt)
		return false, nil
	}
	if res.Secret {
		c.st.Secret = c.in.message
		c.forgetSecret()
	}
	if res.Outcome == form.Open {
		c.st.Session = &res.Session
		if !res.Session.Leaving {
			c.st.Pending = nil // they go on with this one
		}
		c.show(c.leaving(res.Prompt))
		return true, nil
	}
	return true, c.end(run, res)
}

// end carries out how a conversation ended, and begins the one that waited.
func (c *conversation) end(run running, res form.Result) error {
	said := last{text: res.Prompt.Ask}
	var err error
	switch res.Outcome {
	case form.Submitted:
		said, err = run.submit(res.Session)
		if bad := (*invalid.Error)(nil); errors.As(err, &bad) {
			p := run.flow.Peek(*c.st.Session)
			p.Problem = &form.Text{Key: "problem." + bad.Reason, Args: bad.Args}
			c.show(p)
			return nil
		}
		if err == nil {
			err = c.Registry.DropDraft(c.ctx, c.in.from.ID, res.Session.ID)
		}
	case form.Saved:
		err = c.Registry.SaveDraft(c.ctx, c.in.from.ID, res.Session)
		said.buttons = []button{resumeButton()}
	case form.Discarded:
		err = c.Registry.DropDraft(c.ctx, c.in.from.ID, res.Session.ID)
	}
	if err != nil {
		return err
	}
	c.st.Session, c.st.Said = nil, &said.text
	c.ended(said)
	c.over, c.told = res.Session.ID, len(c.plan)
	if p := c.st.Pending; p != nil {
		c.st.Pending = nil
		return c.begin(*p)
	}
	return nil
}

// last are the last words of a conversation.
type last struct {
	text    form.Text
	buttons []button
	protect bool
}

// passed answers a press of an old button with the question that is open.
func (c *conversation) passed(p form.Prompt) {
	key := "toast.passed"
	ask := p.Ask
	c.later(func() error { return c.toast(c.to.Plain(form.T(key, "Ask", ask))) })
}

// stale answers a press that belongs to a session that is not open here.
func (c *conversation) stale(session string) {
	key := "toast.gone"
	if c.submitted(session) {
		key = "toast.submitted"
	}
	if c.st.Session != nil {
		if run, err := c.running(*c.st.Session); err == nil {
			c.passed(run.flow.Peek(*c.st.Session))
			return
		}
	}
	c.later(func() error { return c.toast(c.to.Plain(form.T(key))) })
}

// forgetSecret deletes the message that held a sensitive answer.
func (c *conversation) forgetSecret() {
	id := c.st.Secret
	if id == 0 {
		return
	}
	c.later(func() error { return c.delete(c.ctx, c.in.chat, id) })
}
