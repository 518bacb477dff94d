package tenancy

import (
	"fmt"
	"slices"
)

// notes are what a history has besides moves.
var notes = []Move{Revealed, Confirmed, Objected, TakenOver, FiledPaper}

// CheckHistory returns an error unless t's history is a way through the life cycle,
// from the beginning, that ends in t's state. It holds no personal data.
func (t *Tenancy) CheckHistory() error {
	at := Draft
	for i, e := range t.History {
		if e.To == "" && slices.Contains(notes, e.Move) {
			continue
		}
		to, ok := at.after(e.Move, e.Actor)
		if !ok || to != e.To {
			return fmt.Errorf("line %d of the history leads from %s by no move of the life cycle", i, at)
		}
		at = to
	}
	if at != t.State {
		return fmt.Errorf("the history ends with %s, the tenancy is %s", at, t.State)
	}
	return nil
}
