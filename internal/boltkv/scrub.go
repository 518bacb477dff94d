package boltkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// ErrBusy is returned by Scrub while a transaction that reads would not end.
var ErrBusy = errors.New("free pages are still being read")

// Bounds of what Scrub does while others wait to write.
const (
	scrubLooks  = 1 << 16 // pages looked at
	scrubWrites = 256     // and overwritten
)

// scrubTries is how often, a millisecond apart, Scrub waits for a moment without
// readers.
const scrubTries = 20

// Scrub overwrites with zeros the pages of the file that are free, so that what
// was deleted or replaced before the call is no longer in it: bbolt itself leaves
// old pages as they are until it needs them. It returns how many it overwrote.
// What others wrote before them, on the disk below or in copies, it can't reach.
func (db *DB) Scrub(ctx context.Context) (pages int, err error) {
	f, err := os.OpenFile(db.path, os.O_RDWR, 0)
	if err != nil {
		return 0, fmt.Errorf("scrub: %w", err)
	}
	defer f.Close()
	for next := 0; next >= 0 && err == nil; {
		done := make(chan struct{})
		chore := func() {
			defer close(done)
			var n int
			n, next, err = db.scrub(ctx, f, next)
			pages += n
		}
		select {
		case db.chores <- chore:
			<-done
		case <-ctx.Done():
			return pages, ctx.Err()
		case <-db.stopped:
			return pages, db.stopError()
		}
	}
	if err != nil {
		return pages, fmt.Errorf("scrub: %w", err)
	}
	return pages, nil
}

// scrub looks at some pages from one on and returns where to go on, -1 behind the
// last.
func (db *DB) scrub(ctx context.Context, f *os.File, from int) (n, next int, err error) {
	// With nobody reading, bbolt gives up all pages that only old snapshots need.
	// Whoever begins to read after that sees none of the free ones.
	for try := 0; !db.readers.TryLock(); try++ {
		if try == scrubTries || ctx.Err() != nil {
			return 0, from, errors.Join(ErrBusy, ctx.Err())
		}
		time.Sleep(time.Millisecond)
	}
	tx, err := db.bolt.Begin(true)
	db.readers.Unlock()
	if err != nil {
		return 0, from, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	size := int64(db.bolt.Info().PageSize)
	page, zeros := make([]byte, size), make([]byte, size)
	for next = from; next < from+scrubLooks && n < scrubWrites; next++ {
		info, err := tx.Page(next)
		if err != nil {
			return n, next, err
		}
		if info == nil {
			next = -1
			break
		}
		if info.Type != "free" {
			continue
		}
		if _, err := f.ReadAt(page, int64(next)*size); err != nil {
			return n, next, err
		}
		if bytes.Equal(page, zeros) {
			continue
		}
		if _, err := f.WriteAt(zeros, int64(next)*size); err != nil {
			return n, next, err
		}
		n++
	}
	if n > 0 {
		err = f.Sync()
	}
	return n, next, err
}
