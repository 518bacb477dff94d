package bot

import "zuji/internal/form"

// show plans to put a prompt before the person. An answered question keeps its
// answer in place of its buttons; going about in the form changes the message
// at hand; whatever was typed is followed by a new message. The new question goes
// first, since the person waits for it. While many wait, nothing else is sent: each
// edit counts against Telegram's limits as a message does, and old buttons do nothing.
func (c *conversation) show(p form.Prompt) {
	hadKeyboard := c.st.Keyboard
	contact := p.Contact && p.Kind == form.Question
	c.st.Keyboard = contact
	pressed := c.form
	c.later(func() error {
		defer c.meanwhile(func() { _ = c.toast("") })()
		before := c.open.swap(c.in.chat, 0)
		switch {
		case pressed != 0 && len(p.Heard) == 0 && !contact && !hadKeyboard:
			if err := c.edit(c.ctx, c.in.chat, pressed, c.render(p)); err == nil {
				c.open.swap(c.in.chat, pressed)
				return nil
			}
		case c.Busy():
		case pressed != 0 && len(p.Heard) > 0:
			trail := c.trail(&p)
			defer func() { _ = c.edit(c.ctx, c.in.chat, pressed, trail) }()
		case before != 0:
			defer func() { _ = c.strip(c.ctx, c.in.chat, before) }()
		}
		return c.ask(p, hadKeyboard)
	})
}

// meanwhile runs f beside what follows; the function it returns waits for its
// end, and panics as f did.
func (c *conversation) meanwhile(f func()) (wait func()) {
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		f()
	}()
	return func() {
		if p := <-done; p != nil {
			panic(p)
		}
	}
}

// ask sends a prompt as a new message.
func (c *conversation) ask(p form.Prompt, hadKeyboard bool) error {
	m := c.render(p)
	if hadKeyboard && m.reply == nil {
		gone := message{html: c.to.HTML(form.T("prompt.noted")), clear: true, quiet: true}
		if len(p.Heard) > 0 {
			gone.html = c.trail(&p).html
			m = c.render(p)
		}
		if _, err := c.send(c.ctx, c.in.chat, gone); err != nil {
			return err
		}
	}
	id, err := c.send(c.ctx, c.in.chat, m)
	if err == nil && m.inline != nil {
		c.open.swap(c.in.chat, id)
	}
	return err
}

// trail is what remains of an answered question; the answer is then not
// repeated above the next one.
func (c *conversation) trail(p *form.Prompt) message {
	m := message{html: c.to.Heard(p.Heard)}
	p.Heard = nil
	return m
}

// openShow plans to show the open session's question as it stands.
func (c *conversation) openShow() error {
	run, err := c.running(*c.st.Session)
	if err != nil {
		return err
	}
	p := run.flow.Peek(*c.st.Session)
	hadKeyboard := c.st.Keyboard
	c.st.Keyboard = p.Contact && p.Kind == form.Question
	c.later(func() error {
		defer c.meanwhile(func() { _ = c.toast("") })()
		if before := c.open.swap(c.in.chat, 0); before != 0 && !c.Busy() {
			defer func() { _ = c.strip(c.ctx, c.in.chat, before) }()
		}
		return c.ask(p, hadKeyboard)
	})
	return nil
}

// showOpen sends the open session's question again; nothing has changed.
func (c *conversation) showOpen() error {
	run, err := c.running(*c.st.Session)
	if err != nil {
		return err
	}
	return c.ask(run.flow.Peek(*c.st.Session), false)
}

// showAgain sends what was asked last, which may be whether to leave the form.
func (c *conversation) showAgain() error {
	if !c.st.Session.Leaving {
		return c.showOpen()
	}
	run, err := c.running(*c.st.Session)
	if err != nil {
		return err
	}
	return c.ask(c.leaving(run.flow.Leaving(*c.st.Session)), false)
}

// leaving says why a form asks whether to leave it: another waits.
func (c *conversation) leaving(p form.Prompt) form.Prompt {
	if p.Kind == form.Leaving && c.st.Pending != nil {
		p.Ask.Key = "leave.switch"
	}
	return p
}

// ended plans the last words of a conversation.
func (c *conversation) ended(l last) {
	hadKeyboard := c.st.Keyboard
	c.st.Keyboard = false
	pressed := c.form
	c.later(func() error {
		defer c.meanwhile(func() { _ = c.toast("") })()
		before := c.open.swap(c.in.chat, 0)
		if pressed != 0 {
			before = pressed
		}
		if before != 0 && !c.Busy() {
			defer func() { _ = c.strip(c.ctx, c.in.chat, before) }()
		}
		m := message{html: c.to.HTML(l.text), inline: c.rows(l.buttons), protect: l.protect}
		if hadKeyboard {
			gone := message{html: c.to.HTML(form.T("prompt.noted")), clear: true, quiet: true}
			if _, err := c.send(c.ctx, c.in.chat, gone); err != nil {
				return err
			}
		}
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
}
