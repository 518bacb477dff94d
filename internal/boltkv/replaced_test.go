package boltkv

import (
	"os"
	"path/filepath"
	"testing"
)

// Who waits for the lock of a file that is being compacted gets the new file, not
// the old one that has no name any more.
func TestCompact_WhoWaitedGetsTheNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	tries := 0
	f, err := openPrepared(path, true, outside, func() (*os.File, error) {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if tries++; tries == 1 {
			if _, _, err := Compact(path); err != nil {
				t.Fatal(err)
			}
		}
		return f, err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, _ := f.Stat()
	want, _ := os.Stat(path)
	if !os.SameFile(got, want) || tries != 2 {
		t.Errorf("after %d tries a file is open that has lost its name", tries)
	}
}
