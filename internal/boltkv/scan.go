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

func (s *scan) cursor() *bolt.Cursor {
	if b := s.bolt.Bucket([]byte(s.table)); b != nil {
		return b.Cursor()
	}
	return nil
}

func (s *scan) forwards(yield func(k, v []byte) bool) {
	var fk, fv []byte // next of the file
	c := s.cursor()
	if c != nil {
		fk, fv = c.Seek(s.lo)
	}
	at, past := s.lo, false
	for {
		key, value := fk, fv
		for _, l := range []layer{s.batch, s.own} { // the newer layer last: it wins a tie
			if k, ok := l.after(s.table, at, past); ok && (key == nil || k <= string(key)) {
				key, value = []byte(k), l[s.table].values[k]
			}
		}
		if key == nil || s.hi != nil && bytes.Compare(key, s.hi) >= 0 {
			return
		}
		if fk != nil && bytes.Equal(fk, key) {
			fk, fv = c.Next()
		}
		at, past = bytes.Clone(key), true
		if !s.give(yield, at, value) {
			return
		}
	}
}

func (s *scan) backwards(yield func(k, v []byte) bool) {
	var fk, fv []byte
	c := s.cursor()
	if c != nil {
		fk, fv = seekBefore(c, s.hi)
	}
	at := s.hi
	for {
		key, value := fk, fv
		for _, l := range []layer{s.batch, s.own} {
			if k, ok := l.before(s.table, at); ok && (key == nil || k >= string(key)) {
				key, value = []byte(k), l[s.table].values[k]
			}
		}
		if key == nil || bytes.Compare(key, s.lo) < 0 {
			return
		}
		if fk != nil && bytes.Equal(fk, key) {
			fk, fv = c.Prev()
		}
		at = bytes.Clone(key)
		if !s.give(yield, at, value) {
			return
		}
	}
}

// give yields copies, unless value says that the key is deleted. It reports
// whether to go on.
func (s *scan) give(yield func(k, v []byte) bool, key, value []byte) bool {
	if value == nil {
		return true
	}
	more := yield(bytes.Clone(key), bytes.Clone(value))
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
