package registry

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"zuji/internal/address"
	"zuji/internal/chinese"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// terms are what a tenancy can be found by. Of a phone number only a keyed hash
// of its last four digits is kept.
type terms struct {
	State    tenancy.State `json:"state"`
	Unit     string        `json:"unit"` // address.Unit.Key
	Receipt  string        `json:"receipt"`
	Names    []string      `json:"names"`
	Initials []string      `json:"initials"` // of the names' pinyin
	Tails    []string      `json:"tails,omitempty"`
}

func (r *Registry) terms(t tenancy.Tenancy) string {
	s := terms{State: t.State, Unit: t.Unit.Key(), Receipt: t.Receipt}
	person := func(name, phone string) {
		if name != "" && !slices.Contains(s.Names, name) {
			s.Names = append(s.Names, name)
			s.Initials = append(s.Initials, chinese.Initials(name))
		}
		if len(phone) >= 4 {
			s.Tails = append(s.Tails, r.tail(phone[len(phone)-4:]))
		}
	}
	person(t.Landlord.Name, t.Landlord.Phone)
	person(t.Agent.Name, t.Agent.Phone)
	for _, p := range t.Living() {
		person(p.Name, p.Phone)
	}
	raw, _ := json.Marshal(s) // strings always can be written
	return string(raw)
}

// tailBytes is how much of a hash tells last four digits apart.
const tailBytes = 6

func (r *Registry) tail(four string) string {
	return hex.EncodeToString(r.Vault.Index("tail", four)[:tailBytes])
}

// A query is what a person looks for.
type query struct {
	words, unit, receipt, tail, room string
}

func (r *Registry) query(text string) query {
	q := query{words: strings.ToLower(chinese.Normalise(text))}
	if u, err := address.ParseUnit(text); err == nil {
		q.unit = u.Key()
	}
	if n, ok := tenancy.ParseReceipt(text); ok {
		q.receipt = n
	}
	digits := strings.ReplaceAll(q.words, " ", "")
	if strings.Trim(digits, "0123456789") == "" && len(digits) >= 3 {
		if len(digits) >= 4 {
			q.tail = r.tail(digits[len(digits)-4:])
		}
		q.room = digits
	}
	return q
}

func (q query) matches(t terms) bool {
	switch {
	case q.unit != "" && t.Unit == q.unit:
		return true
	case q.tail != "" && slices.Contains(t.Tails, q.tail):
		return true
	case q.room != "":
		parts := strings.Split(t.Unit, "-")
		return parts[2] == q.room || strings.Contains(t.Receipt, "-"+q.room+"-")
	case len(q.words) < 2:
		return false
	}
	contains := func(s string) bool { return strings.Contains(strings.ToLower(s), q.words) }
	return slices.ContainsFunc(t.Names, contains) || slices.ContainsFunc(t.Initials, contains)
}

// Find returns tenancies of a compound by unit, name, initials of a name's
// pinyin, the last four digits of a phone number or a receipt number: those in
// the register first, at most limit, and how many there are. But for a receipt
// number it looks at what each tenancy of the compound is found by.
func (r *Registry) Find(ctx context.Context, compound, text string, limit int) (all []tenancy.Tenancy, total int, err error) {
	q := r.query(text)
	err = r.view(ctx, func(tx kv.Tx) error {
		ids, err := q.search(tx, compound)
		if err != nil {
			return err
		}
		all, total = nil, len(ids)
		for _, id := range ids[:min(limit, len(ids))] {
			t, err := r.tenancy(tx, id)
			if err != nil {
				return err
			}
			all = append(all, t)
		}
		return nil
	})
	return all, total, err
}

// search returns the ids of the tenancies of a compound that match, those in the
// register first.
func (q query) search(tx kv.Tx, compound string) (ids []string, err error) {
	if q.receipt != "" {
		id := tx.Get(receipts, key(q.receipt))
		if id == nil || tx.Get(found, key(compound, string(id))) == nil {
			return nil, nil
		}
		return []string{string(id)}, nil
	}
	var active, past []string
	prefix := key(compound)
	for k, raw := range tx.Scan(found, prefix, kv.PrefixEnd(prefix)) {
		var t terms
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
		switch {
		case !q.matches(t):
		case t.State.Active():
			active = append(active, lastPart(k))
		default:
			past = append(past, lastPart(k))
		}
	}
	return append(active, past...), nil
}

// ByReceipt returns the tenancy with a receipt number.
func (r *Registry) ByReceipt(ctx context.Context, number string) (t tenancy.Tenancy, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		id := tx.Get(receipts, key(number))
		if id == nil {
			return ErrNotFound
		}
		t, err = r.tenancy(tx, string(id))
		return err
	})
	return t, err
}
