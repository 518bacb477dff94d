package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// checkSealed: every sealed value opens where it stands.
func (r *Registry) checkSealed(ctx context.Context, fault func(string)) error {
	for _, t := range sealedTables {
		err := r.each(ctx, t.name, func(_ kv.Tx, k, raw []byte) error {
			_, err := t.walk(k, raw, func(sealed []byte, context string) ([]byte, error) {
				_, err := r.Vault.Open(sealed, context)
				return nil, err
			})
			if err != nil {
				fault(ref(t.name, k) + " does not open")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plainTables are the tables of records in JSON that have nothing sealed, with what
// their records are.
var plainTables = map[string]func() any{
	compounds:   func() any { return new(tenancy.Compound) },
	invites:     func() any { return new(invitation) },
	admins:      func() any { return new(tenancy.Staff) },
	imports:     func() any { return new(Import) },
	homes:       func() any { return new(tenancy.Home) },
	holidays:    func() any { return new(HolidayTable) },
	agenda:      func() any { return new(Item) },
	found:       func() any { return new(terms) },
	dutyNotices: func() any { return new(tenancy.DutyNotice) },
	dutyUnits:   func() any { return new(dutyUnit) },
	dutyCopies:  func() any { return new(dutyCopy) },
}

// checkRecords: every record that is not sealed can be read.
func (r *Registry) checkRecords(ctx context.Context, fault func(string)) error {
	for table, kind := range plainTables {
		err := r.each(ctx, table, func(_ kv.Tx, k, raw []byte) error {
			if json.Unmarshal(raw, kind()) != nil {
				fault(ref(table, k) + " can't be read")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// public are the tables with texts that staff write for everybody to read, where
// the telephone of a service desk may stand.
var public = map[string]bool{compounds: true, dutyNotices: true}

// checkPlain: no number of an identity card and no mobile number lies in clear text
// in any record. The audit log refuses them by itself.
func (r *Registry) checkPlain(ctx context.Context, fault func(string)) error {
	tables := []string{outbox.Table, errands, tenancies, profiles, aside}
	for table := range plainTables {
		if !public[table] {
			tables = append(tables, table)
		}
	}
	today := tenancy.Today(r.Now())
	for _, table := range tables {
		err := r.each(ctx, table, func(_ kv.Tx, k, raw []byte) error {
			if holdsNumber(raw, today) {
				fault(ref(table, k) + " holds a document or mobile number in clear text")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A number stands alone: ids that are joined by slashes are not one.
var (
	cardNumber   = regexp.MustCompile(`(?:^|[^0-9A-Za-z/])([1-9][0-9]{16}[0-9Xx])(?:$|[^0-9A-Za-z/])`)
	mobileNumber = regexp.MustCompile(`(?:^|[^0-9A-Za-z/])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?:$|[^0-9A-Za-z/])`)
)

// holdsNumber looks at all texts of a record in JSON, at any depth. Numbers that
// are not texts are ids and counts.
func holdsNumber(raw []byte, today calendar.Date) bool {
	tokens := json.NewDecoder(bytes.NewReader(raw))
	tokens.UseNumber()
	for {
		token, err := tokens.Token()
		if err != nil {
			return false
		}
		if text, ok := token.(string); ok && numbered(text, today) {
			return true
		}
	}
}

func numbered(text string, today calendar.Date) bool {
	if mobileNumber.MatchString(text) {
		return true
	}
	for _, m := range cardNumber.FindAllStringSubmatch(text, -1) {
		if _, err := identity.ParseDocument(identity.ResidentID, m[1], today); err == nil {
			return true
		}
	}
	return false
}

// eachTenancy shows every tenancy that can be read to do.
func (r *Registry) eachTenancy(ctx context.Context, do func(tx kv.Tx, t tenancy.Tenancy)) error {
	return r.each(ctx, tenancies, func(tx kv.Tx, k, raw []byte) error {
		if t, err := r.decode(raw); err == nil { // else checkSealed tells
			do(tx, t)
		}
		return nil
	})
}

// checkLife: every tenancy's history is a way through the life cycle to its state.
func (r *Registry) checkLife(ctx context.Context, fault func(string)) error {
	return r.eachTenancy(ctx, func(_ kv.Tx, t tenancy.Tenancy) {
		if err := t.CheckHistory(); err != nil {
			fault(fmt.Sprintf("tenancy %s: %v", t.ID, err))
		}
	})
}

// checkReceipts: receipt numbers are well formed, given once, and counted.
func (r *Registry) checkReceipts(ctx context.Context, fault func(string)) error {
	most, given := map[string]int{}, map[string]bool{}
	err := r.eachTenancy(ctx, func(_ kv.Tx, t tenancy.Tenancy) {
		if !t.Erased.IsZero() {
			return // its number has left with the rest
		}
		var month string
		var n int
		number, ok := tenancy.ParseReceipt(t.Receipt)
		if ok {
			_, err := fmt.Sscanf(number, "ZJ-%6s-%d", &month, &n)
			ok = err == nil
		}
		switch {
		case !ok:
			fault(fmt.Sprintf("tenancy %s has a receipt number that is none", t.ID))
		case given[number]:
			fault(fmt.Sprintf("tenancy %s has the receipt number of another", t.ID))
		}
		given[number], most[month] = true, max(n, most[month])
	})
	if err != nil {
		return err
	}
	return r.view(ctx, func(tx kv.Tx) error {
		for month, n := range most {
			if counted := counter(tx, receiptCounter(month)); counted < n {
				fault(fmt.Sprintf("receipt number %d of %s is given, the counter says %d", n, month, counted))
			}
		}
		return nil
	})
}

// checkReferences: what a record names is there.
func (r *Registry) checkReferences(ctx context.Context, fault func(string)) error {
	err := r.eachTenancy(ctx, func(tx kv.Tx, t tenancy.Tenancy) {
		if tx.Get(compounds, key(t.Compound)) == nil {
			fault(fmt.Sprintf("tenancy %s is in a compound that does not exist", t.ID))
		}
		if t.Replaces != "" && tx.Get(tenancies, key(t.Replaces)) == nil {
			fault(fmt.Sprintf("tenancy %s replaces one that does not exist", t.ID))
		}
	})
	if err != nil {
		return err
	}
	return r.each(ctx, tenancies, func(_ kv.Tx, k, raw []byte) error {
		var t struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(raw, &t) == nil && t.ID != lastPart(k) {
			fault(ref(tenancies, k) + " has another id than its key")
		}
		return nil
	})
}

// checkHomes: a home stands under its own key, in a compound that exists.
func (r *Registry) checkHomes(ctx context.Context, fault func(string)) error {
	return r.each(ctx, homes, func(tx kv.Tx, k, raw []byte) error {
		var h tenancy.Home
		switch {
		case json.Unmarshal(raw, &h) != nil: // checkRecords tells
		case !bytes.Equal(k, homeKey(h.Compound, h.Unit)):
			fault(ref(homes, k) + " has the key of another home")
		case tx.Get(compounds, key(h.Compound)) == nil:
			fault(ref(homes, k) + " is in a compound that does not exist")
		}
		return nil
	})
}

// checkDutyCounts: a duty notice counts the copies that there are, and those read.
func (r *Registry) checkDutyCounts(ctx context.Context, fault func(string)) error {
	copies, read := map[string]int{}, map[string]int{}
	err := r.each(ctx, dutyCopies, func(_ kv.Tx, k, raw []byte) error {
		var c dutyCopy
		id := lastPart(k[:max(1, len(k)-8)])
		if json.Unmarshal(raw, &c) == nil && !c.Read.Equal(time.Time{}) {
			read[id]++
		}
		copies[id]++
		return nil
	})
	if err != nil {
		return err
	}
	err = r.each(ctx, dutyNotices, func(_ kv.Tx, k, raw []byte) error {
		var n tenancy.DutyNotice
		if json.Unmarshal(raw, &n) == nil && (n.Landlords != copies[n.ID] || n.Read != read[n.ID]) {
			fault(fmt.Sprintf("duty notice %s counts %d copies and %d read, there are %d and %d", n.ID, n.Landlords, n.Read, copies[n.ID], read[n.ID]))
		}
		delete(copies, n.ID)
		return nil
	})
	for id, n := range copies {
		fault(fmt.Sprintf("%d copies are of duty notice %s, which does not exist", n, id))
	}
	return err
}

// checkLedgers: a ledger that is being imported is there as a whole.
func (r *Registry) checkLedgers(ctx context.Context, fault func(string)) error {
	return r.each(ctx, imports, func(tx kv.Tx, _, raw []byte) error {
		var i Import
		if json.Unmarshal(raw, &i) != nil || !i.Running() {
			return nil
		}
		for n := range i.Chunks {
			if tx.Get(ledgers, key(i.ID, int64(n))) == nil {
				fault(fmt.Sprintf("import %s lacks piece %d of its ledger", i.ID, n))
			}
		}
		return nil
	})
}
