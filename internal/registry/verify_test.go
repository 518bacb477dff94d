package registry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// busy is stuffed, with every index in use: a duty notice that is half sent, an
// import that runs, a reminder that has gathered, links of tenants.
func busy(t *testing.T) *shelf {
	t.Helper()
	s := stuffed(t, row(t))
	ctx := t.Context()
	all := tenancy.Audience{Kind: tenancy.WholeCompound}
	_, err := s.SendDutyNotice(ctx, tenancy.DutyNotice{ID: "duty1", Compound: "c1", By: manager, Audience: all, Paragraph: "服务台 13700137000"})
	err = errors.Join(err, s.ContinueDutyNotices(ctx))
	_, _, read := s.ReadDutyNotice(ctx, "duty1", 2000)
	_, sent := s.SendDutyNotice(ctx, tenancy.DutyNotice{ID: "duty2", Compound: "c1", By: manager, Audience: all})
	_, invited := s.InviteTenant(ctx, registry.Token(), "h02", "a", 2002)
	_, offered := s.Offer(ctx, registry.Token(), "h03", manager)
	held, kept := s.KeepLedger(ctx, registry.Import{Compound: "c1", By: manager, Today: tenancy.Today(s.now)}, []byte("栋,单元,房号"))
	_, begun := s.BeginImport(ctx, held.ID, manager)
	s.now = s.now.AddDate(0, 0, 3)
	_, ticked := s.Tick(ctx)
	gathered := s.Store.Update(ctx, func(tx kv.Tx) error {
		raw, err := json.Marshal(registry.Item{Kind: "file", Tenancy: "h02"})
		return errors.Join(err, tx.Put("agenda", append(be64(4711), "file/h02\x00"...), raw), registry.PutErrand(tx, s.now.Add(time.Hour), 4711))
	})
	if err := errors.Join(err, read, sent, invited, offered, kept, begun, ticked, gathered); err != nil {
		t.Fatal(err)
	}
	return s
}

func be64(n int64) []byte {
	b := make([]byte, 8)
	for i := range b {
		b[7-i] = byte(n >> (8 * i))
	}
	return b
}

// firstOf returns the first row of a table.
func firstOf(tx kv.Tx, table string) (k, raw []byte) {
	for k, raw := range tx.Scan(table, nil, nil) {
		return k, raw
	}
	panic("nothing in " + table)
}

func removed(table string) func(kv.Tx) error {
	return func(tx kv.Tx) error { k, _ := firstOf(tx, table); return tx.Delete(table, k) }
}

// added puts a row into an index that no record makes.
func added(table, k string) func(kv.Tx) error {
	return func(tx kv.Tx) error { return tx.Put(table, []byte(k), []byte("nobody")) }
}

// changed changes the first record of a table in JSON.
func changed(table string, change func(map[string]any)) func(kv.Tx) error {
	return func(tx kv.Tx) error {
		k, raw := firstOf(tx, table)
		var record map[string]any
		if err := json.Unmarshal(raw, &record); err != nil {
			return err
		}
		change(record)
		raw, err := json.Marshal(record)
		return errors.Join(err, tx.Put(table, k, raw))
	}
}

func spoilt(table string) func(kv.Tx) error {
	return func(tx kv.Tx) error {
		k, raw := firstOf(tx, table)
		raw[len(raw)-1] ^= 1
		return tx.Put(table, k, raw)
	}
}

