package service_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

const (
	sector   = 512 // what a disk writes whole
	pageSize = 4096
)

// A disk is what a disk holds: the files, and what was written to them and not
// synced, which a power cut may leave out, or tear between sectors.
type disk struct {
	files map[string]*diskFile
	acks  []ack
	lying bool // syncs do nothing
}

type diskFile struct {
	size    int64
	pages   map[int64][]byte // by number; absent is zero
	pending []event
	covered int // of pending: by the sync that runs
}

// readDisk is a disk that holds a folder's files.
func readDisk(folder string, names ...string) (*disk, error) {
	d := &disk{files: map[string]*diskFile{}}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		f := &diskFile{pages: map[int64][]byte{}}
		f.write(0, data)
		d.files[name] = f
	}
	return d, nil
}

func (f *diskFile) write(at int64, data []byte) {
	f.size = max(f.size, at+int64(len(data)))
	for len(data) > 0 {
		within := at % pageSize
		n := min(pageSize-within, int64(len(data)))
		fresh := make([]byte, pageSize) // pages are shared with clones
		copy(fresh, f.pages[at/pageSize])
		copy(fresh[within:], data[:n])
		f.pages[at/pageSize] = fresh
		at, data = at+n, data[n:]
	}
}

func (f *diskFile) apply(e event) {
	if e.kind == resized {
		f.size = e.at
		maps.DeleteFunc(f.pages, func(n int64, _ []byte) bool { return n*pageSize >= f.size })
		return
	}
	f.write(e.at, e.data)
}

// happen lets an event take effect.
func (d *disk) happen(e event) {
	if e.kind == acked {
		d.acks = append(d.acks, e.ack)
		return
	}
	f := d.files[e.file]
	if f == nil {
		return
	}
	switch {
	case e.kind == wrote || e.kind == resized:
		f.pending = append(f.pending, e)
	case d.lying:
	case e.kind == syncing:
		f.covered = len(f.pending)
	default:
		for _, p := range f.pending[:f.covered] {
			f.apply(p)
		}
		f.pending = slices.Clone(f.pending[f.covered:])
		f.covered = 0
	}
}

// cut writes the files as a power cut at this moment may leave them.
func (d *disk) cut(r *rand.Rand, folder string) error {
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		f := d.files[name]
		left := &diskFile{size: f.size, pages: maps.Clone(f.pages)}
		for _, e := range survivors(r, f.pending) {
			left.apply(e)
		}
		if err := left.save(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// survivors are the unsynced writes that reached the disk: those up to some
// moment with the last one torn, or any of them, whole or torn.
func survivors(r *rand.Rand, pending []event) (all []event) {
	if len(pending) == 0 {
		return nil
	}
	if r.IntN(3) == 0 {
		n := r.IntN(len(pending) + 1)
		all = append(all, pending[:n]...)
		if n < len(pending) && pending[n].kind == wrote {
			e := pending[n]
			e.data = e.data[:r.IntN(len(e.data)/sector+1)*sector]
			all = append(all, e)
		}
		return all
	}
	torn := r.IntN(2) == 0
	for _, e := range pending {
		switch {
		case r.IntN(2) == 0:
		case !torn || e.kind == resized:
			all = append(all, e)
		default:
			for from := 0; from < len(e.data); from += sector {
				if r.IntN(2) == 0 {
					all = append(all, event{at: e.at + int64(from), data: e.data[from:min(from+sector, len(e.data))]})
				}
			}
		}
	}
	return all
}

func (f *diskFile) save(path string) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := out.Truncate(f.size); err != nil {
		return err
	}
	for n, p := range f.pages {
		if _, err := out.WriteAt(p[:min(pageSize, f.size-n*pageSize)], n*pageSize); err != nil {
			return err
		}
	}
	return nil
}
