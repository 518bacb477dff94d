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
}

// Name returns the field's name, unique in its form.
func (f Field) Name() string {
	if f.Item == "" {
		return f.Key
	}
	return f.Key + "." + f.Item
}

// An Input is how an answer is read, checked and shown. Use Typed, Choice or
// Several.
type Input struct {
	Options []Option
	Several bool // options are toggled, then finished
	Contact bool // may be answered by sharing one's phone number
	only    bool // and not by typing one

	read  func(answer string) error // into the draft
	check func() error              // whether the draft's value is good
	show  func() any                // the value as understood, masked if secret
	empty func() bool
	clear func()
	watch func() (changed func() bool) // whether the draft's value is another since
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
	var zero T
	return Input{
		read: func(answer string) error {
			v, err := read(answer)
			if err != nil && !IsDoubt(err) {
				return err
			}
			for _, check := range checks {
				if refused := check(v); refused != nil {
					return refused
				}
			}
			*p = v
			return err
		},
		check: func() error {
			for _, check := range checks {
				if err := check(*p); err != nil {
					return err
				}
			}
			return nil
		},
		show:  func() any { return show(*p) },
		empty: func() bool { return *p == zero },
		clear: func() { *p = zero },
		watch: func() func() bool { was := *p; return func() bool { return *p != was } },
	}
}

// Choice is an answer chosen from options by a button, its number or its label.
func Choice[T ~string](p *T, options ...T) Input {
	in := Input{
		show:  func() any { return optionValue(*p) },
		empty: func() bool { return *p == "" },
		clear: func() { *p = "" },
		watch: func() func() bool { was := *p; return func() bool { return *p != was } },
	}
	for _, o := range options {
		in.Options = append(in.Options, Option{Value: string(o)})
	}
	known := func(v string) error {
		if slices.ContainsFunc(in.Options, func(o Option) bool { return o.Value == v }) {
			return nil
		}
		return invalid.New("choose")
	}
	in.read = func(answer string) error {
		if err := known(answer); err != nil {
			return err
		}
		*p = T(answer)
		return nil
	}
	in.check = func() error { return known(string(*p)) }
	return in
}

// Several is any number of options, at least one, toggled one by one.
func Several(p *[]string, options ...Option) Input {
	in := Input{
		Several: true,
		Options: options,
		show:    func() any { return optionValues(*p) },
		empty:   func() bool { return len(*p) == 0 },
		clear:   func() { *p = nil },
		watch:   func() func() bool { was := *p; return func() bool { return !slices.Equal(*p, was) } },
	}
	for i := range in.Options {
		in.Options[i].On = slices.Contains(*p, in.Options[i].Value)
	}
	in.read = func(answer string) error {
		if !slices.ContainsFunc(options, func(o Option) bool { return o.Value == answer }) {
			return invalid.New("choose")
		}
		if i := slices.Index(*p, answer); i >= 0 {
			*p = slices.Delete(slices.Clone(*p), i, i+1)
		} else {
			*p = append(slices.Clone(*p), answer)
		}
		return nil
	}
	in.check = func() error {
		if len(*p) == 0 {
			return invalid.New("choose_one")
		}
		return nil
	}
	return in
}

// Labelled returns in with the labels of its options given by label.
func (in Input) Labelled(label func(value string) Text) Input {
	in.Options = slices.Clone(in.Options)
	for i, o := range in.Options {
		t := label(o.Value)
		in.Options[i].Label = &t
	}
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
	in.Options = append(slices.Clone(in.Options), options...)
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
	in.clear = func() {}
	return in
}

// Check reports what is wrong with the draft's value, or nil.
func (in Input) Check() error { return in.check() }

// Saved returns in with save called whenever its value may have changed, for a
// value that has no place of its own in the draft.
func (in Input) Saved(save func()) Input {
	read, clear := in.read, in.clear
	in.read = func(answer string) error {
		err := read(answer)
		save()
		return err
	}
	in.clear = func() { clear(); save() }
	return in
}

// Read reads answer into the draft.
func (in Input) Read(answer string) error { return in.read(answer) }

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
