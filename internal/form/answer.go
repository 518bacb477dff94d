package form

import (
	"errors"
	"strconv"

	"zuji/internal/invalid"
)

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
	r.problem = invalid.New("on_summary", "Button", T(r.flow.Name+".submit"))
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
			err = f.Input.Check()
		}
	case Sure:
		if r.s.Doubt != f.Name() {
			err = invalid.New("choose")
		}
	case Finish:
		err = f.Input.Check()
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
	if e.File != "" {
		if f.Attach == nil {
			r.taken(f, invalid.New("unreadable"))
			return false
		}
		*f.Attach = e.File
		r.settle(f)
		return false
	}
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
		if !f.Verbatim && r.paste(e) {
			return false
		}
		r.secret = f.Secret
	}
	for _, o := range f.Input.Options {
		if o.Stop && o.Value == text {
			return true
		}
	}
	if f.Input.only && !e.Shared {
		r.taken(f, invalid.New("contact_only"))
		return false
	}
	err := f.Input.Read(text)
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
		if f := r.field(name); f != nil && !f.Input.empty() && f.Input.Check() == nil {
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
	for i := range r.fields {
		f := &r.fields[i]
		if f.Name() == now && now != "" {
			break
		}
		if !f.Hide && r.s.done(f.Name()) && r.settled(f) {
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
	for i := range r.fields {
		if f := &r.fields[i]; f.Hide {
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
