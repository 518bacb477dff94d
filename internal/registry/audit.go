package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zuji/internal/address"
	"zuji/internal/audit"
	"zuji/internal/kv"
)

// chain is the key of the audit log.
func (r *Registry) chain() audit.Key {
	r.auditOnce.Do(func() { r.auditKey = audit.KeyOf(r.Vault) })
	return r.auditKey
}

// log puts an act into the audit log, with the transaction that does it. on and
// args are ids and keys.
func (r *Registry) log(tx kv.Tx, actor int64, action, on string, args ...string) error {
	e := audit.Entry{At: r.Now(), Who: actor, Act: "audit." + action, Subject: on, Args: args}
	if actor != 0 && r.Admin(actor) {
		e.Role = "admin"
	}
	return audit.Append(tx, r.chain(), e)
}

// homeOn names a home in the audit log: its compound alone where the unit has a
// name of its own.
func homeOn(compound string, u address.Unit) string {
	if on := compound + "|" + u.Key(); audit.Names(on) {
		return on
	}
	return compound
}

// AuditPage returns a page of the audit log, newest first.
func (r *Registry) AuditPage(ctx context.Context, f audit.Filter) (p audit.Page, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		p = audit.List(tx, f)
		return nil
	})
	return p, err
}

// AuditFaults reads the whole audit log and returns what is wrong with it.
func (r *Registry) AuditFaults(ctx context.Context) (faults []audit.Fault, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		faults = audit.Check(tx, r.chain())
		return nil
	})
	return faults, err
}

// AuditHead returns the signed head of the audit log for an administrator to keep
// elsewhere, and puts that on record. It returns ErrNotAllowed for others.
func (r *Registry) AuditHead(ctx context.Context, who int64) (text string, err error) {
	if !r.Admin(who) {
		return "", ErrNotAllowed
	}
	err = r.update(ctx, func(tx kv.Tx) error {
		page := audit.List(tx, audit.Filter{Limit: 1})
		count := uint64(0)
		if len(page.Entries) > 0 {
			count = page.Entries[0].Seq
		}
		if err := r.log(tx, who, "head", "", fmt.Sprint(count)); err != nil {
			return err
		}
		text, err = audit.SignHead(tx, r.chain(), r.Now())
		return err
	})
	return text, err
}

// oldAudit is the table of the log that was not chained.
const oldAudit = "audit"

// chainAudit is the step that begins the chained log and moves what was logged
// before into it.
func (r *Registry) chainAudit(ctx context.Context, _ kv.Store) error {
	err := r.Store.Update(ctx, func(tx kv.Tx) error { return audit.Start(tx, r.chain()) })
	for left := true; left && err == nil; {
		err = r.Store.Update(ctx, func(tx kv.Tx) error {
			left = false
			n := 0
			for k, raw := range tx.Scan(oldAudit, nil, nil) {
				if n++; n > kv.MaxWrites/4 {
					left = true
					break
				}
				if err := errors.Join(r.moveOld(tx, raw), tx.Delete(oldAudit, k)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// moveOld puts a line of the old log into the chain. What it says beyond the act,
// and is not an id, is left out.
func (r *Registry) moveOld(tx kv.Tx, raw []byte) error {
	var old struct {
		At         time.Time
		Actor      int64
		Action, On string
	}
	if err := json.Unmarshal(raw, &old); err != nil {
		return err
	}
	e := audit.Entry{At: old.At, Who: old.Actor, Act: "audit." + old.Action, Subject: old.On}
	switch {
	case strings.HasPrefix(old.Action, "remind."):
		parts := strings.SplitN(old.Action, ".", 3)
		e.Act, e.Args = "audit.remind.done", parts[2:]
	case old.Action == "register.extract":
		parts := strings.Split(old.On, "|")
		e.Subject, e.Args = parts[0], parts[1:]
	case old.Action == "holidays.put":
		e.Act, e.Subject, e.Args = "audit.holidays.load", "", []string{old.On}
	}
	err := audit.Append(tx, r.chain(), e)
	if errors.Is(err, audit.ErrNotKey) {
		e.Subject = ""
		err = audit.Append(tx, r.chain(), e)
	}
	return err
}
