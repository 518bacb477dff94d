package bot

import (
	"bytes"
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

// run is a flow and what becomes of its draft.
func run[D any](f form.Flow[D], submit func(D) (last, error)) running {
	return running{f, func(s form.Session) (last, error) { return submit(f.Draft(s)) }}
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
		if atDesk(s) {
			if facts, err = c.deskFacts(); err != nil {
				return running{}, err
			}
			facts.Taken = besides(s.ID, facts.Taken)
		}
		return run(flows.Registration(facts), func(d flows.Draft) (last, error) { return c.submitRegistration(s.ID, d) }), nil
	case "renewal":
		return run(flows.Renew(facts), func(d flows.Renewing) (last, error) { return c.submitRenewal(s.ID, d) }), nil
	case "notice":
		return run(flows.SendNotice(facts, c.receivers()), func(d flows.NewNotice) (last, error) { return c.submitNotice(s.ID, d) }), nil
	case "compound":
		return run(flows.NewCompound(facts), func(d tenancy.Compound) (last, error) { return c.submitCompound(s.ID, d) }), nil
	case "holidays":
		return run(flows.PutHolidays(), c.submitHolidays), nil
	case "question":
		return run(flows.AddQuestion(facts), func(d flows.NewQuestion) (last, error) { return c.submitQuestion(s.ID, d) }), nil
	case "broadcast":
		return c.runBroadcast(s)
	case "extract":
		return c.runExtract(s)
	case "own":
		return c.runOwnReminder(s)
	case "fulfil":
		return c.runFulfil(s)
	case "homes":
		return run(flows.AddHomes(), c.submitHomes), nil
	case "stay":
		return run(flows.Stay(facts), func(d flows.Staying) (last, error) { return c.submitStay(s.ID, d) }), nil
	case "takeover":
		return run(flows.TakeOver(), c.submitTakeover), nil
	}
	t, err := c.about(s)
	if err != nil {
		return running{}, err
	}
	if !c.goesOn(s.Flow, t) {
		return running{}, errLapsed
	}
	switch s.Flow {
	case "filing":
		return run(flows.Filing(facts, c.compound(t.Compound).City), func(d tenancy.Tenancy) (last, error) {
			d.ID = t.ID
			return c.submitFiling(d)
		}), nil
	case "returning":
		return run(flows.Return(facts, t), c.submitReturn), nil
	case "rejecting":
		return run(flows.Reject(t), c.submitReject), nil
	case "revealing":
		return run(flows.Reveal(t), c.submitReveal), nil
	case "objecting":
		return run(flows.Object(t), c.submitObjection), nil
	case "ending":
		return run(flows.End(facts, t), c.submitEnding), nil
	case "filed":
		return run(flows.Filed(facts, t), c.submitFiled), nil
	}
	return running{}, fmt.Errorf("no flow is called %q", s.Flow)
}

