// Package form is the engine of Zuji's guided conversations.
//
// A Flow declares a conversation as a table of fields in the order of asking.
// The form is a pure function of the draft, rebuilt for every event: the
// question asked is the first visible field that is not done, or is done and no
// longer valid. No cursor is stored, so back, skip, editing from the summary,
// branches, checks across fields and changed forms follow by themselves.
//
// The engine is pure: session and event in, session and prompt out. It holds no
// text, knows no clock and sends nothing; every text is a message key.
package form

import (
	"encoding/json"
	"maps"
	"slices"
)

// A Flow declares one conversation that fills a draft of type D.
type Flow[D any] struct {
	// Name is the flow's name in sessions and the prefix of its message keys.
	Name string

	// Fields returns the questions in the order of asking, bound to d. It is
	// called anew for every event, so it may branch on what d holds, but it must
	// list hidden questions too: a question that does not apply sets Hide.
	Fields func(d *D) []Field

	// Paste reads a block of text that answers several questions at once. It
	// returns the names of the fields it filled, or false when the text is an
	// ordinary answer. Optional.
	Paste func(d *D, text string) (filled []string, ok bool)

	// Brief flows are submitted with their last answer, without a summary.
	Brief bool

	// Warnings returns what the person should know before submitting. Optional.
	Warnings func(d *D) []Text

	// Preview returns values for the text <flow>.summary. Optional.
	Preview func(d *D) map[string]any
}

// A Text is a message key and the values to show in it. Values may be strings,
// numbers, Texts, or domain values that package locales knows how to write.
type Text struct {
	Key  string         `json:"key"`
	Args map[string]any `json:"args,omitempty"`
}

// T returns a Text; args are alternating names and values.
func T(key string, args ...any) Text {
	t := Text{Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if t.Args == nil {
			t.Args = map[string]any{}
		}
		t.Args[args[i].(string)] = args[i+1]
	}
	return t
}

// With returns t with further values. It may share args, which must not change any
// more.
func (t Text) With(args map[string]any) Text {
	if len(args) == 0 {
		return t
	}
	if len(t.Args) == 0 {
		return Text{Key: t.Key, Args: args}
	}
	all := maps.Clone(t.Args)
	maps.Copy(all, args)
	return Text{Key: t.Key, Args: all}
}

// A Session is one person's run of a flow. It is a value that marshals to JSON.
type Session struct {
	ID    string          `json:"id"`   // random; the key under which the draft is submitted once
	Flow  string          `json:"flow"` // Flow.Name
	Rev   int             `json:"rev"`  // grows with every step; buttons carry it
	Done  []string        `json:"done,omitempty"`
	Given []string        `json:"given,omitempty"` // fields known before the first question
	Edit  string          `json:"edit,omitempty"`  // field chosen on the summary
	Doubt string          `json:"doubt,omitempty"` // field whose answer waits for "yes, that is right"
	Wrong int             `json:"wrong,omitempty"` // refused answers in a row
	Draft json.RawMessage `json:"draft"`

	// Leaving is set while the person is asked whether to keep the draft. Only then
	// do words drop it.
	Leaving bool `json:"leaving,omitempty"`
}

// Start returns a new session of f whose draft is d. The fields named in given
// count as answered and are not in the count of questions.
func (f Flow[D]) Start(id string, d D, given ...string) (Session, error) {
	draft, err := json.Marshal(d)
	if err != nil {
		return Session{}, err
	}
	return Session{ID: id, Flow: f.Name, Done: given, Given: given, Draft: draft}, nil
}

// Draft returns the session's draft. Answers that a changed form can no longer
// read are left out: they are asked again.
func (f Flow[D]) Draft(s Session) D {
	var d D
	if json.Unmarshal(s.Draft, &d) == nil {
		return d
	}
	var parts map[string]json.RawMessage
	var kept D
	if json.Unmarshal(s.Draft, &parts) != nil {
		return kept
	}
	for name, raw := range parts {
		whole := kept
		one, err := json.Marshal(map[string]json.RawMessage{name: raw})
		if err == nil && json.Unmarshal(one, &whole) == nil {
			kept = whole
		}
	}
	return kept
}

func (s *Session) done(name string) bool { return slices.Contains(s.Done, name) }

func (s *Session) setDone(name string) {
	if !s.done(name) {
		s.Done = append(slices.Clone(s.Done), name)
	}
}

func (s *Session) undo(name string) {
	s.Done = slices.DeleteFunc(slices.Clone(s.Done), func(n string) bool { return n == name })
}
