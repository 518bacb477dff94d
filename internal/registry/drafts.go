package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zuji/internal/form"
	"zuji/internal/kv"
	"zuji/internal/remind"
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
		return errors.Join(tx.Put(drafts, key(person, s.ID), r.Vault.Seal(raw, draftRecord(person))), r.remindOfDraft(tx, person, s.ID, draftReminders[0]),
			r.runsOut(tx, errandOldDraft, draftItem(person, s.ID), r.Now().AddDate(0, 0, DraftDays).Add(time.Millisecond)))
	})
}

// DraftKind is the kind of items that remind of a saved draft. Their tenancy is
// the person and the session.
const DraftKind remind.Kind = "draft"

// errandDraft is the errand of reminding of a draft.
const errandDraft = "d"

// draftReminders are when a person is reminded of a draft, in days from its being
// saved (domain.md §3).
var draftReminders = []int{1, 3}

// remindOfDraft makes the errand of the reminder so many days after now.
func (r *Registry) remindOfDraft(tx kv.Tx, person int64, session string, days int) error {
	return tx.Put(errands, key(r.Now().AddDate(0, 0, days), errandDraft, draftItem(person, session)), []byte{byte(days)})
}

func draftItem(person int64, session string) string {
	return strconv.FormatInt(person, 10) + "/" + session
}

// DraftOf returns the person and the session of a draft's item.
func DraftOf(item string) (person int64, session string) {
	who, session, _ := strings.Cut(item, "/")
	person, _ = strconv.ParseInt(who, 10, 64) // 0 has no drafts
	return person, session
}

// remindDraft gathers the reminder of a draft that is still there.
func (r *Registry) remindDraft(tx kv.Tx, item string, days int) error {
	person, session := DraftOf(item)
	if tx.Get(drafts, key(person, session)) == nil {
		return nil
	}
	if err := r.gather(tx, person, Item{Kind: DraftKind, Tenancy: item}); err != nil || days != draftReminders[0] {
		return err
	}
	return r.remindOfDraft(tx, person, session, draftReminders[1]-draftReminders[0])
}

// Drafts returns a person's drafts that are still good. Those whose time is over
// are removed.
func (r *Registry) Drafts(ctx context.Context, person int64) (all []SavedDraft, err error) {
	var old []string
	err = r.view(ctx, func(tx kv.Tx) error {
		all, old = nil, nil
		prefix := key(person)
		for k, sealed := range tx.Scan(drafts, prefix, kv.PrefixEnd(prefix)) {
			d, err := r.draft(person, sealed)
			if err != nil {
				return err
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

func (r *Registry) draft(person int64, sealed []byte) (d SavedDraft, err error) {
	raw, err := r.Vault.Open(sealed, draftRecord(person))
	if err == nil {
		err = json.Unmarshal(raw, &d)
	}
	if err != nil {
		return d, fmt.Errorf("read draft: %w", err)
	}
	return d, nil
}

// DropDraft removes a draft; a missing one is no error.
func (r *Registry) DropDraft(ctx context.Context, person int64, session string) error {
	return r.update(ctx, func(tx kv.Tx) error { return tx.Delete(drafts, key(person, session)) })
}

func draftRecord(person int64) string { return "drafts|" + strconv.FormatInt(person, 10) }