// atDesk reports whether a registration is entered for somebody at the desk.
func atDesk(s form.Session) bool {
	if !bytes.Contains(s.Draft, []byte(`"desk"`)) {
		return false
	}
	var d struct{ Desk int64 }
	return json.Unmarshal(s.Draft, &d) == nil && d.Desk != 0
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

// about returns the tenancy that a session is about.
func (c *conversation) about(s form.Session) (tenancy.Tenancy, error) {
	var d struct{ ID, Tenancy string }
	_ = json.Unmarshal(s.Draft, &d) // what can't be read is not found
	t, err := c.Registry.Tenancy(c.ctx, d.ID+d.Tenancy)
	if err != nil {
		return t, fmt.Errorf("tenancy of the session: %w", err)
	}
	return t, nil
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

// begin begins a conversation, or first asks what to do with the one under way.
func (c *conversation) begin(p pending) error {
	if s := c.st.Session; s != nil && c.submitted(s.ID) {
		c.st.Session = nil // its end was not saved
	}
	if s := c.st.Session; s != nil && s.Rev > 0 {
		c.st.Pending = &p
		run, err := c.running(*s)
		if err != nil {
			return err
		}
		res := run.flow.Step(*s, form.Event{Act: form.Cancel})
		c.st.Session = &res.Session
		c.show(c.leaving(res.Prompt))
		return nil
	}
	s, err := c.start(p)
	if err != nil || s == nil {
		return err
	}
	c.st.Session = s
	return c.openShow()
}

// submitted reports whether what a session of this person's was for is in the
// register.
func (c *conversation) submitted(session string) bool {
	t, err := c.Registry.Tenancy(c.ctx, session)
	return err == nil && (t.Owner == c.in.from.ID || t.Desk == c.in.from.ID)
}

// start makes the session for a conversation. It returns nil when there is
// nothing to begin; the person has then been told why.
func (c *conversation) start(p pending) (*form.Session, error) {
	switch p.Flow {
	case "registration":
		return c.startRegistration(p.Arg)
	case "desk":
		return c.startDesk()
	case "takeover":
		return c.startTakeover(p.Arg)
	case "homes":
		return c.startHomes(p.Arg)
	case "extract":
		return c.startExtract(p.Arg)
	case "broadcast":
		return c.startBroadcast(p.Arg)
	case "own":
		return c.startOwnReminder(p.Arg)
	case "fulfil":
		return c.startFulfil(p.Arg)
	case "stay":
		return c.startStay(p.Arg)
	case "returning":
		return c.startReturn(p.Arg)
	case "rejecting":
		return c.startReject(p.Arg)
	case "revealing":
		return c.startReveal(p.Arg)
	case "objecting":
		return c.startObjection(p.Arg)
	case "draft":
		return c.startDraft(p.Arg)
	case "notice":
		return c.startNotice(p.Arg)
	case "question":
		facts, err := c.facts()
		if err != nil {
			return nil, err
		}
		return c.startQuestion(facts, p.Arg)
	case "holidays":
		s, err := flows.PutHolidays().Start(newID(), flows.NewHolidays{})
		return &s, err
	case "compound":
		return c.startCompound(p.Arg)
	}
	return c.startOwn(p)
}

func (c *conversation) startRegistration(compound string) (*form.Session, error) {
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	if len(facts.Compounds) == 0 {
		c.later(func() error { return c.tell(form.T("error.no_compounds")) })
		return nil, nil
	}
	s, err := flows.StartRegistration(facts, newID(), compound)
	return &s, err
}

// An own conversation is one that a landlord has about a tenancy of theirs, or
// the desk about one of its compound: possible from some states only.
type own struct {
	fits  func(tenancy.Tenancy) bool
	staff bool // may begin it too
	start func(flows.Facts, string, tenancy.Tenancy) (form.Session, error)
}

func (c *conversation) owns() map[string]own {
	return map[string]own{
		"correction": {fits: func(t tenancy.Tenancy) bool { return t.State == tenancy.ToCorrect }, start: flows.StartCorrection},
		"renewal":    {fits: func(t tenancy.Tenancy) bool { return t.State.InForce() }, start: flows.StartRenewal},
		"change":     {fits: func(t tenancy.Tenancy) bool { return t.State.InForce() }, start: flows.StartChange},
		"filing": {fits: func(t tenancy.Tenancy) bool { return t.State.Active() },
			start: func(facts flows.Facts, id string, t tenancy.Tenancy) (form.Session, error) {
				return flows.StartFiling(facts, id, t, c.compound(t.Compound).City)
			}},
		"filed": {staff: true, fits: func(t tenancy.Tenancy) bool { return t.State.May(tenancy.File, tenancy.ByLandlord) },
			start: func(facts flows.Facts, id string, t tenancy.Tenancy) (form.Session, error) {
				return flows.Filed(facts, t).Start(id, flows.Numbered{Tenancy: t.ID})
			}},
		"ending": {staff: true, fits: func(t tenancy.Tenancy) bool { return t.State.May(tenancy.End, tenancy.ByLandlord) },
			start: func(facts flows.Facts, id string, t tenancy.Tenancy) (form.Session, error) {
				return flows.End(facts, t).Start(id, flows.Ending{Tenancy: t.ID})
			}},
	}
}

func (c *conversation) startOwn(p pending) (*form.Session, error) {
	kind, ok := c.owns()[p.Flow]
	if !ok {
		return nil, fmt.Errorf("no conversation is called %q", p.Flow)
	}
	facts, err := c.facts()
	if err != nil {
		return nil, err
	}
	t, err := c.Registry.Tenancy(c.ctx, p.Arg)
	mine := err == nil && (t.Owner == c.in.from.ID || kind.staff && c.staffOf(t))
	if !mine || !kind.fits(t) {
		return nil, c.cannot(t, mine)
	}
	if p.Flow == "renewal" || p.Flow == "change" {
		next, err := c.Registry.Replacing(c.ctx, t.ID)
		if err != nil {
			return nil, err
		}
		if next != nil {
			return nil, c.say(form.T("error.already_pending", "Receipt", next.Receipt),
				button{label: form.T("button.details"), data: actionData(doCard, next.ID)})
		}
	}
	s, err := kind.start(facts, newID(), t)
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
