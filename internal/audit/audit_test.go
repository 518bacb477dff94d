package audit_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"zuji/internal/audit"
	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/vault"
)

// The tables as they stand in the file: somebody who tampers needs no Go names.
const (
	logTable  = "audit_log"
	headTable = "audit_head"
)

var (
	key  = audit.NewKey([]byte("0123456789abcdef0123456789abcdef"))
	noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai
)

// open returns a store on a file of its own.
func open(t testing.TB) *boltkv.DB {
	t.Helper()
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "zuji.db"), boltkv.Options{AppendTables: audit.AppendOnly, InitialMmapSize: 1 << 24})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func update(t testing.TB, s kv.Store, fn func(kv.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// entry is the n-th of a log, a minute after the one before.
func entry(n int) audit.Entry {
	return audit.Entry{
		At: noon.Add(time.Duration(n) * time.Minute), Who: int64(5000000000 + n%3), Role: "manager",
		Act: "audit.tenancy.accept", Subject: fmt.Sprintf("QWERTYUIOP%c%c", 'A'+n/26%26, 'A'+n%26),
	}
}

// begun returns a store with a log of n entries.
func begun(t testing.TB, n int) *boltkv.DB {
	t.Helper()
	db := open(t)
	update(t, db, func(tx kv.Tx) error { return audit.Start(tx, key) })
	grow(t, db, 1, n)
	return db
}

// grow appends the entries from to to, 40 in a transaction.
func grow(t testing.TB, db kv.Store, from, to int) {
	t.Helper()
	for from <= to {
		last := min(from+39, to)
		update(t, db, func(tx kv.Tx) error {
			for n := from; n <= last; n++ {
				if err := audit.Append(tx, key, entry(n)); err != nil {
					return err
				}
			}
			return nil
		})
		from = last + 1
	}
}

func check(t testing.TB, db kv.Store, kept ...audit.Head) (faults []audit.Fault) {
	t.Helper()
	err := db.View(t.Context(), func(tx kv.Tx) error {
		faults = audit.Check(tx, key, kept...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func sound(t testing.TB, db kv.Store, kept ...audit.Head) {
	t.Helper()
	if faults := check(t, db, kept...); len(faults) != 0 {
		t.Errorf("a sound log has faults: %v", faults)
	}
}

func seq(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func TestCheck_ALogThatNobodyTouchedIsSound(t *testing.T) {
	for _, n := range []int{0, 1, 2, 130} {
		sound(t, begun(t, n))
	}
}

func TestStart_LeavesALogAloneAndDoesNotHideThatOneHasGone(t *testing.T) {
	db := begun(t, 3)
	update(t, db, func(tx kv.Tx) error { return audit.Start(tx, key) })
	grow(t, db, 4, 5)
	sound(t, db)

	update(t, db, func(tx kv.Tx) error { return tx.Delete(headTable, []byte("head")) })
	for what, fn := range map[string]func(kv.Tx) error{
		"start":  func(tx kv.Tx) error { return audit.Start(tx, key) },
		"append": func(tx kv.Tx) error { return audit.Append(tx, key, entry(6)) },
	} {
		if err := db.Update(t.Context(), fn); !errors.Is(err, audit.ErrTampered) {
			t.Errorf("%s without a head: %v", what, err)
		}
	}
	if err := open(t).Update(t.Context(), func(tx kv.Tx) error { return audit.Append(tx, key, entry(1)) }); !errors.Is(err, audit.ErrTampered) {
		t.Errorf("append to a log that was never started, or wiped out: %v", err)
	}
}

// An entry is as durable as the act: both are there, or neither.
func TestAppend_BelongsToTheCallersTransaction(t *testing.T) {
	db, failed := begun(t, 2), errors.New("the act failed")
	err := db.Update(t.Context(), func(tx kv.Tx) error {
		if err := audit.Append(tx, key, entry(3)); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if got := list(t, db, audit.Filter{}); len(got.Entries) != 2 {
		t.Errorf("%d entries after a failed act, want 2", len(got.Entries))
	}
	sound(t, db)
}

// Appending must not write over what somebody put, or left, in the next place.
func TestAppend_RefusesWhereSomethingStands(t *testing.T) {
	db := begun(t, 3)
	var old []byte
	update(t, db, func(tx kv.Tx) error { old = tx.Get(headTable, []byte("head")); return nil })
	grow(t, db, 4, 5)
	update(t, db, func(tx kv.Tx) error { return tx.Put(headTable, []byte("head"), old) })
	if err := db.Update(t.Context(), func(tx kv.Tx) error { return audit.Append(tx, key, entry(4)) }); !errors.Is(err, audit.ErrTampered) {
		t.Errorf("append after the head was put back: %v", err)
	}
}

func TestKey_StaysWhenTheVaultIsRotatedAndIsItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.json")
	v := openVault(t, path)
	before := audit.KeyOf(v)
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	if !audit.KeyOf(v).Public().Equal(before.Public()) || !audit.KeyOf(openVault(t, path)).Public().Equal(before.Public()) {
		t.Error("the key is another after a rotation")
	}
	if before.Public().Equal(audit.NewKey(v.Index("key", "")).Public()) {
		t.Error("the key is one that the vault also gives to what it indexes")
	}
	db := open(t)
	update(t, db, func(tx kv.Tx) error { return audit.Start(tx, before) })
	update(t, db, func(tx kv.Tx) error { return audit.Append(tx, audit.KeyOf(v), entry(1)) })

	other := audit.KeyOf(openVault(t, filepath.Join(t.TempDir(), "key.json")))
	err := db.View(t.Context(), func(tx kv.Tx) error {
		if faults := audit.Check(tx, audit.KeyOf(v)); len(faults) != 0 {
			t.Errorf("checked with the key after rotation: %v", faults)
		}
		if faults := audit.Check(tx, other); len(faults) != 2 {
			t.Errorf("checked with another vault's key: %v", faults)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openVault(t *testing.T, path string) *vault.Vault {
	t.Helper()
	v, err := vault.OpenOrCreate(path, true)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestKey_IsNotShown(t *testing.T) {
	type open struct{ Key audit.Key }
	type closed struct{ key audit.Key }
	secret := audit.NewKey([]byte("another secret of thirty-two by!"))
	shown := map[string]bool{}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		shown[fmt.Sprintf(format, secret)] = true
		shown[fmt.Sprintf(format, &secret)] = true
		if got := fmt.Sprintf(format, open{secret}) + fmt.Sprintf(format, closed{secret}); len(got) > 150 {
			t.Errorf("%s shows %s", format, got)
		}
	}
	if len(shown) != 1 || !shown["[audit key]"] || secret.LogValue().String() != "[audit key]" {
		t.Errorf("the key is shown as %v", shown)
	}
}
