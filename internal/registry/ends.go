package registry

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// The errands of removing what has been kept long enough, each with what it is
// about.
const (
	errandProfile  = "u" // person
	errandOldDraft = "x" // draft's item
	errandInvite   = "i" // hash of an invitation, in hex
	errandImport   = "l" // import
	errandAside    = "a" // update
	errandCast     = "b" // broadcast
)

// How long, in days, an invitation is remembered behind its last day, an import
// and its ledger from its being sent, an update from its being set aside, and a
// broadcast with its receivers from its being written.
const (
	keepInviteDays = 30
	keepImportDays = 90
	keepAsideDays  = 30
	keepCastDays   = 90
)

// idleAgainDays is after how many days a person who is needed still is looked at
// again.
const idleAgainDays = 90

// runsOut sees to it that something is removed at a time.
func (r *Registry) runsOut(tx kv.Tx, kind, what string, at time.Time) error {
	return tx.Put(errands, key(at, kind, what), []byte{1})
}

// runOut removes what has run out.
func (r *Registry) runOut(tx kv.Tx, kind, what string) error {
	switch kind {
	case errandProfile:
		person, err := strconv.ParseInt(what, 10, 64)
		if err != nil {
			return err
		}
		return r.idle(tx, person)
	case errandOldDraft:
		return r.oldDraft(tx, what)
	case errandInvite:
		hash, err := hex.DecodeString(what)
		return errors.Join(err, tx.Delete(invites, hash))
	case errandImport:
		return r.oldImport(tx, what)
	case errandCast:
		return r.oldBroadcast(tx, what)
	case errandAside:
		update, err := strconv.ParseInt(what, 10, 64)
		return errors.Join(err, tx.Delete(aside, key(update)), r.erased(tx))
	}
	return fmt.Errorf("unknown kind %q", kind)
}

// oldDraft removes a draft, unless it was saved again.
func (r *Registry) oldDraft(tx kv.Tx, item string) error {
	person, session := DraftOf(item)
	sealed := tx.Get(drafts, key(person, session))
	if sealed == nil {
		return nil
	}
	if d, err := r.draft(person, sealed); err != nil || !d.Expired(r.Now()) {
		return err
	}
	return errors.Join(tx.Delete(drafts, key(person, session)), r.erased(tx))
}

// oldImport removes an import with its ledger, unless the file was sent again.
func (r *Registry) oldImport(tx kv.Tx, id string) error {
	var i Import
	err := get(tx, imports, key(id), &i)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil || r.Now().Before(i.Sent.AddDate(0, 0, keepImportDays)) {
		return err
	}
	return errors.Join(tx.Delete(imports, key(id)), dropLedger(tx, id), r.erased(tx))
}

// idle gives over to Retain, to be erased, a person who has not used Zuji for
// tenancy.IdleDays, and whom no tenancy, role or reminder needs.
func (r *Registry) idle(tx kv.Tx, person int64) error {
	p, err := r.profile(tx, person)
	if err != nil || tx.Get(profiles, key(person)) == nil {
		return err
	}
	at := p.Seen.AddDate(0, 0, tenancy.IdleDays)
	if !r.Now().Before(at) {
		needed, err := r.needed(tx, person)
		if err != nil {
			return err
		}
		if !needed {
			return errors.Join(tx.Put(erasing, key(person), []byte{1}), r.log(tx, 0, "retention.run", "", "profile", "1"))
		}
		at = r.Now().AddDate(0, 0, idleAgainDays)
	}
	return r.runsOut(tx, errandProfile, strconv.FormatInt(person, 10), at)
}

// needed reports whether a person has a tenancy, a role or a reminder.
func (r *Registry) needed(tx kv.Tx, person int64) (bool, error) {
	prefix := key(person)
	for _, table := range []string{owners, lodgers, remindersBy} {
		for range tx.Scan(table, prefix, kv.PrefixEnd(prefix)) {
			return true, nil
		}
	}
	for k := range tx.Scan(compounds, nil, nil) {
		var c tenancy.Compound
		if err := get(tx, compounds, k, &c); err != nil {
			return false, err
		}
		if c.RoleOf(person) != "" {
			return true, nil
		}
	}
	return r.Admin(person), nil
}

