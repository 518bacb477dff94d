package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"

	"zuji/internal/kv"
)

// A digest is a keyed hash of the chain.
type digest [sha256.Size]byte

// A record is an entry as it is stored: its number, the hash of the entry
// before, its own hash, and the entry in JSON. The hash before stands in it so
// that each record can be judged by itself when its neighbour is gone.
type record struct {
	seq        uint64
	prev, hash digest
	body       []byte
}

const recordHead = 8 + 2*sha256.Size

func (k Key) seal(seq uint64, prev digest, e Entry) (record, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return record{}, err
	}
	r := record{seq: seq, prev: prev, body: body}
	r.hash = k.hashOf(r)
	return r, nil
}

// hashOf covers prev ‖ seq ‖ body; all but the last have a fixed length.
func (k Key) hashOf(r record) (d digest) {
	m := k.mac(forEntry)
	m.Write(r.prev[:])
	m.Write(seqKey(r.seq))
	m.Write(r.body)
	m.Sum(d[:0])
	return d
}

// genuine reports whether k wrote r, wherever it stands now.
func (k Key) genuine(r record) bool {
	want := k.hashOf(r)
	return hmac.Equal(want[:], r.hash[:])
}

func (r record) bytes() []byte {
	b := make([]byte, 0, recordHead+len(r.body))
	b = binary.BigEndian.AppendUint64(b, r.seq)
	b = append(b, r.prev[:]...)
	b = append(b, r.hash[:]...)
	return append(b, r.body...)
}

func parseRecord(raw []byte) (r record, ok bool) {
	if len(raw) < recordHead {
		return r, false
	}
	r.seq = binary.BigEndian.Uint64(raw)
	r.prev = digest(raw[8:])
	r.hash = digest(raw[8+sha256.Size:])
	r.body = raw[recordHead:]
	return r, true
}

// entry reads the body; false if it is not one.
func (r record) entry() (e Entry, ok bool) {
	if err := json.Unmarshal(r.body, &e); err != nil {
		return Entry{}, false
	}
	e.Seq = r.seq
	return e, true
}

// A head says where the log begins and ends.
type head struct {
	pruned     uint64 // the last entry that Prune removed, 0 for none
	prunedHash digest // its hash, to which the first entry that is left is chained
	count      uint64 // the last entry's number
	hash       digest // its hash
	at         time.Time
}

const headSize = 3*8 + 2*sha256.Size

var headKey = []byte("head")

func (h head) bytes() []byte {
	b := make([]byte, 0, headSize+sha256.Size)
	b = binary.BigEndian.AppendUint64(b, h.pruned)
	b = append(b, h.prunedHash[:]...)
	b = binary.BigEndian.AppendUint64(b, h.count)
	b = append(b, h.hash[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(h.at.UnixMilli()))
}

func putHead(tx kv.Tx, k Key, h head) error {
	b := h.bytes()
	return tx.Put(heads, headKey, append(b, k.macOf(b)...))
}

func (k Key) macOf(head []byte) []byte {
	m := k.mac(forHead)
	m.Write(head)
	return m.Sum(nil)
}

// getHead returns the head, or ErrTampered for one that is missing or changed.
func getHead(tx kv.Tx, k Key) (h head, err error) {
	raw := tx.Get(heads, headKey)
	if len(raw) != headSize+sha256.Size || !hmac.Equal(k.macOf(raw[:headSize]), raw[headSize:]) {
		return h, ErrTampered
	}
	h.pruned = binary.BigEndian.Uint64(raw)
	h.prunedHash = digest(raw[8:])
	h.count = binary.BigEndian.Uint64(raw[8+sha256.Size:])
	h.hash = digest(raw[2*8+sha256.Size:])
	h.at = time.UnixMilli(int64(binary.BigEndian.Uint64(raw[2*8+2*sha256.Size:]))).UTC()
	return h, nil
}
