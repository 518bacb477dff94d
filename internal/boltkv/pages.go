package boltkv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	elementSize = 16 // of a branch's and of a leaf's
	bucketSize  = 16 // what a value that is a table begins with
	bucketFlag  = 0x01

	// maxDepth is far above what bbolt needs: a tree of a thousand million rows has 7.
	maxDepth = 64
)

// A walk follows every page from the root as bbolt would, and never outside the
// file, in circles or without end: bbolt trusts what it reads.
type walk struct {
	src  source
	meta meta
	met  []bool // by page id
}

// A source gives n bytes of a file from an offset. They are not to be changed.
type source func(at, n uint64) ([]byte, error)

// reads is a source of few bytes.
func reads(r io.ReaderAt) source {
	return func(at, n uint64) ([]byte, error) {
		data := make([]byte, n)
		_, err := r.ReadAt(data, int64(at))
		return data, err
	}
}

// checkPages returns what keeps the file from being read, or nil.
func checkPages(src source, m meta, name string) error {
	w := walk{src, m, make([]bool, m.High)}
	w.met[0], w.met[1] = true, true
	err := w.tree(m.Root, 0, true)
	if err == nil && m.Freelist != noFreelist {
		err = w.list()
	}
	return damagedAt(name, err)
}

// checkList does the same for the list of free pages alone.
func checkList(src source, m meta, name string) error {
	w := walk{src, m, make([]bool, m.High)}
	return damagedAt(name, w.list())
}

// damagedAt makes what is wrong in the file one line for the operator.
func damagedAt(name string, err error) error {
	if err != nil {
		return fmt.Errorf("%s is %w (%w)", name, ErrDamaged, err)
	}
	return nil
}

// read returns a page of one of the kinds, with those that go on from it.
func (w *walk) read(id uint64, kinds ...uint16) (flags uint16, count int, data []byte, err error) {
	size := uint64(w.meta.PageSize)
	if id < 2 || id >= w.meta.High {
		return 0, 0, nil, fmt.Errorf("a page %d is named that there is not", id)
	}
	if data, err = w.src(id*size, size); err != nil {
		return 0, 0, nil, err
	}
	h := header(data)
	if h.ID != id || !slices.Contains(kinds, h.Flags) || id+uint64(h.Overflow) >= w.meta.High {
		return 0, 0, nil, fmt.Errorf("page %d is garbled", id)
	}
	for p := id; p <= id+uint64(h.Overflow); p++ {
		if w.met[p] {
			return 0, 0, nil, fmt.Errorf("page %d is used twice", p)
		}
		w.met[p] = true
	}
	if h.Overflow > 0 {
		if data, err = w.src(id*size, size*(1+uint64(h.Overflow))); err != nil {
			return 0, 0, nil, err
		}
	}
	return h.Flags, int(h.Count), data, nil
}

func header(data []byte) pageHeader {
	n := binary.NativeEndian
	return pageHeader{ID: n.Uint64(data), Flags: n.Uint16(data[8:]), Count: n.Uint16(data[10:]), Overflow: n.Uint32(data[12:])}
}

// tree follows a page and all below it. top says that it is of the list of tables.
func (w *walk) tree(id uint64, depth int, top bool) error {
	if depth > maxDepth {
		return fmt.Errorf("page %d lies too deep", id)
	}
	flags, count, data, err := w.read(id, branchPage, leafPage)
	if err != nil {
		return err
	}
	if flags == leafPage {
		return within(id, w.leaf(data, count, depth, top))
	}
	if count == 0 {
		return fmt.Errorf("page %d is garbled", id)
	}
	for i := range count {
		e, err := element(data, count, i)
		if err != nil {
			return within(id, err)
		}
		n := binary.NativeEndian
		if _, err := part(data, i, n.Uint32(e), n.Uint32(e[4:]), 0); err != nil {
			return within(id, err)
		}
		if err := w.tree(n.Uint64(e[8:]), depth+1, top); err != nil {
			return err
		}
	}
	return nil
}

var errOutside = errors.New("something lies outside of it")

// within says in which page something is wrong; what names a page already stays.
func within(id uint64, err error) error {
	if errors.Is(err, errOutside) {
		return fmt.Errorf("page %d is garbled", id)
	}
	return err
}

// leaf follows the tables of a leaf. In the list of tables there is nothing else,
// and elsewhere there are none.
func (w *walk) leaf(data []byte, count, depth int, top bool) error {
	for i := range count {
		e, err := element(data, count, i)
		if err != nil {
			return err
		}
		n := binary.NativeEndian
		value, err := part(data, i, n.Uint32(e[4:]), n.Uint32(e[8:]), n.Uint32(e[12:]))
		if err != nil {
			return err
		}
		if table := n.Uint32(e) == bucketFlag; table != top || n.Uint32(e) > bucketFlag {
			return errOutside
		}
		if !top {
			continue
		}
		if err := w.table(value, depth); err != nil {
			return err
		}
	}
	return nil
}

// table follows a table: a tree of its own, or a leaf within the value.
func (w *walk) table(value []byte, depth int) error {
	if len(value) < bucketSize {
		return errOutside
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return w.tree(root, depth+1, false)
	}
	inside := value[bucketSize:]
	if len(inside) < pageHeaderSize || header(inside).Flags != leafPage {
		return errOutside
	}
	return w.leaf(inside, int(header(inside).Count), depth, false)
}

// element is the i-th of a page.
func element(data []byte, count, i int) ([]byte, error) {
	if pageHeaderSize+count*elementSize > len(data) {
		return nil, errOutside
	}
	return data[pageHeaderSize+i*elementSize:][:elementSize], nil
}

// part is the value of the i-th element, which begins behind the key, pos bytes from
// the element.
func part(data []byte, i int, pos, key, value uint32) ([]byte, error) {
	from := uint64(pageHeaderSize+i*elementSize) + uint64(pos) + uint64(key)
	if from+uint64(value) > uint64(len(data)) {
		return nil, errOutside
	}
	return data[from : from+uint64(value)], nil
}

// manyFree is the count that says that the number of free pages stands in the list.
const manyFree = 0xffff

// list reads the list of free pages, which must not be in use.
func (w *walk) list() error {
	id := w.meta.Freelist
	_, count, data, err := w.read(id, listPage)
	if err != nil {
		return err
	}
	ids := data[pageHeaderSize:]
	n := uint64(count)
	if count == manyFree {
		n, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids))/8 {
		return fmt.Errorf("page %d is garbled", id)
	}
	last := uint64(1)
	for i := range n {
		free := binary.NativeEndian.Uint64(ids[8*i:])
		if free <= last || free >= w.meta.High || w.met[free] {
			return fmt.Errorf("the list of free pages in page %d is garbled", id)
		}
		last = free
	}
	return nil
}
