package boltkv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// Damage inside, which Open does not look for, is found by a child that checks:
// by what it says, or by its end.
func TestCheckFile_InAChildFindsEveryGarbledPage(t *testing.T) {
	good := sample(t)
	m, _ := metaOf(t, good)
	page := int(m.PageSize)
	used := usedPages(t, good)
	path := filepath.Join(t.TempDir(), "zuji.db")
	for range 12 {
		id := used[rand.IntN(len(used))]
		if err := os.WriteFile(path, garble(good, id*page, id*page+32), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := childCommand(t, "check", path).CombinedOutput()
		if err == nil {
			t.Errorf("page %d of %d was garbled, and the check found nothing: %s", id, m.High, out)
		}
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == childUsage {
			t.Fatalf("child: %s", out)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := childCommand(t, "check", path).CombinedOutput(); err != nil {
		t.Errorf("a sound file: %v: %s", err, out)
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
