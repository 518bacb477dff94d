package registry

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
	"zuji/internal/vault"
)

// A sealedTable knows the sealed values in the records of one table.
type sealedTable struct {
	name string

	// walk shows each sealed value of a record to see, and returns the record with
	// what see returns in their place; nil leaves a value as it is.
	walk func(k, raw []byte, see seeing) ([]byte, error)
}

// seeing looks at one sealed value and the context it is bound to.
type seeing func(sealed []byte, context string) ([]byte, error)

// sealedTables are all tables with sealed values. A test holds it against what
// Zuji stores.
var sealedTables = []sealedTable{
	{tenancies, func(_, raw []byte, see seeing) ([]byte, error) {
		var t tenancy.Tenancy
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, errRecord
		}
		return walkFields(&t, tenancyRecord(t.ID), secrets(&t), raw, see)
	}},
	{profiles, func(_, raw []byte, see seeing) ([]byte, error) {
		var p tenancy.Profile
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, errRecord
		}
		return walkFields(&p, profileRecord(p.ID), profileSecrets(&p), raw, see)
	}},
	{aside, func(_, raw []byte, see seeing) ([]byte, error) {
		var a AsideUpdate
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil, errRecord
		}
		fresh, err := see(a.Sealed, asideRecord(a.Update))
		if fresh == nil || err != nil {
			return raw, err
		}
		a.Sealed = fresh
		return json.Marshal(a)
	}},
	{reminders, whole(func(k []byte) string { return ownRecord(lastPart(k)) })},
	{obligations, whole(func(k []byte) string { return obligationRecord(lastPart(k)) })},
	{extracts, whole(func(k []byte) string { return extractRecord(numberAt(k)) })},
	{broadcasts, whole(func(k []byte) string { return broadcastRecord(lastPart(k)) })},
	{drafts, whole(func(k []byte) string { return draftRecord(numberAt(k)) })},
	{ledgers, whole(func(k []byte) string {
		n := max(1, len(k)-8)
		return ledgerRecord(lastPart(k[:n]), int(numberAt(k[n:])))
	})},
}

var errRecord = errors.New("record can't be read")

// whole walks a record that is one sealed value.
func whole(context func(k []byte) string) func(k, raw []byte, see seeing) ([]byte, error) {
	return func(k, raw []byte, see seeing) ([]byte, error) {
		fresh, err := see(raw, context(k))
		if fresh == nil || err != nil {
			return raw, err
		}
		return fresh, nil
	}
}

// walkFields walks the sealed fields of a record in JSON, of which v is what raw
// says.
func walkFields(v any, record string, fields map[string]*string, raw []byte, see seeing) ([]byte, error) {
	changed := false
	for name, p := range fields {
		if *p == "" {
			continue
		}
		sealed, err := base64.RawStdEncoding.DecodeString(*p)
		if err != nil {
			return raw, vault.ErrSealed
		}
		fresh, err := see(sealed, record+"|"+name)
		if err != nil {
			return raw, err
		}
		if fresh != nil {
			*p, changed = base64.RawStdEncoding.EncodeToString(fresh), true
		}
	}
	if !changed {
		return raw, nil
	}
	return json.Marshal(v)
}

// numberAt reads the number at the head of a key.
func numberAt(k []byte) int64 {
	if len(k) < 8 {
		return -1
	}
	return int64(binary.BigEndian.Uint64(k))
}

// SealedBy counts the sealed values in the records by the key that sealed them.
// What can't be read is counted under "".
func (r *Registry) SealedBy(ctx context.Context) (map[string]int, error) {
	by := map[string]int{}
	for _, t := range sealedTables {
		err := r.each(ctx, t.name, func(_ kv.Tx, k, raw []byte) error {
			_, err := t.walk(k, raw, func(sealed []byte, _ string) ([]byte, error) {
				id, _ := vault.KeyID(sealed) // "" is what it is counted under
				by[id]++
				return nil, nil
			})
			if err != nil {
				by[""]++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return by, nil
}

// eachAtOnce is how many records one transaction of each reads.
const eachAtOnce = 500

// each shows every record of a table to do, in order, some in a transaction. What
// is written meanwhile is seen or not.
func (r *Registry) each(ctx context.Context, table string, do func(tx kv.Tx, k, raw []byte) error) error {
	for last := []byte{}; last != nil; {
		from := append(last[:len(last):len(last)], 0)
		err := r.view(ctx, func(tx kv.Tx) error {
			n := 0
			last = nil
			for k, raw := range tx.Scan(table, from, nil) {
				if err := do(tx, k, raw); err != nil {
					return err
				}
				if n++; n == eachAtOnce {
					last = k
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
	}
	return nil
}
