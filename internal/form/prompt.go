package form

// An Event is what a person did.
type Event struct {
	Act    Act
	Text   string  // typed answer; for a shared contact its phone number
	Button *Button // set when a button was pressed
	File   string  // name of a file that was sent, for a field that takes one
	Shared bool    // Text is the person's own shared contact

	// Says reports whether the typed text means a label, in any language. It is
	// nil for a press.
	Says func(Text) bool
}

// An Act is the kind of an Event and what a Button does.
type Act string

// The acts. Answer carries an option's value or typed text; Suggest and Edit
// carry a position and a field in their button.
const (
	Show    Act = "show" // nothing new: ask again
	Answer  Act = "a"
	Keep    Act = "k" // leave the earlier answer as it is
	Suggest Act = "g"
	Sure    Act = "y" // a doubtful answer is right
	Finish  Act = "f" // of Several
	Back    Act = "b"
	Skip    Act = "s"
	Save    Act = "v" // keep the draft and leave
	Cancel  Act = "c" // asks whether to keep the draft
	Discard Act = "d" // drops the draft
	Edit    Act = "e"
	Remove  Act = "r" // drops the group item being edited
	Confirm Act = "o"
	Help    Act = "h" // typed only: shows the help text
)

// A Button is bound to one question of one session: pressed later, it changes
// nothing.
type Button struct {
	Session string
	Rev     int
	Field   string
	Act     Act
	Value   string
}

// A Prompt is what to show next.
type Prompt struct {
	Kind    Kind
	Field   string // name of the field asked, "" otherwise
	Ask     Text
	Hint    *Text  // an example, shown under the question
	Heard   []Line // what was understood just now
	Problem *Text  // what is wrong with the answer
	Because *Text  // why a question is asked again
	Help    *Text  // when asked for, or after three refused answers
	Step    int    // this question's place, from 1
	Of      int    // how many questions there are as things stand
	Choices []Press
	Actions []Press // back, skip, save, cancel: always in this order
	Lines   []Line  // the summary's answers
	Warn    []Text
	Contact bool // a shared contact answers it
	Files   bool // a file answers it
	Days    bool // a day picked from a calendar answers it
	Same    bool // the same question as before, after a press
	Secret  bool
}

// A Kind says what a prompt is.
type Kind int

// The kinds of prompts.
const (
	Question Kind = iota
	Summary       // all answers, before submitting
	Leaving       // keep the draft or drop it?
	Doubting      // is this really right?
	Ended         // the conversation is over; Ask says how
)

// A Line is an answer as it is shown.
type Line struct {
	Field  string
	Label  Text
	Value  any // string, Text, []Text or a domain value
	Button Button
}

// A Press is a button to show.
type Press struct {
	Label  Text
	Button Button
	On     bool // of Several: chosen now
	Style  string
}

// An Outcome says where a step has left the session.
type Outcome int

// The outcomes of a step.
const (
	Open      Outcome = iota // a question is waiting
	Submitted                // the draft is complete and confirmed
	Saved                    // the draft is to be kept for later
	Discarded                // the draft is dropped
	Stopped                  // an answer ended the conversation
)

// A Result is what a step returns.
type Result struct {
	Session Session
	Prompt  Prompt
	Outcome Outcome
	Stale   bool // the button belongs to an earlier question; nothing changed
	Secret  bool // the event's message held a sensitive answer
}