// setEnds is the step since which everything that is kept has a time at which it
// is removed.
func (r *Registry) setEnds(ctx context.Context, s kv.Store) error {
	now := r.Now()
	ends := func(table string, end func(tx kv.Tx, k, v []byte) error) error { return r.setEach(ctx, table, end) }
	return errors.Join(
		r.rebuild(ctx, s),
		ends(profiles, func(tx kv.Tx, k, _ []byte) error {
			p, err := r.profile(tx, int64(binary.BigEndian.Uint64(k)))
			if err != nil {
				return err
			}
			if p.Seen.IsZero() {
				return r.putProfile(tx, p)
			}
			return r.runsOut(tx, errandProfile, strconv.FormatInt(p.ID, 10), p.Seen.AddDate(0, 0, tenancy.IdleDays))
		}),
		ends(drafts, func(tx kv.Tx, k, v []byte) error {
			person := int64(binary.BigEndian.Uint64(k))
			d, err := r.draft(person, v)
			return errors.Join(err, r.runsOut(tx, errandOldDraft, draftItem(person, lastPart(k[8:])), d.Saved.AddDate(0, 0, DraftDays).Add(time.Millisecond)))
		}),
		ends(invites, func(tx kv.Tx, k, v []byte) error {
			var i invitation
			err := json.Unmarshal(v, &i)
			return errors.Join(err, r.runsOut(tx, errandInvite, hex.EncodeToString(k), i.Expires.AddDate(0, 0, keepInviteDays)))
		}),
		ends(imports, func(tx kv.Tx, k, v []byte) error {
			var i Import
			err := json.Unmarshal(v, &i)
			return errors.Join(err, r.runsOut(tx, errandImport, lastPart(k), i.Sent.AddDate(0, 0, keepImportDays)))
		}),
		ends(aside, func(tx kv.Tx, k, _ []byte) error {
			return r.runsOut(tx, errandAside, strconv.FormatInt(int64(binary.BigEndian.Uint64(k)), 10), now.AddDate(0, 0, keepAsideDays))
		}))
}

// endsAtOnce is how many rows one transaction of setEach takes; each costs two writes.
const endsAtOnce = kv.MaxWrites / 4

// setEach runs do for every row of a table, some in each transaction. Begun again
// after a crash, it begins at the beginning.
func (r *Registry) setEach(ctx context.Context, table string, do func(tx kv.Tx, k, v []byte) error) error {
	for from, more := []byte(nil), true; more; {
		var next []byte
		err := r.Store.Update(ctx, func(tx kv.Tx) error {
			n := 0
			next = nil
			for k, v := range tx.Scan(table, from, nil) {
				if err := do(tx, k, v); err != nil {
					return fmt.Errorf("set the end of %s: %w", table, err)
				}
				if n++; n == endsAtOnce {
					next = append(k, 0)
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		from, more = next, next != nil
	}
	return nil
}

// scrub is the row of meta that says that personal data were removed, whose old
// pages the file may still hold.
const scrub = "scrub"

// erased notes that personal data were removed. The row counts how often, so that
// Scrubbed knows what came while it was at work.
func (r *Registry) erased(tx kv.Tx) error {
	n, _ := strconv.Atoi(string(tx.Get(meta, []byte(scrub))))
	return tx.Put(meta, []byte(scrub), []byte(strconv.Itoa(n+1)))
}

// Scrubbed runs do, which is to overwrite what the stores no longer need, if
// personal data were removed since it last went well.
func (r *Registry) Scrubbed(ctx context.Context, do func(context.Context) error) error {
	var due []byte
	err := r.view(ctx, func(tx kv.Tx) error {
		due = tx.Get(meta, []byte(scrub))
		return nil
	})
	if err != nil || due == nil {
		return err
	}
	if err := do(ctx); err != nil {
		return err
	}
	return r.Store.Update(ctx, func(tx kv.Tx) error {
		if !bytes.Equal(tx.Get(meta, []byte(scrub)), due) {
			return nil
		}
		return tx.Delete(meta, []byte(scrub))
	})
}
