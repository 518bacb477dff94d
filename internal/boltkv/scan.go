package boltkv

import (
	"bytes"

	bolt "go.etcd.io/bbolt"
)

// A scan walks the file and the two layers side by side. The layers are looked
// up anew at each step, because the loop may write to them; the file does not
// change while functions run, so its cursor stays good.
type scan struct {
	*tx
	table  string
	lo, hi []byte
}

// from is the table's cursor, or nil, and copies of the row to which seek moves it.
func (s *scan) from(seek func(*bolt.Cursor) (k, v []byte)) (c *bolt.Cursor, k, v []byte) {
	reading(func() {
		if b := s.bolt.Bucket([]byte(s.table)); b != nil {
			c = b.Cursor()
			k, v = cloned(seek(c))
		}
	})
	return c, k, v
}

// step is a copy of the row to which move leads.
func step(move func() (k, v []byte)) (k, v []byte) {
	reading(func() { k, v = cloned(move()) })
	return k, v
}

func cloned(k, v []byte) ([]byte, []byte) { return bytes.Clone(k), bytes.Clone(v) }

func (s *scan) forwards(yield func(k, v []byte) bool) {
	// fk and fv are the next row of the file.
	c, fk, fv := s.from(func(c *bolt.Cursor) (k, v []byte) { return c.Seek(s.lo) })
	at, past := s.lo, false
	for {
		key, value := fk, fv
		for _, l := range []layer{s.batch, s.own} { // the newer layer last: it wins a tie
			if k, ok := l.after(s.table, at, past); ok && (key == nil || k <= string(key)) {
				key, value = []byte(k), bytes.Clone(l[s.table].values[k])
			}
		}
		if key == nil || s.hi != nil && bytes.Compare(key, s.hi) >= 0 {
			return
		}
		if fk != nil && bytes.Equal(fk, key) {
			fk, fv = step(c.Next)
		}
		at, past = bytes.Clone(key), true
		if !s.give(yield, key, value) {
			return
		}
	}
}

func (s *scan) backwards(yield func(k, v []byte) bool) {
	c, fk, fv := s.from(func(c *bolt.Cursor) (k, v []byte) { return seekBefore(c, s.hi) })
	at := s.hi
	for {
		key, value := fk, fv
		for _, l := range []layer{s.batch, s.own} {
			if k, ok := l.before(s.table, at); ok && (key == nil || k >= string(key)) {
				key, value = []byte(k), bytes.Clone(l[s.table].values[k])
			}
		}
		if key == nil || bytes.Compare(key, s.lo) < 0 {
			return
		}
		if fk != nil && bytes.Equal(fk, key) {
			fk, fv = step(c.Prev)
		}
		at = bytes.Clone(key)
		if !s.give(yield, key, value) {
			return
		}
	}
}

// give yields a row, unless value says that the key is deleted. It reports whether
// to go on.
func (s *scan) give(yield func(k, v []byte) bool, key, value []byte) bool {
	if value == nil {
		return true
	}
	more := yield(key, value)
	s.check()
	return more
}

// seekBefore moves to the last key < hi, or the very last one if hi is nil.
func seekBefore(c *bolt.Cursor, hi []byte) (k, v []byte) {
	if hi == nil {
		return c.Last()
	}
	if k, _ := c.Seek(hi); k == nil {
		return c.Last()
	}
	return c.Prev()
}
