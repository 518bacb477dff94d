// Package registry keeps the register: compounds, their staff, the people who
// use Zuji, their drafts, and tenancies with what is done to them.
//
// Every change is one transaction that holds its whole effect: the record, its
// indexes, the notices to send and the line in the audit log. Each is keyed so
// that repeating it changes nothing.
package registry

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"zuji/internal/audit"
	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/vault"
)

// The tables and the keys in them.
const (
	compounds = "compounds" // id
	links     = "links"     // deep-link token of a compound → id
	invites   = "invites"   // hash of an invitation's token
	admins    = "admins"    // person: administrators that came by invitation
	profiles  = "profiles"  // person
	tenancies = "tenancies" // id
	units     = "units"     // compound, unit → id of the active tenancy
	receipts  = "receipts"  // receipt number → id
	owners    = "owners"    // person, alive first, newest first, id
	queue     = "queue"     // compound, submitted, id: waiting for review
	documents = "documents" // keyed hash of a document, id
	drafts    = "drafts"    // person, session

	found       = "found"        // compound, id → what it is found by
	successors  = "successors"   // id → pending change or renewal of it
	ends        = "ends"         // last day, id: to expire
	lodgers     = "lodgers"      // person, id → item: tenants who opened their invitation
	imports     = "imports"      // id
	ledgers     = "ledgers"      // import, chunk: the file, sealed
	extracts    = "extracts"     // number: what was taken out of the register, sealed
	reminders   = "reminders"    // id: set by people, sealed
	remindersBy = "reminders_by" // person, id
	obligations = "obligations"  // id, sealed
	homes       = "homes"        // compound, unit in counting order: the unit register
	due         = "due"          // time, id: a tenancy's next reminder
	holidays    = "holidays"     // year: its published days of rest
	errands     = "errands"      // time, kind, id: what else is to be done then
	agenda      = "agenda"       // person, kind, tenancy: what they are to be told
	leaving     = "leaving"      // time, id: a tenancy's personal data
	erasing     = "erasing"      // person: whose data are being erased
	doors       = "doors"        // hash of a secret link's token → what it leads to

	dutyNotices = "duty_notices" // id
	dutyOrder   = "duty_order"   // compound, newest first, id
	dutyUnits   = "duty_units"   // duty notice, unit: to whose landlord it went
	dutyCopies  = "duty_copies"  // duty notice, person: when they have read it
	dutyJobs    = "duty_jobs"    // duty notice: it is being sent

	broadcasts = "broadcasts" // id, sealed
	receivers  = "receivers"  // broadcast, place: ids of people

	counters = "counters" // name → number
	tries    = "tries"    // update that is being tried with care
	aside    = "aside"    // update that was set aside
)

// AppendOnly names the tables whose keys only grow, for stores that pack pages.
var AppendOnly = audit.AppendOnly

// ErrNotFound is returned for a record that does not exist.
var ErrNotFound = errors.New("no such record")

// ErrNotAllowed is returned when a person may not do what they asked.
var ErrNotAllowed = errors.New("not allowed")

// A Registry is the register.
type Registry struct {
	Store    kv.Store
	Vault    *vault.Vault
	Holidays *calendar.Holidays
	Now      func() time.Time
	Admins   []int64 // administrators that the settings name; see Administrators

	// Committed is called after a transaction that put notices into the outbox.
	Committed func()

	// Ticked is told how many rows that were due Tick did. Nil: nobody is told.
	Ticked func(done int)

	kept      kept
	appointed appointed
	clean     bool

	auditOnce sync.Once
	auditKey  audit.Key
}

// key joins parts into a key. Strings end with a zero byte, so that a shorter
// one sorts first and none is a prefix of another; numbers are big-endian.
func key(parts ...any) []byte {
	var k []byte
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			k = append(append(k, p...), 0)
		case []byte:
			k = append(k, p...)
		case int64:
			k = binary.BigEndian.AppendUint64(k, uint64(p))
		case time.Time:
			k = binary.BigEndian.AppendUint64(k, uint64(p.UnixMilli()))
		default:
			panic(fmt.Sprintf("key part of type %T", p))
		}
	}
	return k
}

// lastPart returns the last string of a key.
func lastPart(k []byte) string {
	k = k[:len(k)-1]
	for i := len(k) - 1; i >= 0; i-- {
		if k[i] == 0 {
			return string(k[i+1:])
		}
	}
	return string(k)
}

func get(tx kv.Tx, table string, k []byte, v any) error {
	raw := tx.Get(table, k)
	if raw == nil {
		return ErrNotFound
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("read record in %s: %w", table, err)
	}
	return nil
}

func put(tx kv.Tx, table string, k []byte, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write record in %s: %w", table, err)
	}
	return tx.Put(table, k, raw)
}

// next counts a counter up and returns its new value, from 1.
func next(tx kv.Tx, name string) (int, error) {
	n := counter(tx, name) + 1
	return n, tx.Put(counters, key(name), []byte(strconv.Itoa(n)))
}

// counter returns the value that next gave out last.
func counter(tx kv.Tx, name string) int {
	n, _ := strconv.Atoi(string(tx.Get(counters, key(name)))) // none yet: 0
	return n
}

// update runs fn and then wakes whoever sends notices.
func (r *Registry) update(ctx context.Context, fn func(kv.Tx) error) error {
	if err := r.Store.Update(ctx, fn); err != nil {
		return err
	}
	if r.Committed != nil {
		r.Committed()
	}
	return nil
}

func (r *Registry) view(ctx context.Context, fn func(kv.Tx) error) error {
	return r.Store.View(ctx, fn)
}
