package boltkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/failpoint"
)

// The mark that says that a file is Zuji's. No kv table begins with NUL.
const (
	markTable = "\x00zuji"
	markKey   = "format"
	markValue = "1"
)

// create makes an empty database at path unless there is a file. It is complete
// before it gets its name: a power cut during bbolt's own first writes can leave
// a file that does not open (etcd #16596). Of two processes one makes the file,
// and both go on with it.
func create(path string) error {
	_, err := os.Stat(path)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return openError(path, err)
	}
	return makeFile(path)
}

// makeFile makes an empty database and names it path unless that name is taken.
func makeFile(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return openError(path, err)
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return openError(path, err)
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return openError(path, err)
	}
	if err := initialise(f.Name()); err != nil {
		return openError(path, err)
	}
	if err := failpoint.At(failpoint.BeforeName); err != nil {
		return openError(path, err)
	}
	// Link, unlike rename, does not replace a file that another process made meanwhile.
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return openError(path, err)
	}
	if err := failpoint.At(failpoint.AfterName); err != nil {
		return openError(path, err)
	}
	return syncDir(dir)
}

// initialise writes an empty database into the empty file at path, and syncs it.
func initialise(path string) error {
	b, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockTimeout})
	if err != nil {
		return err
	}
	err = b.Update(func(tx *bolt.Tx) error {
		bucket, err := tx.CreateBucket([]byte(markTable))
		if err != nil {
			return err
		}
		return bucket.Put([]byte(markKey), []byte(markValue))
	})
	return errors.Join(err, b.Sync(), b.Close())
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return openError(dir, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder %s: %w", dir, err)
	}
	return nil
}
