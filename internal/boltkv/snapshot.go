package boltkv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/failpoint"
)

// Snapshot writes the store as it is at one moment to a new file at path, while
// others read and write. Until it ends no page of that moment is used again, so
// that the file grows by what is written meanwhile. It takes its time, so that
// the writers get the disk between its pieces; it ends with ctx.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	if err := failpoint.At(failpoint.BeforeSnapshot); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	db.readers.RLock()
	defer db.readers.RUnlock()
	err = db.bolt.View(func(tx *bolt.Tx) error {
		_, err := tx.WriteTo(&pace{f: f, wait: func(d time.Duration) error { return wait(ctx, d) }})
		return err
	})
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

const (
	paceBytes = 4 << 20               // synced at once: what writers wait for
	paceTime  = 80 * time.Millisecond // and then left to them: at most 50 MB/s
)

// A pace writes a file piece by piece and waits between them.
type pace struct {
	f interface {
		Write([]byte) (int, error)
		Sync() error
	}
	wait   func(time.Duration) error
	behind int // bytes since the last sync
}

func (p *pace) Write(b []byte) (n int, err error) {
	n, err = p.f.Write(b)
	if p.behind += n; err != nil || p.behind < paceBytes {
		return n, err
	}
	p.behind = 0
	return n, errors.Join(p.f.Sync(), p.wait(paceTime))
}

// wait returns after d, or with the error of a context that has ended.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
