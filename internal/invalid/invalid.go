// Package invalid is the error of an answer that a person can put right.
package invalid

// An Error says why an answer was not accepted. It holds no text: Reason is the
// last part of a message key (problem.<Reason> in locales), and Args are the
// values that the message shows. Args must never hold what the person typed
// where that can be a document number.
type Error struct {
	Reason string         `json:"reason"`
	Args   map[string]any `json:"args,omitempty"`
}

// New returns an Error; args are alternating names and values.
func New(reason string, args ...any) *Error {
	e := &Error{Reason: reason}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]any{}
		}
		e.Args[args[i].(string)] = args[i+1]
	}
	return e
}

func (e *Error) Error() string { return "invalid answer: " + e.Reason }
