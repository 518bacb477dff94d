package audit

import (
	"fmt"
	"time"

	"zuji/internal/kv"
)

// pruneAtOnce keeps one Prune and what its caller logs within kv.MaxWrites.
const pruneAtOnce = kv.MaxWrites - 20

// Prune removes entries older than before, from the front up to the first that
// is not, at most 80 in a transaction; more reports whether to call it again.
// What is left is chained to the hash of the last one removed. An entry that is
// not as it was written is not removed: Prune returns ErrTampered, so that
// retention does not clear traces away.
func Prune(tx kv.Tx, k Key, before time.Time) (removed int, more bool, err error) {
	h, err := getHead(tx, k)
	if err != nil {
		return 0, false, fmt.Errorf("prune audit log: %w", err)
	}
	for h.pruned < h.count {
		at := h.pruned + 1
		r, ok := parseRecord(tx.Get(entries, seqKey(at)))
		if !ok || !k.genuine(r) || r.seq != at || r.prev != h.prunedHash {
			return 0, false, fmt.Errorf("prune audit log: entry %d: %w", at, ErrTampered)
		}
		e, ok := r.entry()
		if !ok {
			return 0, false, fmt.Errorf("prune audit log: entry %d: %w", at, ErrTampered)
		}
		if !e.At.Before(before) {
			break
		}
		if removed == pruneAtOnce {
			more = true
			break
		}
		if err := tx.Delete(entries, seqKey(at)); err != nil {
			return 0, false, fmt.Errorf("prune audit log: %w", err)
		}
		h.pruned, h.prunedHash = at, r.hash
		removed++
	}
	if removed == 0 {
		return 0, false, nil
	}
	return removed, more, putHead(tx, k, h)
}

// Oldest returns the time of the first entry that is there, a time far ahead if
// there is none.
func Oldest(tx kv.Tx) time.Time {
	for key, raw := range tx.Scan(entries, nil, nil) {
		if e := listed(key, raw); e.Act != Unreadable {
			return e.At
		}
		return time.Time{} // Prune tells what is wrong with it
	}
	return time.Unix(1<<40, 0)
}
