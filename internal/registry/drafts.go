package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"zuji/internal/form"
	"zuji/internal/kv"
)

// DraftDays is how long a saved draft is kept.
const DraftDays = 30

// A SavedDraft is a conversation that a person put aside.
type SavedDraft struct {
	Session form.Session `json:"session"`
	Saved   time.Time    `json:"saved"`
}

// Expired reports whether the draft's time is over.
func (d SavedDraft) Expired(now time.Time) bool { return now.After(d.Saved.AddDate(0, 0, DraftDays)) }

// SaveDraft puts a person's conversation aside. It is sealed as a whole.
func (r *Registry) SaveDraft(ctx context.Context, person int64, s form.Session) error {
	raw, err := json.Marshal(SavedDraft{Session: s, Saved: r.Now()})
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	return r.update(ctx, func(tx kv.Tx) error {
		return tx.Put(drafts, key(person, s.ID), r.Vault.Seal(raw, draftRecord(person)))
	})
}

// Drafts returns a person's drafts that are still good. Those whose time is over
// are removed.
func (r *Registry) Drafts(ctx context.Context, person int64) (all []SavedDraft, err error) {
	var old []string
	err = r.view(ctx, func(tx kv.Tx) error {
		all, old = nil, nil
		prefix := key(person)
		for k, sealed := range tx.Scan(drafts, prefix, kv.PrefixEnd(prefix)) {
			raw, err := r.Vault.Open(sealed, draftRecord(person))
			if err != nil {
				return fmt.Errorf("read draft: %w", err)
			}
			var d SavedDraft
			if err := json.Unmarshal(raw, &d); err != nil {
				return fmt.Errorf("read draft: %w", err)
			}
			if d.Expired(r.Now()) {
				old = append(old, lastPart(k[8:]))
				continue
			}
			all = append(all, d)
		}
		return nil
	})
	for _, id := range old {
		err = errors.Join(err, r.DropDraft(ctx, person, id))
	}
	return all, err
}

// DropDraft removes a draft; a missing one is no error.
func (r *Registry) DropDraft(ctx context.Context, person int64, session string) error {
	return r.update(ctx, func(tx kv.Tx) error { return tx.Delete(drafts, key(person, session)) })
}

func draftRecord(person int64) string { return "drafts|" + strconv.FormatInt(person, 10) }
