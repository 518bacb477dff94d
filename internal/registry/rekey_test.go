package registry_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/address"
	"zuji/internal/boltkv"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/kv"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/internal/vault"
	"zuji/internal/when"
)

// row is a compound with five homes, of which one waits for review.
func row(t *testing.T) *shelf {
	t.Helper()
	s := open(t)
	for i, owner := range []int64{2000, 2000, 2002, 0} {
		s.lets(t, fmt.Sprintf("h%02d", i), owner, address.Unit{Building: "1", Entrance: "1", Room: fmt.Sprint(101 + i)})
	}
	waits := letting("waits", "901")
	waits.Owner = 3000
	if _, err := s.Submit(t.Context(), waits); err != nil {
		t.Fatal(err)
	}
	return s
}

// stuffed puts something sealed into every table that can hold it.
func stuffed(t *testing.T, s *shelf) *shelf {
	t.Helper()
	ctx := t.Context()
	day := tenancy.Today(s.now)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Reveal(ctx, "h02", manager, "电话核对")
	must(err)
	must(s.SaveDraft(ctx, landlord, form.Session{ID: "s1", Flow: "registration", Draft: []byte(`{"x":"219999198802290025"}`)}))
	must(s.SetAside(ctx, 7, []byte("21999919900101018X"), "E-1", "panic"))
	must(s.SetOwn(ctx, tenancy.OwnReminder{ID: "own1", By: landlord, Whom: tenancy.Myself, What: "收房租", Series: when.Repeat{Unit: when.Month, Every: 1, Day: 5, From: day}}))
	_, err = s.Fulfil(ctx, tenancy.YearOf("c1", day.Year)[0].ID(), manager, "已签", "")
	must(err)
	must(s.NoteExtract(ctx, registry.ExtractNote{Compound: "c1", By: manager, For: "police", Purpose: "上门核对", Rows: 3}))
	_, err = s.KeepLedger(ctx, registry.Import{Compound: "c1", By: manager, Today: day}, bytes.Repeat([]byte("李雷 13900139000 "), 60_000))
	must(err)
	return s
}

