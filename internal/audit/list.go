package audit

import (
	"encoding/binary"
	"time"

	"zuji/internal/kv"
)

const (
	// mostListed is how many entries a page has at most, and readAtOnce how many
	// are looked at for it, so that a View stays short.
	mostListed = 100
	readAtOnce = 5000

	// setBack is how far a clock may have been set back between two entries.
	setBack = 24 * time.Hour
)

// A Filter says which entries to list. What is zero does not count.
type Filter struct {
	Who     int64
	Subject string
	Act     string
	Since   time.Time

	Before uint64 // list only entries with a lower Seq: the Next of the page before
	Limit  int    // entries on a page; 0 and more than 100 mean 100
}

// A Page is some entries, newest first.
type Page struct {
	Entries []Entry
	Next    uint64 // the Before of the next page, 0 if there is none
}

// List returns a page of the entries that f asks for. It looks at 5000 entries
// at most, so a page may be short or empty though Next says that there is more.
// It does not check the chain. An entry that cannot be read has the act
// Unreadable and is listed for every Filter.
func List(tx kv.Tx, f Filter) Page {
	if f.Limit <= 0 || f.Limit > mostListed {
		f.Limit = mostListed
	}
	var hi []byte
	if f.Before > 0 {
		hi = seqKey(f.Before)
	}
	var p Page
	seen, last := 0, uint64(0)
	for key, raw := range tx.ScanBack(entries, nil, hi) {
		if len(key) != 8 {
			continue // no place in the log: Check tells of it
		}
		e := listed(key, raw)
		if seen == readAtOnce {
			p.Next = last
			return p
		}
		seen++
		if e.Act != Unreadable && e.At.Before(f.Since.Add(-setBack)) {
			return p
		}
		if f.wants(e) {
			if len(p.Entries) == f.Limit {
				p.Next = p.Entries[f.Limit-1].Seq
				return p
			}
			p.Entries = append(p.Entries, e)
		}
		last = e.Seq
	}
	return p
}

func (f Filter) wants(e Entry) bool {
	return e.Act == Unreadable ||
		(f.Who == 0 || e.Who == f.Who) &&
			(f.Subject == "" || e.Subject == f.Subject) &&
			(f.Act == "" || e.Act == f.Act) &&
			!e.At.Before(f.Since)
}

// Unreadable is the act of an entry that was spoilt.
const Unreadable = "audit.unreadable"

// listed reads an entry. Its number is the one of its place, by which pages go
// on.
func listed(key, raw []byte) Entry {
	e := Entry{Act: Unreadable}
	if r, ok := parseRecord(raw); ok {
		if read, ok := r.entry(); ok {
			e = read
		}
	}
	e.Seq = binary.BigEndian.Uint64(key)
	if _, known := Acts[e.Act]; !known {
		e = Entry{Seq: e.Seq, Act: Unreadable}
	}
	return e
}
