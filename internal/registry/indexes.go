package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// An entry is one row of an index.
type entry struct {
	table string
	key   string
	value string
}

// entries returns all index rows that a tenancy has. They follow from the
// tenancy alone, so that an index can be checked against the records and made
// anew from them.
func (r *Registry) entries(t tenancy.Tenancy) []entry {
	id := t.ID
	all := []entry{{found, string(key(t.Compound, id)), r.terms(t)}}
	if t.Receipt != "" {
		all = append(all, entry{receipts, string(key(t.Receipt)), id})
	}
	if at := t.Leaves(); !at.IsZero() {
		all = append(all, entry{leaving, string(key(at, id)), id})
	}
	if t.Occupies() {
		all = append(all, entry{units, string(key(t.UnitKey())), id})
	}
	if t.Owner != 0 {
		all = append(all, entry{owners, string(ownerKey(t)), id})
	}
	if t.State == tenancy.Submitted {
		all = append(all, entry{queue, string(queueKey(t)), id})
	}
	if t.Replaces != "" && t.State.Pending() {
		all = append(all, entry{successors, string(key(t.Replaces)), id})
	}
	if t.State == tenancy.Accepted || t.State == tenancy.Filed {
		all = append(all, entry{ends, string(key(t.End.String(), id)), id})
	}
	if !t.Reminding.Next.IsZero() {
		all = append(all, entry{due, string(key(t.Reminding.Next, id)), id})
	}
	seen := map[string]bool{}
	for _, p := range t.People {
		if p.Document.Number != "" {
			k := string(r.documentKey(p, id))
			if !seen[k] {
				seen[k] = true
				all = append(all, entry{documents, k, id})
			}
		}
		if p.Answer.Who != 0 {
			all = append(all, entry{lodgers, string(key(p.Answer.Who, id)), p.Item})
		}
		if p.Answer.Link.Hash != "" {
			all = append(all, entry{doors, string(key(p.Answer.Link.Hash)), door{Tenancy: id, Item: p.Item}.String()})
		}
	}
	if t.Handover.Hash != "" {
		all = append(all, entry{doors, string(key(t.Handover.Hash)), door{Tenancy: id}.String()})
	}
	return all
}

// A door is what a secret link of a tenancy leads to: the desk's handover to the
// landlord, or the entry of one person.
type door struct {
	Tenancy string `json:"tenancy"`
	Item    string `json:"item,omitempty"`
}

func (d door) String() string {
	raw, _ := json.Marshal(d) // two strings always can be written
	return string(raw)
}

func ownerKey(t tenancy.Tenancy) []byte {
	past := int64(0)
	if !t.State.Active() {
		past = 1
	}
	return key(t.Owner, past, math.MaxInt64-t.Submitted.UnixMilli(), t.ID)
}

func queueKey(t tenancy.Tenancy) []byte { return key(t.Compound, t.Submitted, t.ID) }

func (r *Registry) documentKey(p tenancy.Person, id string) []byte {
	return key(r.Vault.Index("document", p.Document.Key()), id)
}

// putTenancy stores a tenancy and brings its indexes in step.
func (r *Registry) putTenancy(tx kv.Tx, t tenancy.Tenancy) error {
	before, err := r.tenancy(tx, t.ID)
	var had []entry
	switch {
	case err == nil:
		had = r.entries(before)
	case !errors.Is(err, ErrNotFound):
		return err
	}
	t.Reminding.Next = r.next(tx, t)
	if err := r.reindex(tx, had, r.entries(t)); err != nil {
		return err
	}
	if t.State.InForce() {
		if err := r.enter(tx, t); err != nil {
			return err
		}
	}
	t.People = append([]tenancy.Person(nil), t.People...)
	t.History = append([]tenancy.Event(nil), t.History...)
	t.Extra = slices.Clone(t.Extra)
	r.seal(tenancyRecord(t.ID), secrets(&t))
	return put(tx, tenancies, key(t.ID), t)
}

// reindex removes the rows of had that are not in want and writes those that are
// new. A row that another record has taken over meanwhile is left alone.
func (r *Registry) reindex(tx kv.Tx, had, want []entry) error {
	keep := map[[2]string]string{}
	for _, e := range want {
		keep[[2]string{e.table, e.key}] = e.value
	}
	for _, e := range had {
		at := [2]string{e.table, e.key}
		if value, ok := keep[at]; ok && value == e.value {
			delete(keep, at)
			continue
		} else if ok {
			continue
		}
		if !bytes.Equal(tx.Get(e.table, []byte(e.key)), []byte(e.value)) {
			continue
		}
		if err := tx.Delete(e.table, []byte(e.key)); err != nil {
			return fmt.Errorf("index %s: %w", e.table, err)
		}
	}
	for _, e := range want {
		if _, ok := keep[[2]string{e.table, e.key}]; !ok {
			continue
		}
		if err := tx.Put(e.table, []byte(e.key), []byte(e.value)); err != nil {
			return fmt.Errorf("index %s: %w", e.table, err)
		}
	}
	return nil
}
