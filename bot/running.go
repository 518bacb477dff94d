package bot

import (
	"crypto/rand"
	"encoding/json"
	"fmt"

	"zuji/flows"
	"zuji/internal/address"
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// running is an open flow and what to do with its draft.
type running struct {
	flow   form.Runner
	submit func(form.Session) (last, error)
}

// running returns the flow of a session, with what the records know now.
func (c *conversation) running(s form.Session) (running, error) {
	facts, err := c.facts()
	if err != nil {
		return running{}, err
	}
	facts.Taken = besides(s.ID, facts.Taken)
	switch s.Flow {
	case "registration":
		f := flows.Registration(facts)
		return running{f, func(s form.Session) (last, error) { return c.submitRegistration(s.ID, f.Draft(s)) }}, nil
	case "filing":
		t, city, err := c.own(s)
		if err != nil {
			return running{}, err
		}
		f := flows.Filing(facts, city)
		return running{f, func(s form.Session) (last, error) {
			d := f.Draft(s)
			d.ID = t.ID
			return c.submitFiling(d)
		}}, nil
	case "returning":
		var d flows.Returning
		_ = json.Unmarshal(s.Draft, &d)
		t, err := c.Registry.Tenancy(c.ctx, d.Tenancy)
		if err != nil {
			return running{}, fmt.Errorf("tenancy to return: %w", err)
		}
		f := flows.Return(facts, t)
		return running{f, func(s form.Session) (last, error) { return c.submitReturn(f.Draft(s)) }}, nil
	case "question":
		f := flows.AddQuestion(facts)
		return running{f, func(s form.Session) (last, error) { return c.submitQuestion(s.ID, f.Draft(s)) }}, nil
	case "compound":
		f := flows.NewCompound(facts)
		return running{f, func(s form.Session) (last, error) { return c.submitCompound(s.ID, f.Draft(s)) }}, nil
	}
	return running{}, fmt.Errorf("no flow is called %q", s.Flow)
}

// besides leaves out the tenancy that a session has registered itself: after a
// crash between storing it and saving the session, the same press comes again.
func besides(session string, taken func(string, address.Unit) *tenancy.Tenancy) func(string, address.Unit) *tenancy.Tenancy {
	return func(compound string, u address.Unit) *tenancy.Tenancy {
		if t := taken(compound, u); t != nil && t.ID != session {
			return t
		}
		return nil
	}
}

// own returns the tenancy that a session is about and its city's numbers.
func (c *conversation) own(s form.Session) (tenancy.Tenancy, tenancy.City, error) {
	var d struct{ ID string }
	_ = json.Unmarshal(s.Draft, &d)
	t, err := c.Registry.Tenancy(c.ctx, d.ID)
	if err != nil {
		return t, tenancy.City{}, fmt.Errorf("tenancy of the session: %w", err)
	}
	return t, c.compound(t.Compound).City, nil
}

// compound returns a compound by its id, or one with the country's numbers.
func (b *Bot) compound(id string) tenancy.Compound {
	c, ok := b.Registry.Compound(id)
	if !ok {
		return tenancy.Compound{City: tenancy.DefaultCity}
	}
	return c
}

func (c *conversation) facts() (flows.Facts, error) {
	all, err := c.Registry.Compounds(c.ctx)
	if err != nil {
		return flows.Facts{}, err
	}
	return flows.Facts{
		Today: tenancy.Today(c.Now()), Compounds: all, Profile: c.profile,
		Taken: func(compound string, u address.Unit) *tenancy.Tenancy {
			t, err := c.Registry.Taken(c.ctx, compound, u)
			if err != nil {
				c.Log.Warn("look-up of a unit did not work", "error", err) // Submit looks again
			}
			return t
		},
	}, nil
}

// newID returns an id for a session: 60 random bits in 12 letters and digits.
func newID() string { return rand.Text()[:12] }

// open begins a conversation, or first asks what to do with the one under way.
func (c *conversation) begin(p pending) error {
	if s := c.st.Session; s != nil && s.Rev > 0 {
		c.st.Pending = &p
		run, err := c.running(*s)
		if err != nil {
			return err
		}
		res := run.flow.Step(*s, form.Event{Act: form.Cancel})
		c.st.Session = &res.Session
		res.Prompt.Ask.Key = "leave.switch"
		c.show(res.Prompt)
		return nil
	}
	s, err := c.start(p)
	if err != nil || s == nil {
		return err
	}
	c.st.Session = s
	return c.openShow()
}

// start makes the session for a conversation. It returns nil when there is
// nothing to begin; the person has then been told why.
func (c *conversation) start(p pending) (*form.Session, error) {
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	var s form.Session
	switch p.Flow {
	case "registration":
		if len(facts.Compounds) == 0 {
			c.later(func() error { return c.tell(form.T("error.no_compounds")) })
			return nil, nil
		}
		s, err = flows.StartRegistration(facts, newID(), p.Arg)
	case "correction":
		t, ok := c.mine(p.Arg)
		if !ok || t.State != tenancy.ToCorrect {
			c.later(func() error { return c.tell(form.T("error.nothing_to_correct")) })
			return nil, nil
		}
		s, err = flows.StartCorrection(facts, newID(), t)
	case "filing":
		t, ok := c.mine(p.Arg)
		if !ok {
			c.later(func() error { return c.tell(form.T("error.not_yours")) })
			return nil, nil
		}
		s, err = flows.StartFiling(facts, newID(), t, c.compound(t.Compound).City)
	case "returning":
		return c.startReturn(p.Arg)
	case "question":
		return c.startQuestion(facts, p.Arg)
	case "compound":
		s, err = flows.NewCompound(facts).Start(newID(), tenancy.Compound{City: tenancy.DefaultCity})
	case "draft":
		return c.startDraft(p.Arg)
	}
	return &s, err
}

// startDraft takes a saved draft up again.
func (c *conversation) startDraft(id string) (*form.Session, error) {
	saved, err := c.Registry.Drafts(c.ctx, c.in.from.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range saved {
		if d.Session.ID == id {
			return &d.Session, nil
		}
	}
	c.later(func() error { return c.tell(form.T("error.no_draft")) })
	return nil, nil
}

func (c *conversation) mine(id string) (tenancy.Tenancy, bool) {
	t, err := c.Registry.Tenancy(c.ctx, id)
	return t, err == nil && t.Owner == c.in.from.ID
}
