package boltkv

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A large file is mapped with room to grow.
func TestOpen_MapsRoomToGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ file, room int64 }{{0, 1 << 30}, {600 << 20, 2400 << 20}} {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if want.file > 0 {
			if err := os.Truncate(path, want.file); err != nil { // pages that take no room on the disk
				t.Fatal(err)
			}
		}
		if db, err = Open(path, Options{}); err != nil {
			t.Fatal(err)
		}
		if got := mapped(t, path); got < want.room {
			t.Errorf("%d bytes are mapped for a file of %d", got, want.file)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// mapped returns how much address space of this process is the file's.
func mapped(t *testing.T, path string) (sum int64) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		if n, _ := fmt.Sscanf(line, "%x-%x", &from, &to); n == 2 && strings.HasSuffix(strings.TrimSpace(line), path) {
			sum += to - from
		}
	}
	return sum
}
