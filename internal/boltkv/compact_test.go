package boltkv_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"zuji/internal/boltkv"
	"zuji/internal/failpoint"
	"zuji/internal/kv"
)

// grown is a file of which nine records in ten were deleted, with what is left.
func grown(t *testing.T) (path string, left map[string]string) {
	t.Helper()
	path, left = filepath.Join(t.TempDir(), "records.db"), map[string]string{}
	db, err := boltkv.Open(path, boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for part := range 20 {
		err = errors.Join(err, db.Update(t.Context(), func(tx kv.Tx) error {
			for i := range 50 {
				k := fmt.Sprintf("%d/%d", part, i)
				left[k] = k + string(bytes.Repeat([]byte{'x'}, 4000))
				if err := tx.Put("t", []byte(k), []byte(left[k])); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	for part := range 20 {
		err = errors.Join(err, db.Update(t.Context(), func(tx kv.Tx) error {
			for i := range 45 {
				k := fmt.Sprintf("%d/%d", part, i)
				delete(left, k)
				if err := tx.Delete("t", []byte(k)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path, left
}

func holds(t *testing.T, path string, want map[string]string) {
	t.Helper()
	if err := boltkv.CheckFile(path); err != nil {
		t.Error(err)
	}
	db, err := boltkv.Open(path, boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	n := 0
	err = db.View(t.Context(), func(tx kv.Tx) error {
		for k, v := range tx.Scan("t", nil, nil) {
			if n++; want[string(k)] != string(v) {
				t.Errorf("record %s is another", k)
			}
		}
		return nil
	})
	if err != nil || n != len(want) {
		t.Errorf("%d records, want %d, %v", n, len(want), err)
	}
}

func TestCompact_KeepsTheRecordsAndGivesRoomBack(t *testing.T) {
	path, left := grown(t)
	before, after, err := boltkv.Compact(path)
	if err != nil || after*4 > before {
		t.Errorf("from %d to %d bytes, %v", before, after, err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != after || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	holds(t, path, left)
}

// What goes wrong before the new file has its name leaves the old one; a file in
// use is refused.
func TestCompact_AllOrNothing(t *testing.T) {
	path, left := grown(t)
	fault := errors.New("fault")
	failpoint.Arm(func(p failpoint.Place) error {
		if p == failpoint.BeforeName {
			return fault
		}
		return nil
	})
	_, _, err := boltkv.Compact(path)
	failpoint.Arm(func(failpoint.Place) error { return nil })
	if !errors.Is(err, fault) {
		t.Errorf("%v, want the fault", err)
	}
	if files, _ := filepath.Glob(path + "*"); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
	holds(t, path, left)
	db, err := boltkv.Open(path, boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, _, err := boltkv.Compact(path); err == nil {
		t.Error("a file in use is compacted")
	}
}
