package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// An ExtractNote says who took what out of the register, for whom and what for.
type ExtractNote struct {
	Compound string    `json:"compound"`
	By       int64     `json:"by"`
	At       time.Time `json:"at"`
	For      string    `json:"for"` // "community" or "police"
	Purpose  string    `json:"purpose"`
	Rows     int       `json:"rows"`
}

// NoteExtract puts an extract on record; the purpose is sealed, since it is in
// somebody's own words.
func (r *Registry) NoteExtract(ctx context.Context, n ExtractNote) error {
	n.At = r.Now()
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return r.asStaff(ctx, n.Compound, n.By, "register.extract", n.Compound, func(tx kv.Tx) error {
		at, err := next(tx, extracts)
		return errors.Join(err, tx.Put(extracts, key(int64(at)), r.Vault.Seal(raw, extractRecord(int64(at)))))
	}, n.For, fmt.Sprint(n.Rows))
}

// Extracts returns what was taken out of a compound's register, newest first, at
// most limit.
func (r *Registry) Extracts(ctx context.Context, compound string, limit int) (all []ExtractNote, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for k, sealed := range tx.ScanBack(extracts, nil, nil) {
			raw, err := r.Vault.Open(sealed, extractRecord(numberAt(k)))
			if err != nil {
				return fmt.Errorf("read extract: %w", err)
			}
			var one ExtractNote
			if err := json.Unmarshal(raw, &one); err != nil {
				return fmt.Errorf("read extract: %w", err)
			}
			if one.Compound == compound {
				all = append(all, one)
			}
			if len(all) == limit {
				return nil
			}
		}
		return nil
	})
	return all, err
}

func extractRecord(n int64) string { return fmt.Sprintf("extracts|%d", n) }

// extractAtOnce is how many homes one transaction of Register reads.
const extractAtOnce = 200

// Register yields all homes of a compound in counting order, each with the
// tenancy that holds it.
func (r *Registry) Register(ctx context.Context, compound string) iter.Seq2[tenancy.HomeView, error] {
	return func(yield func(tenancy.HomeView, error) bool) {
		prefix := key(compound)
		from := prefix
		for from != nil {
			var page []tenancy.HomeView
			var next []byte
			err := r.view(ctx, func(tx kv.Tx) error {
				page, next = nil, nil
				for k := range tx.Scan(homes, from, kv.PrefixEnd(prefix)) {
					if len(page) == extractAtOnce {
						next = k
						return nil
					}
					var v tenancy.HomeView
					if err := errors.Join(get(tx, homes, k, &v.Home), r.holder(tx, &v)); err != nil {
						return err
					}
					page = append(page, v)
				}
				return nil
			})
			if err != nil {
				yield(tenancy.HomeView{}, err)
				return
			}
			from = next
			for _, v := range page {
				if !yield(v, nil) {
					return
				}
			}
		}
	}
}
