package audit

import (
	"crypto/hmac"
	"encoding/binary"

	"zuji/internal/kv"
)

// A Wrong is a way in which the log can have been tampered with. It is the last
// part of a message key, audit.fault.<wrong>.
type Wrong string

// What Check finds.
const (
	Missing   Wrong = "missing"   // removed from the midst or the front
	CutOff    Wrong = "cut_off"   // removed from the end
	Changed   Wrong = "changed"   // not as it was written, or not by Zuji
	Moved     Wrong = "moved"     // genuine, but from another place
	Inserted  Wrong = "inserted"  // stands where the log has no entry
	HeadGone  Wrong = "head"      // the head is missing or changed, so CutOff cannot be told
	Rewritten Wrong = "rewritten" // a kept head names another history: something up to Last is not what it was
	Replaced  Wrong = "replaced"  // a kept head counts entries that this log never had: an older copy was put back
	TooOld    Wrong = "too_old"   // no tampering: a kept head is older than what Prune has left, and proves nothing
)

// A Fault is something that is wrong with the entries First to Last, both
// included. Both are 0 if no number can be told.
type Fault struct {
	Wrong       Wrong
	First, Last uint64
}

// Check reads the whole log and returns what is wrong with it, nothing if it is
// as Append and Prune left it. An entry needs about 1 µs, and only the faults are
// held in memory. By itself Check shows that nobody without the key touched the
// log, but cannot tell an older copy of all of it from the present one. A head
// that was kept outside (SignHead, VerifyHead) shows besides that up to its count
// the log is the one of then, even to those who mistrust the holder of the key.
func Check(tx kv.Tx, k Key, kept ...Head) []Fault {
	c := checker{key: k, kept: kept, first: true}
	var err error
	if c.head, err = getHead(tx, k); err != nil {
		c.fault(HeadGone, 0, 0)
		c.headless = true
	} else {
		c.last, c.prev, c.sure = c.head.pruned, c.head.prunedHash, true
	}
	for key, raw := range tx.Scan(entries, nil, nil) {
		c.entry(key, raw)
	}
	c.end()
	return c.faults
}

// A checker goes through the log from its first entry to its last.
type checker struct {
	key      Key
	kept     []Head
	head     head
	headless bool // head is not to be trusted
	faults   []Fault

	first bool   // no entry was read yet
	last  uint64 // the place read last
	prev  digest // the hash of the entry there
	sure  bool   // that entry was genuine
}

// entry looks at what stands at key.
func (c *checker) entry(key, raw []byte) {
	if len(key) != 8 {
		c.fault(Inserted, c.last, c.last)
		return
	}
	at := binary.BigEndian.Uint64(key)
	if at == 0 || !c.headless && (at <= c.head.pruned || at > c.head.count) {
		c.fault(Inserted, at, at)
		return
	}
	c.gap(at)
	r, ok := parseRecord(raw)
	genuine := ok && c.key.genuine(r)
	switch {
	case !genuine:
		c.fault(Changed, at, at)
	case r.seq != at:
		c.fault(Moved, at, at)
	case c.sure && !hmac.Equal(r.prev[:], c.prev[:]):
		// Both are genuine but of two histories. The head vouches for what Prune
		// removed, and this entry for the one before.
		wrong := at
		if c.last > c.head.pruned {
			wrong = c.last
		}
		c.fault(Changed, wrong, wrong)
	}
	c.last, c.prev, c.sure, c.first = at, r.hash, genuine && r.seq == at, false
	c.compare(at, r.hash)
}

// gap notes the entries that are missing before at. Without a head the first
// entry may stand anywhere, since Prune removes from the front.
func (c *checker) gap(at uint64) {
	if c.headless && c.first {
		return
	}
	if at > c.last+1 {
		c.fault(Missing, c.last+1, at-1)
		c.sure = false
	}
}

// end looks at what is after the last entry.
func (c *checker) end() {
	if c.headless {
		return
	}
	if c.last < c.head.count {
		c.fault(CutOff, c.last+1, c.head.count)
	} else if c.sure && c.prev != c.head.hash {
		c.fault(Changed, c.last, c.last)
	}
	c.compare(c.head.pruned, c.head.prunedHash)
	for _, h := range c.kept {
		if h.Count > c.head.count {
			c.fault(Replaced, c.head.count+1, h.Count)
		}
		if h.Count < c.head.pruned {
			c.fault(TooOld, h.Count, h.Count)
		}
	}
}

// compare holds the hash of the entry at against the kept heads.
func (c *checker) compare(at uint64, hash digest) {
	for _, h := range c.kept {
		if h.Count == at && h.Hash != hash {
			c.fault(Rewritten, min(c.head.pruned+1, at), at)
		}
	}
}

// fault notes a fault, together with the one before if that goes on.
func (c *checker) fault(w Wrong, first, last uint64) {
	if n := len(c.faults); n > 0 {
		f := &c.faults[n-1]
		if f.Wrong == w && f.Last <= first && first <= f.Last+1 {
			f.Last = last
			return
		}
	}
	c.faults = append(c.faults, Fault{w, first, last})
}
