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
)

// A Notice is what to tell a person unasked. It names records; its text is
// written when it is sent, from the records as they are then.
type Notice struct {
	Kind    NoticeKind `json:"kind"`
	Tenancy string     `json:"tenancy"`
	Round   int        `json:"round"`
}

// notify puts a notice into the outbox, once for each person, kind, tenancy and
// round.
func (r *Registry) notify(tx kv.Tx, to int64, n Notice) error {
	payload, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return outbox.Put(tx, outbox.Row{
		Key:     fmt.Sprintf("%s/%s/%d/%d", n.Kind, n.Tenancy, n.Round, to),
		To:      to,
		Kind:    string(n.Kind),
		Payload: payload,
		NextAt:  r.Now(),
		Created: r.Now(),
	})
}
