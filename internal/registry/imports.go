package registry

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// An Import is a ledger that a member of staff sent, from its dry run on.
type Import struct {
	ID       string        `json:"id"` // follows from the compound and the file: sent again it is the same
	Compound string        `json:"compound"`
	By       int64         `json:"by"`
	Today    calendar.Date `json:"today"` // of the dry run, so that going on reads the same
	Chunks   int           `json:"chunks"`
	Total    int           `json:"total"` // records
	Done     int           `json:"done"`
	New      int           `json:"new"`   // of those done
	Same     int           `json:"same"`  // were in the register already
	Taken    int           `json:"taken"` // their unit has another tenancy
	Begun    time.Time     `json:"begun,omitzero"`
	Ended    time.Time     `json:"ended,omitzero"`
	Message  int           `json:"message,omitempty"` // that shows the progress
	Sent     time.Time     `json:"sent"`
}

// ImportHours is how long a ledger waits for the word to import it.
const ImportHours = 24

// A Row is what a ledger says of one home.
type Row struct {
	Unit    address.Unit
	Status  tenancy.HomeStatus
	Tenancy tenancy.Tenancy // if let
}

// chunk is how many bytes of a ledger lie in one record.
const chunk = 512 << 10

// Running reports whether the import has begun and not ended.
func (i Import) Running() bool { return !i.Begun.IsZero() && i.Ended.IsZero() }

// KeepLedger keeps a ledger, sealed, until it is imported or given up. One that is
// being imported is left alone: what is returned says that it is running.
func (r *Registry) KeepLedger(ctx context.Context, i Import, data []byte) (Import, error) {
	sum := sha256.Sum256(append([]byte(i.Compound+"\x00"), data...))
	i.ID = base32.StdEncoding.EncodeToString(sum[:])[:16]
	if before, err := r.Import(ctx, i.ID); err == nil && before.Running() || err != nil && !errors.Is(err, ErrNotFound) {
		return before, err
	}
	i.Sent, i.Chunks = r.Now(), (len(data)+chunk-1)/chunk
	for n := range i.Chunks {
		piece := r.Vault.Seal(data[n*chunk:min((n+1)*chunk, len(data))], ledgerRecord(i.ID, n))
		err := r.Store.Update(ctx, func(tx kv.Tx) error { return tx.Put(ledgers, key(i.ID, int64(n)), piece) })
		if err != nil {
			return i, fmt.Errorf("keep ledger: %w", err)
		}
	}
	err := r.asStaff(ctx, i.Compound, i.By, "ledger.send", i.ID, func(tx kv.Tx) error {
		return errors.Join(put(tx, imports, key(i.ID), i), r.runsOut(tx, errandImport, i.ID, i.Sent.AddDate(0, 0, keepImportDays)))
	})
	return i, err
}

// Import returns an import by its id.
func (r *Registry) Import(ctx context.Context, id string) (i Import, err error) {
	err = r.view(ctx, func(tx kv.Tx) error { i = Import{}; return get(tx, imports, key(id), &i) })
	return i, err
}

func ledgerRecord(id string, n int) string { return fmt.Sprintf("ledgers|%s|%d", id, n) }

// Ledger returns a kept ledger.
func (r *Registry) Ledger(ctx context.Context, id string) (i Import, data []byte, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		data = nil
		if err := get(tx, imports, key(id), &i); err != nil {
			return err
		}
		for n := range i.Chunks {
			sealed := tx.Get(ledgers, key(id, int64(n)))
			if sealed == nil {
				return ErrNotFound
			}
			piece, err := r.Vault.Open(sealed, ledgerRecord(id, n))
			if err != nil {
				return fmt.Errorf("read ledger: %w", err)
			}
			data = append(data, piece...)
		}
		return nil
	})
	return i, data, err
}

// Imports returns the imports that have begun and not ended.
func (r *Registry) Imports(ctx context.Context) (all []Import, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for _, raw := range tx.Scan(imports, nil, nil) {
			var i Import
			if err := json.Unmarshal(raw, &i); err != nil {
				return fmt.Errorf("read import: %w", err)
			}
			if i.Running() {
				all = append(all, i)
			}
		}
		return nil
	})
	return all, err
}

// BeginImport notes that an import has the word to go. Repeated, it changes
// nothing.
func (r *Registry) BeginImport(ctx context.Context, id string, by int64) (i Import, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		i = Import{}
		if err := get(tx, imports, key(id), &i); err != nil {
			return err
		}
		var c tenancy.Compound
		if err := get(tx, compounds, key(i.Compound), &c); err != nil {
			return err
		}
		if !c.HasStaff(by) {
			return ErrNotAllowed
		}
		if !i.Begun.IsZero() {
			return nil
		}
		i.Begun = r.Now()
		return errors.Join(put(tx, imports, key(id), i), r.log(tx, by, "ledger.import", id))
	})
	return i, err
}

