package form

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// helpAfter is how many refused answers in a row bring the help text.
const helpAfter = 3

// A Runner runs a flow whatever its draft.
type Runner interface {
	// Step applies an event to a session and says what to show next. It never
	// fails: whatever the event, the person gets a prompt.
	Step(Session, Event) Result

	// Peek returns the prompt that waits for an answer. It changes nothing.
	Peek(Session) Prompt

	// Leaving returns the question whether to keep the draft. It changes nothing.
	Leaving(Session) Prompt
}

// run is one step under way.
type run[D any] struct {
	flow    Flow[D]
	s       Session
	d       D
	fields  []Field
	problem error
	heard   []string // names of fields answered by this event
	secret  bool
}

func (f Flow[D]) open(s Session) *run[D] {
	r := &run[D]{flow: f, s: s, d: f.Draft(s)}
	r.rebuild()
	return r
}

// rebuild makes the form anew from the draft. Where an assumed answer changes it
// is made once more, since other questions may depend on it.
func (r *run[D]) rebuild() {
	r.fields = r.flow.Fields(&r.d)
	again := false
	for i := range r.fields {
		f := &r.fields[i]
		if f.Assume != nil && !f.Hide && !r.s.done(f.Name()) {
			f.Input.value.watch()
			f.Assume()
			again = again || f.Input.value.changed()
		}
	}
	if again {
		r.fields = r.flow.Fields(&r.d)
	}
}

// Peek returns the prompt that waits in s; see Runner.
func (f Flow[D]) Peek(s Session) Prompt { return f.open(s).prompt(Event{}) }

// Leaving returns the question whether to keep the draft; see Runner.
func (f Flow[D]) Leaving(s Session) Prompt { return f.open(s).leaving() }

// Step applies e to s; see Runner.
func (f Flow[D]) Step(s Session, e Event) Result {
	r := f.open(s)
	if e.Button != nil && !r.fresh(*e.Button) {
		return Result{Session: s, Prompt: r.prompt(Event{}), Stale: true}
	}
	e = r.meaning(e)
	outcome, kind := r.apply(e)
	r.s.Leaving = kind == Leaving
	r.rebuild()
	if outcome == Open && f.Brief && r.complete(e) {
		r.clearHidden()
		outcome = Submitted
	}
	r.s.Rev++
	draft, err := json.Marshal(r.d)
	if err != nil {
		panic(fmt.Sprintf("draft of flow %s does not marshal: %v", f.Name, err))
	}
	r.s.Draft = draft
	res := Result{Session: r.s, Outcome: outcome, Secret: r.secret}
	switch {
	case outcome != Open:
		res.Prompt = Prompt{Kind: Ended, Ask: r.ending(outcome, e)}
	case kind == Leaving:
		res.Prompt = r.leaving()
	default:
		res.Prompt = r.prompt(e)
	}
	return res
}

// complete reports whether an answer was the last that the form needs.
func (r *run[D]) complete(e Event) bool {
	switch e.Act {
	case Answer, Keep, Suggest, Sure, Finish, Skip:
		return r.problem == nil && r.current() == nil
	}
	return false
}

// fresh reports whether a pressed button belongs to the question now open.
func (r *run[D]) fresh(b Button) bool {
	return b.Session == r.s.ID && b.Rev == r.s.Rev && b.Field == r.asked()
}

// asked names the field now asked, "" on the summary.
func (r *run[D]) asked() string {
	if f := r.current(); f != nil {
		return f.Name()
	}
	return ""
}

// current returns the field to ask now, or nil when the summary is due.
func (r *run[D]) current() *Field {
	if r.s.Edit != "" {
		if f := r.field(r.s.Edit); f != nil {
			return f
		}
	}
	for i := range r.fields {
		if f := &r.fields[i]; !f.Hide && !r.settled(f) {
			return f
		}
	}
	return nil
}

func (r *run[D]) field(name string) *Field {
	for i := range r.fields {
		if f := &r.fields[i]; !f.Hide && f.Name() == name {
			return f
		}
	}
	return nil
}

// settled reports whether f needs no asking.
func (r *run[D]) settled(f *Field) bool {
	assumed := f.Assume != nil && !f.Input.empty()
	if !assumed && !r.s.done(f.Name()) {
		return false
	}
	if f.Input.empty() {
		return f.Optional
	}
	return f.Input.Check() == nil
}

// meaning turns typed words into the act or option that they name.
func (r *run[D]) meaning(e Event) Event {
	if e.Act != Answer || e.Says == nil {
		return e
	}
	if e.Says(T("action.help")) {
		return Event{Act: Help, Says: e.Says}
	}
	f := r.current()
	words, actions := r.buttons(f)
	if r.s.Leaving {
		words = append(r.leaving().Choices, words...)
	}
	for _, p := range append(words, actions...) {
		if e.Says(p.Label) {
			return r.pressed(e, p.Button)
		}
	}
	if f != nil && len(f.Input.Options) > 0 && f.Input.pickByNumber() {
		if n, err := strconv.Atoi(e.Text); err == nil && n >= 1 && n <= len(f.Input.Options) {
			b := Button{Act: Answer, Value: f.Input.Options[n-1].Value}
			return r.pressed(e, b)
		}
	}
	return e
}

func (r *run[D]) pressed(e Event, b Button) Event {
	return Event{Act: b.Act, Button: &b, Says: e.Says}
}

// pickByNumber reports whether a typed number chooses an option; where the
// answer itself may be a number it does not.
func (in Input) pickByNumber() bool { return !in.typed() }

func (in Input) typed() bool {
	_, one := in.shown().(optionValue)
	_, many := in.shown().(optionValues)
	return !one && !many
}

// apply changes the session and draft as the event says.
func (r *run[D]) apply(e Event) (Outcome, Kind) {
	f := r.current()
	switch e.Act {
	case Cancel:
		return Open, Leaving
	case Save:
		return Saved, Ended
	case Discard:
		return Discarded, Ended
	case Back:
		r.back()
	case Confirm:
		if f == nil {
			r.clearHidden()
			return Submitted, Ended
		}
	case Edit:
		if e.Button != nil && f == nil && r.field(e.Button.Value) != nil {
			r.s.Edit, r.s.Doubt, r.s.Wrong = e.Button.Value, "", 0
		}
	case Help:
		if f == nil {
			r.onSummary(e)
			break
		}
		r.s.Wrong = max(r.s.Wrong, helpAfter)
	case Show:
	default:
		if f == nil {
			r.onSummary(e)
			break
		}
		if r.answer(f, e) {
			return Stopped, Ended
		}
	}
	return Open, Question
}
