package form

import (
	"slices"

	"zuji/internal/invalid"
)

// A Field is one question: what to call it, how its answer is read and stored,
// and when it applies. Its texts follow from the flow's and its own name:
// <flow>.<key>.ask, .label, .hint and .help.
type Field struct {
	Key  string // the question's name
	Item string // the item's name inside a repeated group, else empty

	Input    Input
	Optional bool // may be skipped
	Hide     bool // does not apply to this draft
	Secret   bool // the answer is sensitive: shown masked, its message is deleted

	// Assume sets the answer while nobody gave one. The question is then not
	// asked, but shown on the summary, where it can be changed. It may set no other
	// answer. Optional.
	Assume func()

	// Drop removes the group item that the field belongs to; it is offered when
	// the field is edited from the summary. Optional.
	Drop func()

	// Suggest are known answers to offer as one tap, as a person would type them.
	Suggest []string

	// Verbatim takes whatever is typed as the answer, also what looks like a block
	// that answers several questions.
	Verbatim bool

	// Attach takes the name of a file that is sent as the answer. Optional.
	Attach *string

	// Calendar says that a day picked from a calendar, as 2026-12-05, answers it.
	Calendar bool

	// Quiet keeps the answer off the summary.
	Quiet bool

	// Note is shown above the question while it is open. Optional.
	Note *Text

	Args map[string]any // values for the field's texts

	name string // once it was asked for
}

// Name returns the field's name, unique in its form.
func (f *Field) Name() string {
	if f.name == "" {
		f.name = NameOf(f.Key, f.Item)
	}
	return f.name
}

// NameOf returns the name of the field with a key, and an item unless it is "".
func NameOf(key, item string) string {
	if item == "" {
		return key
	}
	return key + "." + item
}

// An Input is how an answer is read, checked and shown. Use Typed, Choice or
// Several.
type Input struct {
	Options []Option
	Several bool // options are toggled, then finished
	Contact bool // may be answered by sharing one's phone number
	only    bool // and not by typing one

	value value
	label func(value string) Text // of an option that brings none; nil: see Option
	read  func(answer string) error
	show  func() any
	save  func()
	kept  bool
}

// A value is where an answer is kept in the draft. An input's own functions, where
// it has any, stand in for the value's.
type value interface {
	read(answer string) error // into the draft
	check() error             // whether the draft's value is good
	show() any                // the value as understood, masked if secret
	empty() bool
	clear()
	watch()
	changed() bool // since watch
}

// An Option is an answer to choose.
type Option struct {
	Value string // short ASCII, unique in the field
	Label *Text  // nil: <flow>.<key>.option.<value>
	Stop  bool   // choosing it ends the conversation with the text <flow>.<key>.stop
	On    bool   // of Several: chosen now
}

// Typed is an answer in the person's own words. read turns it into a value, show
// into what is echoed, and each check may refuse it, also later when another
// answer has changed.
func Typed[T comparable](p *T, read func(string) (T, error), show func(T) any, checks ...func(T) error) Input {
	return Input{value: &typed[T]{p: p, parse: read, write: show, checks: checks}}
}

type typed[T comparable] struct {
	p      *T
	parse  func(string) (T, error)
	write  func(T) any
	checks []func(T) error
	was    T
}

func (t *typed[T]) read(answer string) error {
	v, err := t.parse(answer)
	if err != nil && !IsDoubt(err) {
		return err
	}
	if refused := t.passes(v); refused != nil {
		return refused
	}
	*t.p = v
	return err
}

func (t *typed[T]) passes(v T) error {
	for _, check := range t.checks {
		if err := check(v); err != nil {
			return err
		}
	}
	return nil
}

func (t *typed[T]) check() error  { return t.passes(*t.p) }
func (t *typed[T]) show() any     { return t.write(*t.p) }
func (t *typed[T]) empty() bool   { var zero T; return *t.p == zero }
func (t *typed[T]) clear()        { var zero T; *t.p = zero }
func (t *typed[T]) watch()        { t.was = *t.p }
func (t *typed[T]) changed() bool { return *t.p != t.was }

// Choice is an answer chosen from options by a button, its number or its label.
func Choice[T ~string](p *T, options ...T) Input {
	in := Input{value: &choice[T]{p: p, known: options}, Options: make([]Option, len(options))}
	for i, o := range options {
		in.Options[i].Value = string(o)
	}
	return in
}

type choice[T ~string] struct {
	p     *T
	known []T
	was   T
}

func (c *choice[T]) read(answer string) error {
	if !slices.Contains(c.known, T(answer)) {
		return invalid.New("choose")
	}
	*c.p = T(answer)
	return nil
}

