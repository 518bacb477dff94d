package registry

import (
	"fmt"

	"zuji/internal/kv"
)

// A NoticeKind is a kind of message that goes out unasked.
type NoticeKind string

// The kinds of notices.
const (
	ToReview     NoticeKind = "to_review" // to staff: a tenancy waits
	WasAccepted  NoticeKind = "accepted"  // to the landlord: the receipt
	WasReturned  NoticeKind = "returned"  // to the landlord: please correct
	WasRejected  NoticeKind = "rejected"  // to the landlord: with the reason
	HasEnded     NoticeKind = "ended"     // to staff, or to the landlord whose tenancy the desk ended
	Reminders    NoticeKind = "reminders" // to anybody: what is to be done
	HasSaid      NoticeKind = "said"      // to the landlord, an objection also to staff: what a tenant says
	NoBackup     NoticeKind = "no_backup" // to administrators: the backup of the day that Item names was not made
	DutyTold     NoticeKind = "duty"      // to a landlord: their copy of the duty notice that Item names
	WasReset     NoticeKind = "reset"     // to anybody: an administrator has put their form among the drafts
	ToLeave      NoticeKind = "to_leave"  // to the landlord: the personal data of a tenancy of theirs are about to leave the register
	HasWithdrawn NoticeKind = "withdrawn" // to staff: a landlord has withdrawn their consent and must be phoned
	HandedOver   NoticeKind = "handover"  // to staff: somebody does not get on with a form, at the step Item
	Broadcasted  NoticeKind = "cast"      // to anybody: their copy of the broadcast that Item names
)

// NoticeKinds are all kinds of notices.
var NoticeKinds = []NoticeKind{ToReview, WasAccepted, WasReturned, WasRejected, HasEnded, Reminders, HasSaid, NoBackup, DutyTold, WasReset, ToLeave, HasWithdrawn, HandedOver, Broadcasted}

// A Notice is what to tell a person unasked. It names records; its text is
// written when it is sent, from the records as they are then.
type Notice struct {
	Kind    NoticeKind `json:"kind"`
	Tenancy string     `json:"tenancy"`
	Round   int        `json:"round"`
	Item    string     `json:"item,omitempty"`   // the person of the tenancy it is about
	Nth     int        `json:"nth,omitempty"`    // of HasSaid: how many events the tenancy had before
	Items   []Item     `json:"items,omitempty"`  // of Reminders
	Person  int64      `json:"person,omitempty"` // of HandedOver
}

// notify puts a notice into the outbox, once for each person, kind, tenancy and
// round, and what can happen again in a round once for each time. Nobody has the
// id 0.
func (r *Registry) notify(tx kv.Tx, to int64, n Notice) error {
	key := fmt.Sprintf("%s/%s/%d/%d%s", n.Kind, n.Tenancy, n.Round, to, n.Item)
	if n.Nth > 0 {
		key += fmt.Sprintf("/%d", n.Nth)
	}
	return r.putNotice(tx, to, n, key, false)
}
