package boltkv

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
	"zuji/internal/kvtest"
)

// open returns an empty store, which is closed and checked at the end.
func open(t testing.TB, o Options) *DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zuji.db")
	db, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if db.panicked {
			return
		}
		if err := CheckFile(path); err != nil {
			t.Errorf("after the test: %v", err)
		}
	})
	return db
}

func put(table, key string) func(kv.Tx) error {
	return func(tx kv.Tx) error { return tx.Put(table, []byte(key), []byte("v")) }
}

func has(t *testing.T, db *DB, table, key string) (found bool) {
	t.Helper()
	if err := db.View(t.Context(), func(tx kv.Tx) error {
		found = tx.Get(table, []byte(key)) != nil
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestConformance(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.Store { return open(t, Options{}) })
}

func TestProperty(t *testing.T) {
	kvtest.Property(t, func(dir string) (kv.Store, error) {
		return Open(filepath.Join(dir, "zuji.db"), Options{InitialMmapSize: 1 << 20})
	})
}

func TestOpen_MakesAPrivateFileAndFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "data", "zuji.db")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
	if left, _ := filepath.Glob(path + ".new-*"); len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

func TestOpen_KeepsWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zuji.db")
	for i := range 3 {
		db, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for j := range i {
			if !has(t, db, "a", fmt.Sprint(j)) {
				t.Errorf("open %d: key %d is lost", i, j)
			}
		}
		if err := db.Update(t.Context(), put("a", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClose_WritesTheListOfFreePagesThatCommitsLeaveOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zuji.db")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), put("a", "k")); err != nil {
		t.Fatal(err)
	}
	if listed(t, path) {
		t.Error("a commit wrote the list")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if !listed(t, path) {
		t.Error("Close did not write the list")
	}
}

func listed(t *testing.T, path string) bool {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readMeta(bytes.NewReader(data), int64(len(data)), path)
	if err != nil {
		t.Fatal(err)
	}
	return m.Freelist != noFreelist
}

func TestAppendTables_AreFilledDenser(t *testing.T) {
	db := open(t, Options{AppendTables: []string{"dense"}})
	for from := 0; from < 5000; from += 50 {
		if err := db.Update(t.Context(), func(tx kv.Tx) error {
			for i := from; i < from+50; i++ {
				for _, table := range []string{"dense", "normal"} {
					if err := tx.Put(table, fmt.Appendf(nil, "%06d", i), make([]byte, 100)); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if dense, normal := leafPages(t, db, "dense"), leafPages(t, db, "normal"); dense*3 > normal*2 {
		t.Errorf("append table takes %d pages, another %d", dense, normal)
	}
}

func leafPages(t *testing.T, db *DB, table string) (n int) {
	t.Helper()
	if err := db.bolt.View(func(tx *bolt.Tx) error {
		n = tx.Bucket([]byte(table)).Stats().LeafPageN
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStats_OldestViewIsTheLongestRunning(t *testing.T) {
	var v views
	start := time.Now()
	if got := v.oldest(start); got != 0 {
		t.Errorf("without a view: %v", got)
	}
	first := v.begin(start)
	second := v.begin(start.Add(time.Second))
	if got := v.oldest(start.Add(3 * time.Second)); got != 3*time.Second {
		t.Errorf("two views: %v, want 3s", got)
	}
	first()
	if got := v.oldest(start.Add(3 * time.Second)); got != 2*time.Second {
		t.Errorf("after the first ended: %v, want 2s", got)
	}
	second()
	if got := v.oldest(start.Add(3 * time.Second)); got != 0 {
		t.Errorf("after both ended: %v", got)
	}
}

func TestStats_ViewsAreCountedWhileTheyRun(t *testing.T) {
	db := open(t, Options{})
	for name, end := range map[string]func(){"return": func() {}, "panic": func() { panic("x") }} {
		func() {
			defer func() { _ = recover() }()
			_ = db.View(t.Context(), func(kv.Tx) error {
				if db.Stats().OldestView <= 0 {
					t.Error("a running view has no age")
				}
				end()
				return nil
			})
		}()
		if got := db.Stats().OldestView; got != 0 {
			t.Errorf("after a view ended by %s: %v", name, got)
		}
	}
}

func TestTx_CannotBeUsedAfterItsFunction(t *testing.T) {
	db := open(t, Options{})
	for name, run := range map[string]func(func(kv.Tx) error) error{
		"View":   func(fn func(kv.Tx) error) error { return db.View(t.Context(), fn) },
		"Update": func(fn func(kv.Tx) error) error { return db.Update(t.Context(), fn) },
	} {
		var kept kv.Tx
		if err := run(func(tx kv.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		for use, call := range map[string]func(){
			"Get":    func() { kept.Get("a", []byte("k")) },
			"Put":    func() { _ = kept.Put("a", []byte("k"), []byte("v")) },
			"Delete": func() { _ = kept.Delete("a", []byte("k")) },
			"Scan": func() {
				for range kept.Scan("a", nil, nil) {
					break
				}
			},
			"ScanBack": func() {
				for range kept.ScanBack("a", nil, nil) {
					break
				}
			},
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s after %s did not panic", use, name)
					}
				}()
				call()
			}()
		}
	}
}
