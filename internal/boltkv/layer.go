package boltkv

import (
	"slices"
	"sort"
)

// A layer holds writes that are not in the file yet.
type layer map[string]*rows

// rows are the writes to one table. A nil value is a deletion.
type rows struct {
	keys   []string // sorted
	values map[string][]byte
}

// get returns the value written for key; ok is false if the layer says nothing
// about key.
func (l layer) get(table string, key []byte) (value []byte, ok bool) {
	r := l[table]
	if r == nil {
		return nil, false
	}
	value, ok = r.values[string(key)]
	return value, ok
}

// set notes a write and keeps value.
func (l layer) set(table, key string, value []byte) {
	r := l[table]
	if r == nil {
		r = &rows{values: map[string][]byte{}}
		l[table] = r
	}
	if _, known := r.values[key]; !known {
		i, _ := slices.BinarySearch(r.keys, key)
		r.keys = slices.Insert(r.keys, i, key)
	}
	r.values[key] = value
}

// merge puts the writes of newer over those of l.
func (l layer) merge(newer layer) {
	for table, r := range newer {
		for _, key := range r.keys {
			l.set(table, key, r.values[key])
		}
	}
}

// after returns the first written key that is >= at, or > at if past.
func (l layer) after(table string, at []byte, past bool) (key string, ok bool) {
	r := l[table]
	if r == nil {
		return "", false
	}
	i := sort.Search(len(r.keys), func(i int) bool {
		if past {
			return r.keys[i] > string(at)
		}
		return r.keys[i] >= string(at)
	})
	if i == len(r.keys) {
		return "", false
	}
	return r.keys[i], true
}

// before returns the last written key that is < at, or the very last one if at
// is nil.
func (l layer) before(table string, at []byte) (key string, ok bool) {
	r := l[table]
	if r == nil {
		return "", false
	}
	i := len(r.keys)
	if at != nil {
		i = sort.SearchStrings(r.keys, string(at))
	}
	if i == 0 {
		return "", false
	}
	return r.keys[i-1], true
}