// reopened opens the records of a folder as a new process would.
func reopened(t *testing.T, dir string, now time.Time) (*registry.Registry, func()) {
	t.Helper()
	keys, err := vault.Open(filepath.Join(dir, "key.json"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := boltkv.Open(filepath.Join(dir, "records.db"), boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &registry.Registry{Store: db, Vault: keys, Holidays: calendar.NewHolidays(), Now: func() time.Time { return now }, Admins: []int64{admin}}
	if err := r.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r, func() {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// named counts the values in a raw file that a key has sealed, by its id.
func named(t *testing.T, path, id string) (n int) {
	t.Helper()
	raw, err := hex.DecodeString(id)
	if err != nil {
		t.Fatal(err)
	}
	head := append([]byte{1}, raw...)
	text := []byte(base64.StdEncoding.EncodeToString(head)[:6])
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bolt.Bucket) error {
			return b.ForEach(func(_, v []byte) error {
				if bytes.HasPrefix(v, head) {
					n++
				}
				n += bytes.Count(v, append([]byte{'"'}, text...))
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// copied copies the records and the key of a folder into a new one.
func copied(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"records.db", "key.json"} {
		raw, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// A cut is a store whose process ends at its n-th Update: before it is stored, or
// right after.
type cut struct {
	kv.Store
	left  int
	after bool
}

var errCut = errors.New("killed")

func (c *cut) Update(ctx context.Context, fn func(kv.Tx) error) error {
	c.left--
	if c.left < 0 || c.left == 0 && !c.after {
		return errCut
	}
	err := c.Store.Update(ctx, fn)
	if c.left == 0 {
		return errors.Join(err, errCut)
	}
	return err
}

// Sealing again is interrupted at every transaction, before and after it was
// stored, and goes on: in the end everything opens, nothing names the old key, and
// the key file has forgotten it.
func TestRekey_InterruptedAtEveryTransaction(t *testing.T) {
	s := stuffed(t, street(t))
	want, err := s.Opened(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.SealedBy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old := s.Vault.Current()
	if err := errors.Join(s.Store.Close(), s.Vault.Rotate()); err != nil {
		t.Fatal(err)
	}
	if n := named(t, s.path, old); n != before[old] || n != len(want) {
		t.Fatalf("%d values in the file are sealed with the key, %d were counted, %d are known", n, before[old], len(want))
	}
	whole := &cut{left: 1 << 20}
	total := 1
	for n := 1; n <= total; n++ {
		for _, after := range []bool{false, true} {
			dir := copied(t, filepath.Dir(s.path))
			r, end := reopened(t, dir, s.now)
			if n == 1 && !after { // how many there are
				counted := copied(t, filepath.Dir(s.path))
				r, end := reopened(t, counted, s.now)
				whole.Store, r.Store = r.Store, whole
				if _, err := r.Rekey(t.Context(), registry.Rekeying{}); err != nil {
					t.Fatal(err)
				}
				total = 1<<20 - whole.left
				end()
			}
			r.Store = &cut{Store: r.Store, left: n, after: after}
			if _, err := r.Rekey(t.Context(), registry.Rekeying{}); !errors.Is(err, errCut) {
				t.Fatalf("transaction %d: %v", n, err)
			}
			end()
			r, end = reopened(t, dir, s.now)
			if _, err := r.Rekey(t.Context(), registry.Rekeying{}); err != nil {
				t.Fatalf("after transaction %d: %v", n, err)
			}
			rekeyed(t, fmt.Sprintf("cut at transaction %d, after its commit: %v", n, after), r, want, old)
			end()
			if left := named(t, filepath.Join(dir, "records.db"), old); left > 0 {
				t.Errorf("cut at %d: %d values in the file name the old key", n, left)
			}
		}
	}
	if total < len("12345678")+2 {
		t.Errorf("only %d transactions", total)
	}
	t.Logf("%d transactions, each interrupted before and after its commit; %d values", total, len(want))
}

func rekeyed(t *testing.T, when string, r *registry.Registry, want map[string]string, old string) {
	t.Helper()
	got, err := r.Opened(t.Context())
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%s: %d values, want %d: %v", when, len(got), len(want), err)
	}
	by, err := r.SealedBy(t.Context())
	if err != nil || by[r.Vault.Current()] != len(want) || len(by) != 1 {
		t.Errorf("%s: sealed by %v, %v", when, by, err)
	}
	if r.Vault.Has(old) || len(r.Vault.Retired()) > 0 {
		t.Errorf("%s: the old key is still there", when)
	}
	if going, err := r.Rekeying(t.Context()); going || err != nil {
		t.Errorf("%s: it is not over: %v", when, err)
	}
	if faults, err := r.AuditFaults(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("%s: audit log %v %v", when, faults, err)
	}
}

// While Zuji serves, old keys wait, and what people do meanwhile is not undone.
func TestRekey_WaitsAndLeavesNewWritesAlone(t *testing.T) {
	s := stuffed(t, row(t))
	old := s.Vault.Current()
	if err := s.Vault.Rotate(); err != nil {
		t.Fatal(err)
	}
	sessions := 2
	o := registry.Rekeying{Wait: time.Hour, Sessions: func(context.Context) (int, error) { return sessions, nil }}
	done, err := s.Rekey(t.Context(), o)
	if err != nil || !done.Until.Equal(s.now.Add(time.Hour)) || !s.Vault.Has(old) {
		t.Fatalf("%+v, %v", done, err)
	}
	if _, err := s.Withdraw(t.Context(), "waits", 3000); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(time.Hour)
	if done, err = s.Rekey(t.Context(), o); !errors.Is(err, registry.ErrStillSealed) || !s.Vault.Has(old) {
		t.Fatalf("with conversations left: %+v, %v", done, err)
	}
	if done, err = s.Rekey(t.Context(), o); err != nil || done.Until.IsZero() {
		t.Fatalf("it did not begin to wait anew: %+v, %v", done, err)
	}
	s.now, sessions = s.now.Add(time.Hour), 0
	if done, err = s.Rekey(t.Context(), o); err != nil || len(done.Dropped) != 1 || s.Vault.Has(old) {
		t.Fatalf("%+v, %v", done, err)
	}
	if one, err := s.Tenancy(t.Context(), "waits"); err != nil || one.State != tenancy.Withdrawn {
		t.Errorf("%s, %v", one.State, err)
	}
	if again, err := s.Rekey(t.Context(), o); err != nil || len(again.Dropped) > 0 || again.Records > 0 {
		t.Errorf("with nothing to do: %+v, %v", again, err)
	}
}

// A value that can't be opened keeps its key, whoever may still mend it.
func TestRekey_KeepsTheKeyOfWhatCannotBeOpened(t *testing.T) {
	s := stuffed(t, row(t))
	old := s.Vault.Current()
	err := s.Store.Update(t.Context(), func(tx kv.Tx) error {
		for k, raw := range tx.Scan("obligations", nil, nil) {
			raw[len(raw)-1] ^= 1
			return tx.Put("obligations", k, raw)
		}
		return errors.New("there is none")
	})
	if err := errors.Join(err, s.Vault.Rotate()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rekey(t.Context(), registry.Rekeying{}); !errors.Is(err, registry.ErrStillSealed) || !strings.HasPrefix(err.Error(), "1 ") || !s.Vault.Has(old) {
		t.Errorf("%v, old key there: %v", err, s.Vault.Has(old))
	}
}
