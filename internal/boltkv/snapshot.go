package boltkv

import (
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/failpoint"
)

// Snapshot writes the store as it is at one moment to a new file at path, while
// others read and write. Until it ends no page of that moment is used again, so
// that the file grows by what is written meanwhile.
func (db *DB) Snapshot(path string) error {
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
		_, err := tx.WriteTo(f)
		return err
	})
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}
