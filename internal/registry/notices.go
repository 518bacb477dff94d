package registry

import (
	"encoding/json"
	"fmt"

	"zuji/internal/kv"
	"zuji/internal/outbox"
)

// A NoticeKind is a kind of message that goes out unasked.
type NoticeKind string

// The kinds of notices.
const (
	ToReview    NoticeKind = "to_review" // to staff: a tenancy waits
	WasAccepted NoticeKind = "accepted"  // to the landlord: the receipt
	WasReturned NoticeKind = "returned"  // to the landlord: please correct
	WasRejected NoticeKind = "rejected"  // to the landlord: with the reason
	HasEnded    NoticeKind = "ended"     // to staff, or to the landlord whose tenancy the desk ended
	HasExpired  NoticeKind = "expired"   // to the landlord: what follows?
	HasSaid     NoticeKind = "said"      // to the landlord, an objection also to staff: what a tenant says
	DutyTold    NoticeKind = "duty"      // to a landlord: their copy of the duty notice that Item names
)

// A Notice is what to tell a person unasked. It names records; its text is
// written when it is sent, from the records as they are then.
type Notice struct {
	Kind    NoticeKind `json:"kind"`
	Tenancy string     `json:"tenancy"`
	Round   int        `json:"round"`
	Item    string     `json:"item,omitempty"` // the person of the tenancy it is about
}

// notify puts a notice into the outbox, once for each person, kind, tenancy and
// round. Nobody has the id 0.
func (r *Registry) notify(tx kv.Tx, to int64, n Notice) error {
	if to == 0 {
		return nil
	}
	payload, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return outbox.Put(tx, outbox.Row{
		Key:     fmt.Sprintf("%s/%s/%d/%d%s", n.Kind, n.Tenancy, n.Round, to, n.Item),
		To:      to,
		Kind:    string(n.Kind),
		Payload: payload,
		NextAt:  r.Now(),
		Created: r.Now(),
	})
}
