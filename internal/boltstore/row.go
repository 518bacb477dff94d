package boltstore

import (
	"encoding/binary"
	"errors"
	"time"

	"zuji/internal/kv"
	"zuji/internal/session"
)

// The tables. Numbers are big-endian, so that expiry is in order of time.
const (
	sessions = "sessions"        // chat: expiry, revision, data
	expiry   = "sessions_expiry" // expiry, chat: a byte
)

const (
	number = 8          // bytes of a number
	header = 2 * number // bytes before the data
)

// A row is what is stored for a chat. A chat without one has the zero row.
type row struct {
	expires int64 // Unix milliseconds
	state   session.State
}

// at returns the state at a time: none once it has expired.
func (r row) at(now time.Time) session.State {
	if now.UnixMilli() >= r.expires {
		return session.State{}
	}
	return r.state
}

// forget removes the row's entry in the expiry table.
func (r row) forget(tx kv.Tx, chat int64) error {
	if r.expires == 0 {
		return nil
	}
	return tx.Delete(expiry, expiryKey(r.expires, chat))
}

var errShort = errors.New("stored session is cut short")

func read(tx kv.Tx, chat []byte) (row, error) {
	raw := tx.Get(sessions, chat)
	if raw == nil {
		return row{}, nil
	}
	return decode(raw)
}

func decode(raw []byte) (row, error) {
	if len(raw) < header {
		return row{}, errShort
	}
	return row{
		expires: int64(binary.BigEndian.Uint64(raw)),
		state:   session.State{Rev: int64(binary.BigEndian.Uint64(raw[number:])), Data: raw[header:]},
	}, nil
}

func (r row) encode() []byte {
	raw := make([]byte, 0, header+len(r.state.Data))
	raw = binary.BigEndian.AppendUint64(raw, uint64(r.expires))
	raw = binary.BigEndian.AppendUint64(raw, uint64(r.state.Rev))
	return append(raw, r.state.Data...)
}

// put stores r with its entry in the expiry table.
func put(tx kv.Tx, chat int64, r row) error {
	if err := tx.Put(sessions, chatKey(chat), r.encode()); err != nil {
		return err
	}
	return tx.Put(expiry, expiryKey(r.expires, chat), []byte{1})
}

func chatKey(chat int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(chat)) }

func expiryKey(at int64, chat int64) []byte { return append(timeKey(at), chatKey(chat)...) }

// timeKey is the first expiry key of a time in Unix milliseconds.
func timeKey(at int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(at)) }
