package boltkv

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// The layout of a bbolt file, from its internal/common. Integers are in the
// order of the machine.
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = 0xffffffffffffffff
	leafPage    = 0x02
	branchPage  = 0x01
	listPage    = 0x10

	pageHeaderSize = 16
	metaSize       = 64
	sumOffset      = 56
)

// A meta is one of the two pages that say where everything is.
type meta struct {
	Magic, Version, PageSize, Flags uint32
	Root, Sequence, Freelist, High  uint64 // page ids; High is above all in use
	TxID, Sum                       uint64
}

type pageHeader struct {
	ID       uint64
	Flags    uint16
	Count    uint16
	Overflow uint32
}

// readMeta returns the meta that bbolt will go by, once it is sure that it is
// intact, that a file of size bytes is long enough for it, and that the pages it
// names are of their kind. name is the file's, for errors.
func readMeta(r io.ReaderAt, size int64, name string) (meta, error) {
	if size == 0 {
		return meta{}, fmt.Errorf("%s is empty: restore it from a backup, or delete it to start without records", name)
	}
	m, found := bestMeta(r, size)
	switch {
	case found == nothing:
		return meta{}, fmt.Errorf("%s is %w", name, ErrForeign)
	case found == remains:
		return meta{}, fmt.Errorf("%s is %w (no intact first page)", name, ErrDamaged)
	case m.High > uint64(size)/uint64(m.PageSize):
		return meta{}, fmt.Errorf("%s is %w (cut short: %d bytes for %d pages of %d)", name, ErrDamaged, size, m.High, m.PageSize)
	case !isPage(r, m, m.Root, leafPage|branchPage):
		return meta{}, fmt.Errorf("%s is %w (page %d is no root page)", name, ErrDamaged, m.Root)
	case m.Freelist != noFreelist && !isPage(r, m, m.Freelist, listPage):
		return meta{}, fmt.Errorf("%s is %w (page %d is no list of free pages)", name, ErrDamaged, m.Freelist)
	}
	return m, nil
}

// What bestMeta found.
const (
	nothing = iota // no trace of bbolt
	remains        // bbolt's magic number, but no intact meta
	intact
)

// bestMeta returns the intact meta with the higher transaction id.
func bestMeta(r io.ReaderAt, size int64) (best meta, found int) {
	try := func(at int64) (m meta, ok bool) {
		m, trace, ok := metaAt(r, at)
		if trace {
			found = max(found, remains)
		}
		if ok && (found < intact || m.TxID > best.TxID) {
			best, found = m, intact
		}
		return m, ok
	}
	if m, ok := try(0); ok {
		try(int64(m.PageSize))
		return best, found
	}
	// The page size is not known: try all that bbolt can use.
	for at := int64(1024); at <= 1024<<14 && at < size; at <<= 1 {
		if m, ok := try(at); ok && int64(m.PageSize) == at {
			break
		}
	}
	return best, found
}

// metaAt reads the meta of the page at the offset. trace says whether at least
// the magic number is there.
func metaAt(r io.ReaderAt, at int64) (m meta, trace, ok bool) {
	buf := make([]byte, metaSize)
	if _, err := r.ReadAt(buf, at+pageHeaderSize); err != nil {
		return m, false, false
	}
	decode(buf, &m)
	sum := fnv.New64a()
	sum.Write(buf[:sumOffset])
	ok = m.Magic == boltMagic && m.Version == boltVersion && m.Sum == sum.Sum64() && m.PageSize >= 1024
	return m, m.Magic == boltMagic, ok
}

// isPage reports whether page id is in the file and says that it is page id and
// of one of the kinds.
func isPage(r io.ReaderAt, m meta, id uint64, kinds uint16) bool {
	if id < 2 || id >= m.High {
		return false
	}
	buf := make([]byte, pageHeaderSize)
	if _, err := r.ReadAt(buf, int64(id)*int64(m.PageSize)); err != nil {
		return false
	}
	var h pageHeader
	decode(buf, &h)
	return h.ID == id && h.Flags&kinds != 0 && h.Flags&^kinds == 0 && id+uint64(h.Overflow) < m.High
}

func decode(buf []byte, into any) {
	if err := binary.Read(bytes.NewReader(buf), binary.NativeEndian, into); err != nil {
		panic(err) // the buffers have the sizes of the structs
	}
}