// removedErrand removes the errands of a kind.
func removedErrand(kind string) func(kv.Tx) error {
	return func(tx kv.Tx) error {
		for k := range tx.Scan("errands", nil, nil) {
			if string(k[8:9]) == kind {
				if err := tx.Delete("errands", k); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// broken are ways to break each invariant behind Zuji's back.
var broken = []struct {
	invariant string
	name      string
	do        func(kv.Tx) error
}{
	{"sealed", "a profile's phone", changed("profiles", func(p map[string]any) { p["landlord"] = map[string]any{"phone": "AQAAAAAAAA"} })},
	{"sealed", "a tenancy's phone", changed("tenancies", func(p map[string]any) { p["landlord"].(map[string]any)["phone"] = "+1" })},
	{"sealed", "a draft", spoilt("drafts")},
	{"sealed", "a reminder", spoilt("reminders")},
	{"sealed", "an obligation", spoilt("obligations")},
	{"sealed", "an extract", spoilt("extracts")},
	{"sealed", "a piece of a ledger", spoilt("ledgers")},
	{"sealed", "an update set aside", changed("aside", func(a map[string]any) { a["update"] = 8 })},
	{"records", "a compound", spoilt("compounds")},
	{"records", "a home", spoilt("homes")},
	{"plain", "a document", changed("tenancies", func(p map[string]any) { p["filing"] = map[string]any{"number": "见 119999199001010012"} })},
	{"plain", "a phone", changed("tenancies", func(p map[string]any) { p["returned"] = map[string]any{"unit": "打电话:13800138000"} })},
	{"plain", "a phone in the outbox", changed("outbox", func(p map[string]any) { p["payload"] = map[string]any{"item": "+86 138-0013-8000"} })},
	{"audit", "an entry removed", removed("audit_log")},
	{"indexes", "a unit", removed("units")},
	{"indexes", "a receipt", removed("receipts")},
	{"indexes", "an owner", removed("owners")},
	{"indexes", "the queue", removed("queue")},
	{"indexes", "a document", removed("documents")},
	{"indexes", "what is found", removed("found")},
	{"indexes", "an end", removed("ends")},
	{"indexes", "a door", removed("doors")},
	{"indexes", "a reminder due", removed("due")},
	{"indexes", "a home", removed("homes")},
	{"indexes", "one row more", added("successors", "t9\x00")},
	{"indexes", "one lodger more", added("lodgers", "12345678t9\x00")},
	{"links", "removed", removed("links")},
	{"links", "to nowhere", added("links", "abc\x00")},
	{"duty_order", "removed", removed("duty_order")},
	{"duty_order", "one row more", added("duty_order", "c1\x0012345678x\x00")},
	{"duty_order", "a job removed", removed("duty_jobs")},
	{"own_reminders", "removed", removed("reminders_by")},
	{"own_reminders", "one row more", added("reminders_by", "12345678x\x00")},
	{"own_reminders", "never sent", removedErrand("o")},
	{"agenda", "never told", removedErrand("p")},
	{"plans", "not planned", removedErrand("z")},
	{"life", "another state", changed("tenancies", func(p map[string]any) { p["state"] = "closed" })},
	{"life", "a move that is none", changed("tenancies", func(p map[string]any) { p["history"].([]any)[1].(map[string]any)["move"] = "file" })},
	{"life", "a move of somebody who may not", changed("tenancies", func(p map[string]any) { p["history"].([]any)[1].(map[string]any)["actor"] = "tenant" })},
	{"receipts", "given twice", changed("tenancies", func(p map[string]any) {
		p["receipt"] = tenancy.ReceiptNumber(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), 2)
	})},
	{"receipts", "not one", changed("tenancies", func(p map[string]any) { p["receipt"] = "ZJ-202611-0001-B" })},
	{"receipts", "not counted", func(tx kv.Tx) error { return tx.Put("counters", []byte("receipt-202611\x00"), []byte("3")) }},
	{"references", "a compound that is not", changed("tenancies", func(p map[string]any) { p["compound"] = "c2" })},
	{"references", "a tenancy that is not", changed("tenancies", func(p map[string]any) { p["replaces"] = "t0" })},
	{"references", "another id", func(tx kv.Tx) error {
		_, raw := firstOf(tx, "tenancies")
		return tx.Put("tenancies", []byte("x\x00"), raw)
	}},
	{"homes", "the key of another", changed("homes", func(h map[string]any) { h["unit"].(map[string]any)["room"] = "9999" })},
	{"homes", "a compound that is not", changed("homes", func(h map[string]any) { h["compound"] = "c2" })},
	{"duty_counts", "a copy removed", removed("duty_copies")},
	{"duty_counts", "a notice removed", removed("duty_notices")},
	{"ledgers", "a piece removed", func(tx kv.Tx) error {
		for k, raw := range tx.Scan("imports", nil, nil) {
			if bytes.Contains(raw, []byte(`"begun"`)) {
				return tx.Delete("ledgers", append(k, make([]byte, 8)...))
			}
		}
		return errors.New("no import runs")
	}},
	{"outbox", "no state", changed("outbox", func(r map[string]any) { r["state"] = "lost" })},
	{"outbox", "not queued", removed("outbox_queue")},
	{"outbox", "never due", removed("outbox_due")},
	{"outbox", "an entry without its row", added("outbox_busy", "x")},
}

// Each invariant is broken behind Zuji's back and found under its name; what is an
// index is mended, and then the register is whole again.
func TestVerify_FindsWhateverIsBroken(t *testing.T) {
	s := busy(t)
	if wrong, err := s.Verify(t.Context()); err != nil || len(wrong) > 0 {
		t.Fatalf("before anything was broken: %v %v", wrong, err)
	}
	if err := s.Store.Close(); err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, b := range broken {
		tested[b.invariant] = true
		t.Run(b.invariant+"/"+b.name, func(t *testing.T) {
			r, end := reopened(t, copied(t, filepath.Dir(s.path)), s.now)
			defer end()
			if err := r.Store.Update(t.Context(), b.do); err != nil {
				t.Fatal(err)
			}
			wrong, err := r.Verify(t.Context())
			if err != nil || !slices.ContainsFunc(wrong, func(f registry.Fault) bool { return f.Invariant == b.invariant }) {
				t.Fatalf("found are %v, %v", wrong, err)
			}
			for _, f := range wrong {
				if text := f.String(); strings.Contains(text, "1001") || strings.Contains(text, "13800138000") || strings.Contains(text, "119999") {
					t.Errorf("the line names a person: %s", text)
				}
			}
			mended(t, r, b.invariant, wrong)
		})
	}
	for _, name := range registry.Invariants() {
		if !tested[name] {
			t.Errorf("nothing breaks %q", name)
		}
	}
}

// mended repairs and looks again.
func mended(t *testing.T, r *registry.Registry, invariant string, wrong []registry.Fault) {
	t.Helper()
	logged := func() (n int) {
		p, err := r.AuditPage(t.Context(), audit.Filter{Act: "audit.repair"})
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Entries)
	}
	repaired, err := r.Repair(t.Context())
	if slices.ContainsFunc(wrong, func(f registry.Fault) bool {
		return slices.Contains([]string{"sealed", "records", "audit"}, f.Invariant)
	}) {
		if !errors.Is(err, registry.ErrUnreadable) || len(repaired) > 0 || logged() > 0 {
			t.Errorf("repaired %v, %v", repaired, err)
		}
		return
	}
	if err != nil || logged() != len(repaired) {
		t.Fatalf("repaired %v, %d in the audit log, %v", repaired, logged(), err)
	}
	again, err := r.Verify(t.Context())
	if slices.Contains(registry.Indexes(), invariant) {
		if err != nil || len(again) > 0 || !slices.Contains(repaired, invariant) {
			t.Errorf("repaired %v, still wrong: %v %v", repaired, again, err)
		}
		return
	}
	if err != nil || !slices.ContainsFunc(again, func(f registry.Fault) bool { return f.Invariant == invariant }) {
		t.Errorf("what is no index was mended: %v %v", again, err)
	}
}

// Repair is interrupted at every transaction and goes on.
func TestRepair_InterruptedGoesOn(t *testing.T) {
	s := busy(t)
	if err := errors.Join(s.Store.Update(t.Context(), func(tx kv.Tx) error {
		return errors.Join(removed("units")(tx), removed("links")(tx), removedErrand("o")(tx), removed("duty_order")(tx))
	}), s.Store.Close()); err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n += 3 {
		dir := copied(t, filepath.Dir(s.path))
		r, end := reopened(t, dir, s.now)
		r.Store = &cut{Store: r.Store, left: n}
		_, err := r.Repair(t.Context())
		end()
		if err == nil {
			if n < 10 {
				t.Errorf("only %d transactions", n)
			}
			return
		}
		r, end = reopened(t, dir, s.now)
		_, err = r.Repair(t.Context())
		if wrong, checked := r.Verify(t.Context()); err != nil || checked != nil || len(wrong) > 0 {
			t.Errorf("interrupted at %d: %v %v %v", n, err, wrong, checked)
		}
		end()
	}
}

// Whoever adds a table says here, or in the lists that Verify goes by, what it
// holds.
func TestVerify_KnowsEveryTable(t *testing.T) {
	s := busy(t)
	if err := s.Store.Close(); err != nil {
		t.Fatal(err)
	}
	known := append(registry.Tables(), outbox.Table, "outbox_urgent", "outbox_due", "outbox_queue", "outbox_busy", "outbox_ended", "outbox_held",
		"audit_log", "audit_head", "meta", "counters", "tries", "errands")
	db, err := bolt.Open(s.path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
			if name[0] != 0 && !slices.Contains(known, string(name)) {
				t.Errorf("table %s is in no invariant", name)
			}
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
}
