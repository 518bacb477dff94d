// Package boltkv keeps a kv.Store in one bbolt file.
//
// One goroutine writes. It takes all transactions that are waiting, runs them
// one after the other, and makes them durable with a single commit, so that
// many callers share the price of a disk sync.
package boltkv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"zuji/internal/failpoint"
	"zuji/internal/kv"
)

const (
	// queueSize bounds the callers that wait for the writer before Update blocks.
	queueSize = 1024

	// defaultMmapSize is address space, not memory. It is large because bbolt
	// stops all readers, and can deadlock with one, when a file outgrows its map.
	defaultMmapSize = 1 << 30
)

// Options of Open. The zero value is good for tests and small installations.
type Options struct {
	// InitialMmapSize is the address space in bytes that is mapped at start; more
	// than the file is to reach before the next one. 0 means four times its size, at
	// least 1 GiB.
	InitialMmapSize int

	// MaxSize is the size in bytes that the file must not outgrow; an Update that
	// would need more returns ErrFull. 0 means no limit.
	MaxSize int

	// AppendTables are the tables whose new keys are always their greatest. Their
	// pages are filled to 90 % instead of 50 %.
	AppendTables []string

	// OnFatal is called once, from its own goroutine's end, when a commit failed in
	// a way that leaves its outcome open. The process has to exit: only opening the
	// file anew tells what is in it. Nil means that nobody is told.
	OnFatal func(error)

	// OnCommit is told by the writer of each commit: how long it took and why it
	// failed, if it did. It must be quick. Nil means that nobody is told.
	OnCommit func(took time.Duration, err error)
}

// A DB is an open file. It implements kv.Store.
type DB struct {
	bolt    *bolt.DB
	path    string
	options Options
	dense   map[string]bool
	commit  func(*bolt.Tx) error // (*bolt.Tx).Commit, except in tests

	queue   chan *op
	chores  chan func()   // for the writer to do between two commits
	closing chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has ended
	close   func() error

	fatal    error // why the writer ended; read it after stopped
	panicked bool  // bbolt still holds its locks; read it after stopped

	commits, updates atomic.Uint64
	refused          atomic.Int64 // Unix time in ns of the last commit refused for want of room, 0 after one that went well
	views            views
	readers          sync.RWMutex // read-held while a snapshot of bbolt's is open
}

var _ kv.Store = (*DB)(nil)

// Open opens the file at path, and creates it and its folder if they are
// missing. It returns an error of one line for the operator when another
// process has the file (ErrLocked), when it is damaged (ErrDamaged) or not
// Zuji's (ErrForeign), when the disk is full (ErrFull), and when the folder or
// the file cannot be written.
func Open(path string, o Options) (*DB, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	if o.InitialMmapSize == 0 {
		o.InitialMmapSize = mapSize(path)
	}
	b, err := openBolt(path, &bolt.Options{
		Timeout:         lockTimeout,
		NoFreelistSync:  true, // with it, commits to a file with many free pages are 10 times slower
		FreelistType:    bolt.FreelistMapType,
		InitialMmapSize: o.InitialMmapSize,
		MaxSize:         o.MaxSize,
		NoStatistics:    true,
	}, outside)
	if err != nil {
		return nil, err
	}
	db := &DB{
		bolt:    b,
		path:    path,
		options: o,
		dense:   map[string]bool{},
		commit:  (*bolt.Tx).Commit,
		queue:   make(chan *op, queueSize),
		chores:  make(chan func()),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
	}
	db.close = sync.OnceValue(db.shut)
	for _, table := range o.AppendTables {
		db.dense[table] = true
	}
	go db.write()
	return db, nil
}

// mapSize is the address space for the file at path, and for what it grows by: while
// a copy is made, a writer that outgrows the map would wait for its end.
func mapSize(path string) int {
	info, err := os.Stat(path)
	if err != nil || strconv.IntSize == 32 { // an error is told by whoever opens it
		return defaultMmapSize
	}
	return int(max(defaultMmapSize, 4*info.Size()))
}

// Close waits for the running transactions and closes the file. Updates that
// still wait for their turn return kv.ErrClosed. It writes the list of free
// pages, which is otherwise rebuilt by reading the whole file at the next start.
func (db *DB) Close() error { return db.close() }

func (db *DB) shut() error {
	close(db.closing)
	<-db.stopped
	if db.panicked {
		return nil // bbolt would wait for its own locks; the process has to exit
	}
	var listErr error
	if db.fatal == nil {
		listErr = db.syncFreelist()
	}
	if err := db.bolt.Close(); err != nil {
		return fmt.Errorf("close %s: %w", filepath.Base(db.bolt.Path()), err)
	}
	return listErr
}

func (db *DB) syncFreelist() error {
	if err := failpoint.At(failpoint.BeforeFreelist); err != nil {
		return err
	}
	db.bolt.NoFreelistSync = false
	tx, err := db.bolt.Begin(true)
	if err != nil {
		return fmt.Errorf("write the list of free pages: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write the list of free pages (nothing is lost, but the next start is slow): %w", err)
	}
	return nil
}

// Stats are figures for monitoring.
type Stats struct {
	Commits    uint64        // disk commits since Open
	Updates    uint64        // transactions in those commits
	OldestView time.Duration // age of the oldest running View, 0 if there is none
	Bytes      int64         // size of the file, 0 if it can't be asked
}

// Stats returns the figures of this moment. An OldestView above some seconds is
// an error in the program: while a View runs, no page it can see is used again.
func (db *DB) Stats() Stats {
	var bytes int64
	if info, err := os.Stat(db.path); err == nil {
		bytes = info.Size()
	}
	return Stats{
		Commits:    db.commits.Load(),
		Updates:    db.updates.Load(),
		OldestView: db.views.oldest(time.Now()),
		Bytes:      bytes,
	}
}

// View implements kv.Store. A context that has ended is noticed only before fn
// starts. A panic in fn goes on in the caller. What is found damaged is ErrDamaged.
func (db *DB) View(ctx context.Context, fn func(kv.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-db.closing:
		return kv.ErrClosed
	default:
	}
	db.readers.RLock()
	defer db.readers.RUnlock()
	b, err := db.bolt.Begin(false)
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return kv.ErrClosed
	}
	if err != nil {
		return fmt.Errorf("begin view: %w", err)
	}
	t := &tx{bolt: b}
	done := db.views.begin(time.Now())
	defer func() {
		t.done = true
		done()
		_ = b.Rollback() // only ErrTxClosed is possible, and fn cannot close it
	}()
	return undamaged(db.path, func() error { return fn(t) })
}
