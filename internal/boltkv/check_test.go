package boltkv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// Damage inside, which Open does not look for after a clean stop, is found by the
// check and said in one line, whatever bbolt would make of it.
func TestCheckFile_SaysWhichPageIsGarbled(t *testing.T) {
	good := sample(t)
	m, _ := metaOf(t, good)
	page := int(m.PageSize)
	path := filepath.Join(t.TempDir(), "zuji.db")
	for _, id := range usedPages(t, good) {
		for at := 0; at < 3*16; at++ { // its head and its first entries
			for _, value := range []byte{0, 1, 0x7f, 0xff} {
				data := bytes.Clone(good)
				data[id*page+at] = value
				if bytes.Equal(data, good) {
					continue
				}
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				err := CheckFile(path)
				if err == nil {
					continue // the value is as good as the one before: the number of a sequence
				}
				known := errors.Is(err, ErrDamaged) || errors.Is(err, ErrForeign) // without one table it is anybody's
				if !known || strings.Contains(err.Error(), "\n") {
					t.Errorf("page %d, byte %d is %#x: %v", id, at, value, err)
				}
			}
		}
		if err := os.WriteFile(path, garble(good, id*page, (id+1)*page), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := CheckFile(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("page %d of %d is garbled, and the check says: %v", id, m.High, err)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(path); err != nil {
		t.Errorf("a sound file: %v", err)
	}
}

// usedPages returns the ids of the pages that hold records.
func usedPages(t *testing.T, data []byte) (ids []int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.View(func(tx *bolt.Tx) error {
		for id := 2; ; id++ {
			info, err := tx.Page(id)
			if err != nil || info == nil {
				return err
			}
			if info.Type == "leaf" || info.Type == "branch" {
				ids = append(ids, id)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if len(ids) == 0 {
		t.Fatal("the sample has no used pages")
	}
	return ids
}

func FuzzReadMeta(f *testing.F) {
	path := filepath.Join(f.TempDir(), "zuji.db")
	if err := create(path); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:16<<10])
	f.Add([]byte{})
	f.Add(data[:5000])
	f.Fuzz(func(t *testing.T, data []byte) {
		data = bytes.Clone(data)
		sign(data, 0) // or nothing gets past the checksum
		sign(data, 4096)
		m, err := readMeta(bytes.NewReader(data), int64(len(data)), "f")
		if err != nil {
			return
		}
		if pages := uint64(len(data)) / uint64(m.PageSize); m.High > pages || m.Root >= pages {
			t.Errorf("accepted a root %d and %d pages in a file of %d", m.Root, m.High, pages)
		}
	})
}

// sign gives the meta of the page at the offset its right checksum.
func sign(data []byte, at int) {
	at += pageHeaderSize
	if len(data) < at+metaSize {
		return
	}
	sum := fnv.New64a()
	sum.Write(data[at : at+sumOffset])
	binary.NativeEndian.PutUint64(data[at+sumOffset:], sum.Sum64())
}
