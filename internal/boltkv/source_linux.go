package boltkv

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// populate makes bbolt map all pages at once: a fault for each costs more than what
// bbolt does with it.
const populate = unix.MAP_POPULATE

// whole gives the first size bytes of f, which it brings into memory in the file's
// order. Call done afterwards. What the disk can't give is a fault where it is read.
func whole(f *os.File, size int64) (src source, done func(), err error) {
	data, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	_ = unix.Madvise(data, unix.MADV_SEQUENTIAL) // advice: without it, it takes longer
	if unix.Madvise(data, unix.MADV_POPULATE_READ) != nil {
		_, err = io.Copy(io.Discard, io.NewSectionReader(f, 0, size)) // Linux before 5.14
	}
	done = func() { _ = unix.Munmap(data) }
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return func(at, n uint64) ([]byte, error) { return data[at:][:n:n], nil }, done, nil
}
