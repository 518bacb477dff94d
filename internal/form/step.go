package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"zuji/internal/invalid"
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

// rebuild makes the form anew from the draft. Assumed answers are set first and
// the form made again, since other questions may depend on them.
func (r *run[D]) rebuild() {
	r.fields = r.flow.Fields(&r.d)
	for _, f := range r.fields {
		if f.Assume != nil && !f.Hide && !r.s.done(f.Name()) {
			f.Assume()
		}
	}
	r.fields = r.flow.Fields(&r.d)
}

// Peek returns the prompt that waits in s; see Runner.
func (f Flow[D]) Peek(s Session) Prompt { return f.open(s).prompt(Event{}) }

// Step applies e to s; see Runner.
func (f Flow[D]) Step(s Session, e Event) Result {
	r := f.open(s)
	if e.Button != nil && !r.fresh(*e.Button) {
		return Result{Session: s, Prompt: r.prompt(Event{}), Stale: true}
	}
	e = r.meaning(e)
	outcome, kind := r.apply(e)
	r.rebuild()
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
	return f.Input.check() == nil
}

// meaning turns typed words into the act or option that they name.
func (r *run[D]) meaning(e Event) Event {
	if e.Act != Answer || e.Says == nil {
		return e
	}
	words := append(r.prompt(Event{}).pressable(), r.leaving().Choices...)
	for _, p := range words {
		if e.Says(p.Label) {
			return r.pressed(e, p.Button)
		}
	}
	if f := r.current(); f != nil && len(f.Input.Options) > 0 && f.Input.pickByNumber() {
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
func (in Input) pickByNumber() bool { return in.read == nil || !in.typed() }

func (in Input) typed() bool {
	_, one := in.show().(optionValue)
	_, many := in.show().(optionValues)
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

// onSummary takes words typed where only buttons help: a line's number edits it.
func (r *run[D]) onSummary(e Event) {
	lines := r.lines()
	for i, l := range lines {
		if e.Text == strconv.Itoa(i+1) || e.Says != nil && e.Says(l.Label) {
			r.s.Edit = l.Field
			return
		}
	}
	if r.paste(e) {
		return
	}
	r.problem = invalid.New("on_summary")
}

// answer takes an answer to f and reports whether it ends the conversation.
func (r *run[D]) answer(f *Field, e Event) (stop bool) {
	var err error
	switch e.Act {
	case Skip:
		if !f.Optional {
			err = invalid.New("no_skip")
			break
		}
		f.Input.clear()
		r.settle(f)
		return false
	case Keep:
		if f.Input.empty() {
			err = invalid.New("choose")
		} else {
			err = f.Input.check()
		}
	case Sure:
		if r.s.Doubt != f.Name() {
			err = invalid.New("choose")
		}
	case Finish:
		err = f.Input.check()
	case Remove:
		if f.Drop != nil && r.s.Edit == f.Name() {
			f.Drop()
			r.s.Edit = ""
			return false
		}
	default:
		return r.read(f, e)
	}
	r.taken(f, err)
	return false
}

// read takes typed words, an option or a suggestion as the answer to f.
func (r *run[D]) read(f *Field, e Event) (stop bool) {
	text := e.Text
	if e.Button != nil {
		text = e.Button.Value
	}
	if e.Act == Suggest {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n >= len(f.Suggest) {
			r.problem = invalid.New("choose")
			return false
		}
		text = f.Suggest[n]
	} else if e.Button == nil {
		if r.paste(e) {
			return false
		}
		r.secret = f.Secret
	}
	for _, o := range f.Input.Options {
		if o.Stop && o.Value == text {
			return true
		}
	}
	err := f.Input.read(text)
	if f.Input.Several && err == nil {
		return false
	}
	r.taken(f, err)
	return false
}

// taken settles f, or remembers why its answer was not taken.
func (r *run[D]) taken(f *Field, err error) {
	if err == nil {
		r.settle(f)
		return
	}
	r.problem = err
	if IsDoubt(err) {
		r.s.Doubt = f.Name()
		return
	}
	r.s.Wrong++
}

func (r *run[D]) settle(f *Field) {
	r.s.setDone(f.Name())
	r.heard = append(r.heard, f.Name())
	r.s.Edit, r.s.Doubt, r.s.Wrong = "", "", 0
}

// paste lets the flow read a block that answers several questions.
func (r *run[D]) paste(e Event) bool {
	if r.flow.Paste == nil || e.Button != nil || e.Text == "" || e.Shared {
		return false
	}
	filled, ok := r.flow.Paste(&r.d, e.Text)
	if !ok {
		return false
	}
	r.rebuild()
	r.secret = true
	for _, name := range filled {
		if f := r.field(name); f != nil && !f.Input.empty() && f.Input.check() == nil {
			r.settle(f)
		}
	}
	return true
}

// back re-opens the question asked before the current one. While one answer is
// being edited it returns to the summary.
func (r *run[D]) back() {
	r.s.Doubt, r.s.Wrong = "", 0
	if r.s.Edit != "" {
		r.s.Edit = ""
		return
	}
	now := r.asked()
	before := ""
	for _, f := range r.fields {
		if f.Name() == now && now != "" {
			break
		}
		if !f.Hide && r.s.done(f.Name()) && r.settled(&f) {
			before = f.Name()
		}
	}
	if before == "" {
		r.problem = invalid.New("no_back")
		return
	}
	r.s.undo(before)
}

func (r *run[D]) clearHidden() {
	for _, f := range r.fields {
		if f.Hide {
			f.Input.clear()
		}
	}
}

// reason turns an error of an answer into a text.
func reason(err error) *Text {
	if err == nil {
		return nil
	}
	var bad *invalid.Error
	if d := (*Doubt)(nil); errors.As(err, &d) {
		bad = d.Why
	} else if !errors.As(err, &bad) {
		bad = invalid.New("unreadable")
	}
	return &Text{Key: "problem." + bad.Reason, Args: bad.Args}
}
