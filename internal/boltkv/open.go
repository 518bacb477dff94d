package boltkv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// How much of a file is looked at before bbolt maps it.
const (
	outside = iota // and every page after a crash, when bbolt visits them all
	everyPage
)

// openBolt opens an existing file. The file is locked and looked at before
// bbolt maps it, since reading a map of a truncated file ends the process.
func openBolt(path string, o *bolt.Options, look int) (b *bolt.DB, err error) {
	var f *os.File
	o.OpenFile = func(path string, flag int, mode os.FileMode) (_ *os.File, err error) {
		f, err = openPrepared(path, !o.ReadOnly, look, func() (*os.File, error) { return os.OpenFile(path, flag&^os.O_CREATE, mode) })
		return f, err
	}
	if rebuilds(path) {
		o.MmapFlags = populate
	}
	// bbolt panics on some pages it cannot read, or reads outside its map.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			f.Close()
			b, err = nil, fmt.Errorf("%s is %w (%v)", path, ErrDamaged, p)
		}
	}()
	b, err = bolt.Open(path, 0o600, o)
	if errors.Is(err, bolterrors.ErrTimeout) { // a system where lock does nothing
		return nil, lockedError(path, nil)
	}
	if err != nil {
		return nil, err
	}
	b.MmapFlags = 0 // the next map is made while people wait
	if err := checkMark(b, path); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// errReplaced says that another file took the name of an open one: Compact did that
// while its lock was waited for.
var errReplaced = errors.New("file was replaced")

// openPrepared opens a file and prepares it, anew if it was replaced meanwhile: what
// is written to a file without a name is lost.
func openPrepared(path string, exclusive bool, look int, open func() (*os.File, error)) (*os.File, error) {
	for {
		f, err := open()
		if err != nil {
			return nil, openError(path, err)
		}
		if err = prepare(f, exclusive, look); err == nil {
			return f, nil
		}
		f.Close()
		if !errors.Is(err, errReplaced) {
			return nil, err
		}
	}
}

// prepare locks f, checks its outer structure, and reads it into memory and checks
// every page if bbolt is going to read them all.
func prepare(f *os.File, exclusive bool, look int) error {
	if err := lock(f, exclusive); err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.Name(), err)
	}
	if named, err := os.Stat(f.Name()); err != nil || !os.SameFile(info, named) {
		return errReplaced // or removed: then it does not open
	}
	m, err := readMeta(f, info.Size(), f.Name())
	if err != nil {
		return err
	}
	if m.Freelist != noFreelist && look == outside {
		return checkList(reads(f), m, f.Name())
	}
	// After a crash bbolt rebuilds the list of free pages by visiting all pages in
	// key order: 41 s for a cold file of 2 GB, 6 s if it was read in file order first.
	src, done, err := whole(f, int64(m.High)*int64(m.PageSize))
	if err != nil {
		return err
	}
	defer done()
	return checkPages(src, m, f.Name())
}

// rebuilds reports whether bbolt is going to rebuild the list of free pages of a
// file.
func rebuilds(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false
	}
	m, found := bestMeta(f, info.Size())
	return found == intact && m.Freelist == noFreelist
}

func checkMark(b *bolt.DB, path string) error {
	return b.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket([]byte(markTable))
		if bucket == nil {
			return fmt.Errorf("%s is %w, though a bbolt file", path, ErrForeign)
		}
		if mark := bucket.Get([]byte(markKey)); !bytes.Equal(mark, []byte(markValue)) {
			return fmt.Errorf("%s has file format %q, this Zuji knows %q: run the newer Zuji", path, mark, markValue)
		}
		return nil
	})
}
