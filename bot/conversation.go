package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zuji/internal/form"
	"zuji/internal/session"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// A conversation is the handling of one update.
type conversation struct {
	*Bot
	ctx     context.Context
	in      incoming
	profile tenancy.Profile
	to      locales.Writer
	st      *state
	down    error          // the sessions can't be reached
	plan    []func() error // what to send once the effect is stored
	form    int            // the form's message whose button was pressed
	over    string         // the session that ended, with an effect that is stored
	told    int            // how much of the plan tells of it
}

// later plans an answer: it is sent once the effect of the update is stored.
func (c *conversation) later(send func() error) { c.plan = append(c.plan, send) }

// meet reads who is writing and in which language to answer.
func (c *conversation) meet() error {
	p, err := c.Registry.Profile(c.ctx, c.in.from.ID)
	if err != nil {
		return fmt.Errorf("read profile: %w", err)
	}
	if p.Silent {
		if err := c.Registry.SetReachable(c.ctx, c.in.from.ID, true); err != nil {
			return fmt.Errorf("note that a person is back: %w", err)
		}
	}
	p.Name = c.in.from.Name
	c.profile = p
	app := locales.Match(c.in.from.Language)
	if p.App != string(app) || c.Now().Sub(p.Seen) > tenancy.SeenDays*24*time.Hour {
		if err := c.Registry.Meet(c.ctx, p.ID, string(app)); err != nil {
			return fmt.Errorf("note a person's language and that they are here: %w", err)
		}
		c.profile.App = string(app)
	}
	c.to = c.Texts.In(language(c.profile))
	c.menu()
	return nil
}

// language is the one a person chose, or else their app's.
func language(p tenancy.Profile) locales.Language {
	if l := locales.Language(p.Language); l.Valid() {
		return l
	}
	return locales.Language(p.App)
}

// maxConflicts is how often a turn is taken anew because the session was saved
// in between, which only another process could have done.
const maxConflicts = 5

// turn loads the session, lets the update take effect, saves, and answers.
func (c *conversation) turn() error {
	for range maxConflicts {
		c.plan, c.over, c.told = nil, "", 0
		if err := c.read(); err != nil {
			return err
		}
		changed, err := c.act()
		if errors.Is(err, errLapsed) {
			c.plan, c.st.Session, c.st.Pending = c.plan[:c.told], nil, nil
			changed, err = true, c.say(form.T("error.not_allowed"))
		}
		if err != nil {
			return err
		}
		if changed && c.down == nil {
			c.st.see(c.in.update)
			if err = c.save(c.ctx, c.in.chat, c.st); err == nil {
				c.noDoubt(c.in.chat)
			}
		}
		if errors.Is(err, session.ErrConflict) {
			continue
		}
		if err != nil {
			c.notSaved(err)
		}
		return c.answerAll()
	}
	return session.ErrConflict
}

func (c *conversation) read() error {
	st, err := c.load(c.ctx, c.in.chat)
	c.st, c.down = st, err
	if err != nil {
		c.st = &state{}
		c.Log.Warn("sessions are out of reach", "error", err)
	}
	if s := c.st.Session; s != nil && c.hasEnded(c.in.chat, s.ID) {
		c.st.Session, c.st.Pending = nil, nil
	}
	return nil
}

// notSaved tells the person that their last answer may be lost. The next thing
// they type is then not taken as an answer before the question was shown again. Of
// a conversation that has ended they are told: what came of it is stored.
func (c *conversation) notSaved(err error) {
	c.Log.Warn("session was not saved", "error", err)
	c.doubt(c.in.chat, c.over)
	more := len(c.plan) > c.told
	c.plan = c.plan[:c.told]
	if c.over == "" || more {
		c.later(func() error { return c.tell(form.T("error.not_saved")) })
	}
}

// answerAll carries out the plan. What fails to be sent is not done again: the
// effect is stored, and the person can ask for the question with any message.
func (c *conversation) answerAll() error {
	if c.in.query != "" {
		c.plan = append(c.plan, func() error { return c.toast("") })
	}
	for _, send := range c.plan {
		if err := send(); err != nil {
			c.Log.Warn("answer was not sent", "update", c.in.update, "error", err)
		}
	}
	return nil
}

// act lets the update take effect and reports whether the session changed.
func (c *conversation) act() (changed bool, err error) {
	if c.down == nil && c.st.seen(c.in.update) {
		c.again()
		return false, nil
	}
	switch {
	case c.silenced():
		return false, c.sayWithdrawn()
	case c.in.query != "":
		return c.pressed()
	case c.in.edited:
		c.later(func() error { return c.tell(form.T("error.edited")) })
		return false, nil
	case c.in.command != "":
		return c.commanded(c.in.command, c.in.payload)
	}
	return c.typed()
}

// again answers an update whose effect was stored before but whose answer may
// not have gone out.
func (c *conversation) again() {
	c.forgetSecret()
	switch {
	case c.st.Session != nil:
		c.later(c.showAgain)
	case c.st.Said != nil:
		c.later(func() error { return c.tell(*c.st.Said) })
	}
}

func (c *conversation) pressed() (bool, error) {
	if b, ok := parseForm(c.in.data); ok {
		if c.down != nil {
			return false, c.sorry()
		}
		if c.st.Session == nil || c.st.Session.ID != b.Session {
			c.stale(b.Session)
			return false, nil
		}
		c.form = c.in.message
		return c.step(form.Event{Act: b.Act, Button: &b})
	}
	if v, arg, ok := parseAction(c.in.data); ok {
		return c.do(v, arg)
	}
	c.later(func() error { return c.toast(c.to.Plain(form.T("toast.unknown"))) })
	return false, nil
}

func (c *conversation) typed() (bool, error) {
	if c.down != nil {
		return false, c.sorry()
	}
	if c.st.Session == nil {
		return c.idle()
	}
	if c.in.other && c.in.document != nil {
		run, err := c.running(*c.st.Session)
		if err != nil {
			return false, err
		}
		if run.flow.Peek(*c.st.Session).Files {
			return c.step(form.Event{Act: form.Answer, File: c.in.document.id})
		}
	}
	if c.in.other {
		c.later(func() error { return c.tell(form.T("error.words_only")) })
		c.later(func() error { return c.showOpen() })
		return false, nil
	}
	if c.inDoubt(c.in.chat) {
		c.later(func() error { return c.tell(form.T("error.interrupted")) })
		c.later(func() error { return c.showOpen() })
		return true, nil // the save ends the doubt
	}
	e := form.Event{Act: form.Answer, Text: c.in.text, Says: c.Texts.Says(c.in.text)}
	if c.in.contact != "" {
		e = form.Event{Act: form.Answer, Text: c.in.contact, Shared: c.in.own}
	}
	return c.step(e)
}

// sorry says that nothing can be taken down just now.
func (c *conversation) sorry() error {
	c.doubt(c.in.chat, "")
	c.later(func() error { return c.tell(form.T("error.down")) })
	return nil
}

// tell sends one text.
func (c *conversation) tell(t form.Text, buttons ...button) error {
	_, err := c.send(c.ctx, c.in.chat, message{html: c.to.HTML(t), inline: c.rows(buttons)})
	return err
}

func (c *conversation) toast(text string) error {
	if c.in.query == "" {
		return nil
	}
	query := c.in.query
	c.in.query = ""
	return c.answer(c.ctx, c.in.chat, query, text)
}
