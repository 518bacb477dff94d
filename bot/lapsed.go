package bot

import (
	"errors"

	"zuji/internal/tenancy"
)

// errLapsed says that a person may no longer do what a conversation of theirs is
// for: their role was taken meanwhile. The conversation shows what its tenancy
// holds now, so it ends.
var errLapsed = errors.New("conversation is about what the person may no longer see")

// goesOn reports whether a conversation about t may go on.
func (c *conversation) goesOn(flow string, t tenancy.Tenancy) bool {
	mine := t.Owner == c.in.from.ID
	switch flow {
	case "returning", "rejecting", "revealing":
		return c.staffOf(t)
	case "ending", "filed":
		return mine || c.staffOf(t)
	case "objecting":
		return t.Lodger(c.in.from.ID) != nil
	}
	return mine
}