func (c *choice[T]) check() error {
	if !slices.Contains(c.known, *c.p) {
		return invalid.New("choose")
	}
	return nil
}

func (c *choice[T]) show() any     { return optionValue(*c.p) }
func (c *choice[T]) empty() bool   { return *c.p == "" }
func (c *choice[T]) clear()        { *c.p = "" }
func (c *choice[T]) watch()        { c.was = *c.p }
func (c *choice[T]) changed() bool { return *c.p != c.was }

// Several is any number of options, at least one, toggled one by one.
func Several(p *[]string, options ...Option) Input {
	in := Input{Several: true, Options: options, value: &several{p: p, options: options}}
	for i := range in.Options {
		in.Options[i].On = slices.Contains(*p, in.Options[i].Value)
	}
	return in
}

type several struct {
	p       *[]string
	options []Option
	was     []string
}

func (s *several) read(answer string) error {
	if !slices.ContainsFunc(s.options, func(o Option) bool { return o.Value == answer }) {
		return invalid.New("choose")
	}
	if i := slices.Index(*s.p, answer); i >= 0 {
		*s.p = slices.Delete(slices.Clone(*s.p), i, i+1)
	} else {
		*s.p = append(slices.Clone(*s.p), answer)
	}
	return nil
}

func (s *several) check() error {
	if len(*s.p) == 0 {
		return invalid.New("choose_one")
	}
	return nil
}

func (s *several) show() any     { return optionValues(*s.p) }
func (s *several) empty() bool   { return len(*s.p) == 0 }
func (s *several) clear()        { *s.p = nil }
func (s *several) watch()        { s.was = *s.p }
func (s *several) changed() bool { return !slices.Equal(*s.p, s.was) }

// Labelled returns in with the labels of its options given by label.
func (in Input) Labelled(label func(value string) Text) Input {
	in.label = label
	return in
}

// StopAt returns in such that choosing value ends the conversation.
func (in Input) StopAt(value string) Input {
	in.Options = slices.Clone(in.Options)
	for i := range in.Options {
		in.Options[i].Stop = in.Options[i].Stop || in.Options[i].Value == value
	}
	return in
}

// Or returns in with further options that a person may press instead of typing;
// read gets the option's value.
func (in Input) Or(options ...Option) Input {
	in.Options = append(slices.Clip(in.Options), options...)
	return in
}

// ByContact returns in such that sharing one's phone number answers it.
func (in Input) ByContact() Input {
	in.Contact = true
	return in
}

// ByOwnContact returns in such that nothing but sharing one's own phone number
// answers it: a number typed proves nothing.
func (in Input) ByOwnContact() Input {
	in.Contact, in.only = true, true
	return in
}

// Kept returns in such that its value stays when the field is hidden, because
// another field owns it.
func (in Input) Kept() Input {
	in.kept = true
	return in
}

// Saved returns in with save called whenever its value may have changed, for a
// value that has no place of its own in the draft.
func (in Input) Saved(save func()) Input {
	before := in.save
	in.save = func() {
		if before != nil {
			before()
		}
		save()
	}
	return in
}

// Showing returns in with its value shown by show instead.
func (in Input) Showing(show func() any) Input {
	in.show = show
	return in
}

// Reading returns in with its answers read by read instead.
func (in Input) Reading(read func(answer string) error) Input {
	in.read = read
	return in
}

// Read reads answer into the draft.
func (in Input) Read(answer string) error {
	if in.save != nil {
		defer in.save()
	}
	if in.read != nil {
		return in.read(answer)
	}
	return in.value.read(answer)
}

// Check reports what is wrong with the draft's value, or nil.
func (in Input) Check() error { return in.value.check() }

func (in Input) shown() any {
	if in.show != nil {
		return in.show()
	}
	return in.value.show()
}

func (in Input) empty() bool { return in.value.empty() }

func (in Input) clear() {
	if in.kept {
		return
	}
	in.value.clear()
	if in.save != nil {
		in.save()
	}
}

// optionValue and optionValues are shown with the labels of their options.
type optionValue string
type optionValues []string

// A Doubt is an answer that is possible but looks wrong; the person is asked to
// confirm it. The value has been stored in the draft when a read returns it.
type Doubt struct{ Why *invalid.Error }

func (d *Doubt) Error() string { return "doubtful answer: " + d.Why.Reason }

// IsDoubt reports whether err is a Doubt.
func IsDoubt(err error) bool {
	_, ok := err.(*Doubt)
	return ok
}
