package boltkv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/failpoint"
)

// compactAtOnce is how many bytes one transaction of Compact copies.
const compactAtOnce = 8 << 20

// Compact writes the file at path anew without the room that deleted records have
// left, and returns its size in bytes before and after. Nobody may have it open.
// The new file takes the old one's name when it is whole, so that an end at any
// moment leaves one of the two.
func Compact(path string) (before, after int64, err error) {
	old, err := openBolt(path, &bolt.Options{Timeout: lockTimeout}, everyPage)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if before, err = size(path); err != nil {
		return 0, 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return 0, 0, fmt.Errorf("compact: %w", err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(f.Close(), copyTo(f.Name(), old), failpoint.At(failpoint.BeforeName)); err != nil {
		return 0, 0, fmt.Errorf("compact: %w", err)
	}
	if after, err = size(f.Name()); err != nil {
		return 0, 0, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return 0, 0, fmt.Errorf("compact: %w", err)
	}
	return before, after, syncDir(filepath.Dir(path))
}

// copyTo copies all tables into a new file, and syncs it.
func copyTo(path string, old *bolt.DB) error {
	fresh, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockTimeout, NoSync: true})
	if err != nil {
		return err
	}
	return errors.Join(bolt.Compact(fresh, old, compactAtOnce), fresh.Sync(), fresh.Close())
}

func size(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("compact: %w", err)
	}
	return info.Size(), nil
}
