package kvtest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// RawWrites returns how often a second 4 KiB of a file in the folder for temporary
// files can be overwritten and synced: the rate of the disk that durable updates
// are measured by.
func RawWrites(t testing.TB) float64 {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	write := func() {
		if _, err := f.WriteAt(page, 0); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			t.Fatal(err)
		}
	}
	write()
	n, start := 0, time.Now()
	for ; time.Since(start) < time.Second; n++ {
		write()
	}
	return float64(n) / time.Since(start).Seconds()
}
