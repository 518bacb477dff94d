package boltkv

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"zuji/internal/kv"
)

// slow counts what waits for a sync.
type slow struct {
	all, unsynced, most int
}

func (s *slow) Write(b []byte) (int, error) {
	s.all, s.unsynced = s.all+len(b), s.unsynced+len(b)
	s.most = max(s.most, s.unsynced)
	return len(b), nil
}

func (s *slow) Sync() error { s.unsynced = 0; return nil }

// Writers wait for a piece of a copy at most, and have the disk after each.
func TestSnapshot_LeavesTheDiskToWriters(t *testing.T) {
	f, waited := &slow{}, time.Duration(0)
	p := &pace{f: f, wait: func(d time.Duration) error { waited += d; return nil }}
	const piece, pieces = 32 << 10, 1024
	for range pieces {
		if n, err := p.Write(make([]byte, piece)); n != piece || err != nil {
			t.Fatal(n, err)
		}
	}
	if f.most > paceBytes || f.all != piece*pieces {
		t.Errorf("%d bytes of %d wait for one sync", f.most, f.all)
	}
	if rate := float64(f.all) / waited.Seconds(); rate > 55e6 {
		t.Errorf("%.0f bytes a second", rate)
	}
}

func TestSnapshot_EndsWithItsContext(t *testing.T) {
	db := open(t, Options{})
	for i := range 5 {
		if err := db.Update(t.Context(), func(tx kv.Tx) error { return tx.Put("a", []byte{byte(i)}, make([]byte, kv.MaxBytes-16)) }); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Snapshot(ctx, filepath.Join(t.TempDir(), "copy")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := db.Snapshot(t.Context(), filepath.Join(t.TempDir(), "copy")); err != nil {
		t.Error(err)
	}
}
