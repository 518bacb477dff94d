// Package audit is the log of who did what. It only grows, and it holds ids and
// message keys, never personal data.
//
// Each entry is chained to the one before by HMAC-SHA-256, and a head record
// says how many there are and which is the last, so that an entry that somebody
// without the key removes, changes, moves, adds or cuts off is found by Check.
// Putting back an older copy of the whole log is found by a head that a person
// kept: see SignHead.
package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"zuji/internal/kv"
)

// The tables.
const (
	entries = "audit_log"  // sequence number
	heads   = "audit_head" // headKey
)

// AppendOnly names the tables whose keys only grow, for stores that pack pages.
var AppendOnly = []string{entries}

// ErrTampered is wrapped when the log is not as this package left it, as far as
// the called function looks. Check says what is wrong. While the head or the
// place of the next entry is spoilt, Append refuses, and with it every act:
// the records have to be restored from a backup.
var ErrTampered = errors.New("audit log was tampered with or damaged")

// An Entry says who did what to what.
type Entry struct {
	Seq     uint64    `json:"-"`                 // from 1 without gaps, given by Append
	At      time.Time `json:"at"`                // to the millisecond
	Who     int64     `json:"who,omitempty"`     // person id; 0 is Zuji itself
	Role    string    `json:"role,omitempty"`    // in which they acted, "manager"
	Act     string    `json:"act"`               // message key, one of Acts
	Subject string    `json:"subject,omitempty"` // id of the record; Person for a person
	Args    []string  `json:"args,omitempty"`    // what Acts names for the act, in that order
}

// Start begins the log if there is none. It belongs into the step that makes the
// records' first version, or the one that brings in this log, and nowhere else:
// a log that has gone must not be begun anew in silence.
func Start(tx kv.Tx, k Key) error {
	if tx.Get(heads, headKey) != nil {
		return nil
	}
	for range tx.Scan(entries, nil, nil) {
		return fmt.Errorf("start audit log: %w", ErrTampered)
	}
	return putHead(tx, k, head{at: time.UnixMilli(0).UTC()})
}

// Append adds e in the caller's transaction, of which it takes two writes; its
// Seq is ignored. It returns an error for an entry that is not made of ids and
// keys alone (ErrNotKey), for an act that is not in Acts, and ErrTampered.
func Append(tx kv.Tx, k Key, e Entry) error {
	if err := e.check(); err != nil {
		return fmt.Errorf("append to audit log: %w", err)
	}
	h, err := getHead(tx, k)
	if err != nil {
		return fmt.Errorf("append to audit log: %w", err)
	}
	if h.count == math.MaxUint64 || tx.Get(entries, seqKey(h.count+1)) != nil {
		return fmt.Errorf("append to audit log: entry %d is there already: %w", h.count+1, ErrTampered)
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	r, err := k.seal(h.count+1, h.hash, e)
	if err != nil {
		return fmt.Errorf("append to audit log: %w", err)
	}
	if err := tx.Put(entries, seqKey(r.seq), r.bytes()); err != nil {
		return fmt.Errorf("append to audit log: %w", err)
	}
	h.count, h.hash, h.at = r.seq, r.hash, e.At
	return putHead(tx, k, h)
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
