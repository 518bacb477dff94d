// Package outbox keeps what is to be sent unasked until it has been sent.
//
// A row is put in the same transaction as the event it tells of. Before a copy
// leaves, the attempt is committed, so that after a crash it is known that a
// copy may have gone out. A row is sent at most twice, is never called sent
// without the receiver's word, and is called unconfirmed where that stays open.
//
// Each person's rows are sent one at a time, in the order in which they came
// due. While the first one waits or is under way, the others stand behind it.
package outbox

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zuji/internal/kv"
)

// The tables. Of a person's waiting rows at least the first stands in one of the
// two due tables, unless it is under way or the person is held.
const (
	rows   = "outbox"        // key → Row
	urgent = "outbox_urgent" // time, key: rows that wait and go before others
	due    = "outbox_due"    // time, key: the other rows that wait
	queue  = "outbox_queue"  // person, time, place, key: a person's rows in order
	busy   = "outbox_busy"   // key: rows whose attempt is under way
	held   = "outbox_held"   // person: people who can't be reached
	ended  = "outbox_ended"  // state, time, key: rows that ended
)

// A State is where a row stands.
type State string

// The states.
const (
	Pending     State = "pending"
	Sending     State = "sending"
	Sent        State = "sent"
	Unconfirmed State = "unconfirmed" // may have arrived once or twice, or not
	Dead        State = "dead"        // refused for good, or lost its point
)

// MaxTries is how many copies may leave.
const MaxTries = 2

// maxBatch bounds the rows that one transaction changes; each costs at most
// five writes.
const maxBatch = kv.MaxWrites / 5

// A Row is one thing to send. Times count in milliseconds.
type Row struct {
	Key     string          `json:"key"` // says what it is; the same key is never sent for twice
	To      int64           `json:"to"`
	Kind    string          `json:"kind"`
	Payload json.RawMessage `json:"payload,omitempty"` // forgotten once it has been sent
	Urgent  bool            `json:"urgent,omitempty"`  // goes before what is not
	NextAt  time.Time       `json:"nextAt"`            // not sent before
	Created time.Time       `json:"created"`

	// The outbox sets the rest.
	State     State     `json:"state"`
	Tries     int       `json:"tries,omitempty"` // copies that may have left
	Due       time.Time `json:"due"`             // its place in the person's order
	Place     uint32    `json:"place,omitempty"` // among rows that are due at the same time
	Back      bool      `json:"back,omitempty"`  // the person came back while it was under way
	Ended     time.Time `json:"ended,omitzero"`
	MessageID int       `json:"message,omitempty"` // the receiver's id of it
	Why       string    `json:"why,omitempty"`     // it was not sent, in the operator's words
}

// A Box is the outbox of a store. Its methods are safe for concurrent use, but
// only one process may claim.
type Box struct {
	Store kv.Store
	Now   func() time.Time

	// Settled is told how an attempt ended, when that is stored: Sent, Dead or
	// Unconfirmed, or Pending for a row that was put back. Nil means that nobody is
	// told.
	Settled func(State)
}

// Ref names the row in a log: keys hold ids of people.
func (r Row) Ref() string {
	sum := sha256.Sum256([]byte(r.Key))
	return hex.EncodeToString(sum[:4])
}

func be64(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func timed(at time.Time, key string) []byte { return append(be64(millis(at)), key...) }

// millis keeps times before 1970, among them the zero time, in front of others.
func millis(at time.Time) int64 { return max(0, at.UnixMilli()) }

func (r Row) dueTable() string {
	if r.Urgent {
		return urgent
	}
	return due
}

const placeSize = 8 + 8 + 4 // bytes before the key in table queue

func (r Row) queueKey() []byte {
	k := binary.BigEndian.AppendUint32(append(be64(r.To), be64(millis(r.Due))...), r.Place)
	return append(k, r.Key...)
}

func (r Row) endedKey() []byte { return append([]byte(r.State+"/"), timed(r.Ended, r.Key)...) }

// decode reads a stored row.
func decode(raw []byte) (r Row, err error) {
	if err := json.Unmarshal(raw, &r); err != nil {
		return Row{}, errors.New("read outbox row: not a row")
	}
	switch r.State {
	case Pending, Sending, Sent, Unconfirmed, Dead:
	default:
		return Row{}, errors.New("read outbox row: unknown state")
	}
	if r.Key == "" || r.Tries < 0 || r.Tries > MaxTries {
		return Row{}, errors.New("read outbox row: no key or too many tries")
	}
	return r, nil
}

func get(tx kv.Tx, key string) (r Row, ok bool, err error) {
	raw := tx.Get(rows, []byte(key))
	if raw == nil {
		return r, false, nil
	}
	r, err = decode(raw)
	return r, err == nil, err
}

func put(tx kv.Tx, r Row) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write outbox row: %w", err)
	}
	return tx.Put(rows, []byte(r.Key), raw)
}

// first returns the row that a person's others wait for.
func first(tx kv.Tx, person int64) (Row, bool) {
	prefix := be64(person)
	for k := range tx.Scan(queue, prefix, kv.PrefixEnd(prefix)) {
		if r, ok, err := get(tx, string(k[placeSize:])); ok && err == nil {
			return r, true
		}
	}
	return Row{}, false
}

// wait puts a person's first row where Claim finds it.
func wait(tx kv.Tx, person int64) error {
	if tx.Get(held, be64(person)) != nil {
		return nil
	}
	if r, ok := first(tx, person); ok && r.State == Pending {
		return tx.Put(r.dueTable(), timed(r.NextAt, r.Key), []byte{1})
	}
	return nil
}