// ShowImport notes in which message the progress of an import is shown.
func (r *Registry) ShowImport(ctx context.Context, id string, message int) (i Import, err error) {
	err = r.Store.Update(ctx, func(tx kv.Tx) error {
		i = Import{}
		if err := get(tx, imports, key(id), &i); err != nil {
			return err
		}
		i.Message = message
		return put(tx, imports, key(id), i)
	})
	return i, err
}

// ImportSome takes the next rows of an import into the register, as many as fit
// one transaction; rows are all of them. Nobody is told: the landlords are not
// Zuji's users yet. It is safe to stop at any moment and go on.
func (r *Registry) ImportSome(ctx context.Context, id string, rows []Row) (i Import, err error) {
	err = r.Store.Update(ctx, func(raw kv.Tx) error {
		tx := &counted{Tx: raw}
		i = Import{}
		if err := get(tx, imports, key(id), &i); err != nil {
			return err
		}
		i.Total = len(rows)
		for i.Done < len(rows) && tx.n < importWrites {
			if err := r.importRow(tx, &i, rows[i.Done]); err != nil {
				return fmt.Errorf("row %d: %w", i.Done, err)
			}
			i.Done++
		}
		if i.Done == len(rows) && i.Ended.IsZero() {
			i.Ended = r.Now()
		}
		return put(tx, imports, key(id), i)
	})
	return i, err
}

// importWrites ends a transaction of ImportSome: a row of a home with ten tenants
// takes some thirty writes.
const importWrites = kv.MaxWrites - 40

func (r *Registry) importRow(tx kv.Tx, i *Import, row Row) error {
	if row.Status != tenancy.HomeLet {
		h, err := r.homeOf(tx, i.Compound, row.Unit)
		if err != nil {
			return err
		}
		if h.Status == row.Status && tx.Get(homes, homeKey(i.Compound, row.Unit)) != nil {
			i.Same++
			return nil
		}
		h.Status = row.Status
		i.New++
		return put(tx, homes, homeKey(i.Compound, row.Unit), h)
	}
	t := row.Tenancy
	t.Compound, t.Unit, t.Desk, t.Owner = i.Compound, row.Unit, i.By, 0
	t.ID = importedID(t)
	if tx.Get(tenancies, key(t.ID)) != nil {
		i.Same++
		return nil
	}
	if bad := (*invalid.Error)(nil); errors.As(r.replaceable(tx, t), &bad) {
		i.Taken++
		return nil
	}
	now := r.Now()
	by := tenancy.By{Actor: tenancy.ByManager, Who: i.By, At: now, Reason: "#imported"}
	t.State, t.Submitted, t.Reviewed, t.Reviewer = tenancy.Draft, now, now, i.By
	if err := errors.Join(t.Apply(tenancy.Submit, by), t.Apply(tenancy.Accept, by)); err != nil {
		return err
	}
	// What was due before the ledger came is not caught up with.
	for _, kind := range []string{"file", "file_late", "report", "report_late", "foreign", "foreign_late", "still"} {
		t.Reminding.Do(kind, now)
	}
	var err error
	if t.Receipt, err = r.receipt(tx, now); err != nil {
		return err
	}
	i.New++
	return r.putTenancy(tx, t)
}

// importedID follows from what makes a tenancy this one, so that importing it
// again finds it.
func importedID(t tenancy.Tenancy) string {
	what := t.UnitKey() + "|" + t.Start.String() + "|" + t.End.String()
	for _, p := range t.People {
		what += "|" + p.Name
	}
	sum := sha256.Sum256([]byte(what))
	return base32.StdEncoding.EncodeToString(sum[:])[:12]
}

// DropLedger removes a ledger that was imported or given up; what it brought
// stays.
func (r *Registry) DropLedger(ctx context.Context, id string) error {
	return r.Store.Update(ctx, func(tx kv.Tx) error { return dropLedger(tx, id) })
}

func dropLedger(tx kv.Tx, id string) error {
	prefix := key(id)
	for k := range tx.Scan(ledgers, prefix, kv.PrefixEnd(prefix)) {
		if err := tx.Delete(ledgers, k); err != nil {
			return err
		}
	}
	return nil
}

// SweepLedgers removes the ledgers that nobody imported in time.
func (r *Registry) SweepLedgers(ctx context.Context) error {
	var old []string
	err := r.view(ctx, func(tx kv.Tx) error {
		old = nil
		for k, raw := range tx.Scan(imports, nil, nil) {
			var i Import
			if err := json.Unmarshal(raw, &i); err != nil {
				return fmt.Errorf("read import: %w", err)
			}
			waiting := i.Begun.IsZero() && r.Now().After(i.Sent.Add(ImportHours*time.Hour))
			if (waiting || !i.Ended.IsZero()) && tx.Get(ledgers, key(i.ID, int64(0))) != nil {
				old = append(old, lastPart(k))
			}
		}
		return nil
	})
	for _, id := range old {
		err = errors.Join(err, r.DropLedger(ctx, id))
	}
	return err
}
