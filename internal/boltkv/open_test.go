package boltkv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// sample returns the bytes of a small database after a clean stop.
func sample(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zuji.db")
	db, err := Open(path, Options{InitialMmapSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if err := db.Update(t.Context(), put("a", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// foreignBolt returns the bytes of another program's bbolt file.
func foreignBolt(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	b, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func garble(data []byte, from, to int) []byte {
	data = bytes.Clone(data)
	for i := from; i < to; i++ {
		data[i] ^= 0x5a
	}
	return data
}

// metaOf returns the meta that counts, and the offset of its page.
func metaOf(t *testing.T, data []byte) (m meta, at int) {
	t.Helper()
	m, found := bestMeta(bytes.NewReader(data), int64(len(data)))
	if found != intact {
		t.Fatal("the sample has no meta")
	}
	return m, int(m.TxID%2) * int(m.PageSize)
}

func TestOpen_SaysInOneLineWhatIsWrongWithTheFile(t *testing.T) {
	good := sample(t)
	m, _ := metaOf(t, good)
	page := int(m.PageSize)
	root, list := int(m.Root)*page, int(m.Freelist)*page
	for name, c := range map[string]struct {
		data []byte
		want error // nil: any
		text string
	}{
		"empty":                     {nil, nil, "is empty"},
		"a text":                    {bytes.Repeat([]byte("租记\n"), 5000), ErrForeign, ""},
		"a short text":              {[]byte("x"), ErrForeign, ""},
		"another bbolt file":        {foreignBolt(t), ErrForeign, "bbolt"},
		"cut within its pages":      {good[:int(m.High-1)*page], ErrDamaged, "cut short"},
		"cut to the first pages":    {good[:2*page], ErrDamaged, "cut short"},
		"cut within the first page": {good[:100], ErrDamaged, ""},
		"both metas garbled":        {garble(garble(good, 24, 80), page+24, page+80), ErrDamaged, ""},
		"root page garbled":         {garble(good, root, root+16), ErrDamaged, "root"},
		"free list garbled":         {garble(good, list, list+16), ErrDamaged, "free pages"},
		"root page zeroed":          {zero(good, root, root+page), ErrDamaged, "root"},
		"newer format mark":         {bytes.ReplaceAll(good, []byte(markKey+markValue), []byte(markKey+"2")), nil, "newer Zuji"},
	} {
		path := filepath.Join(t.TempDir(), "zuji.db")
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		for do, open := range map[string]func() error{
			"Open":      func() error { _, err := Open(path, Options{}); return err },
			"CheckFile": func() error { return CheckFile(path) },
		} {
			err := open()
			if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%s of %s: %v, want %v with %q", do, name, err, c.want, c.text)
				continue
			}
			if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path) {
				t.Errorf("%s of %s: %q is not one line that names the file", do, name, err)
			}
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, c.data) {
			t.Errorf("opening %s changed it: %v", name, err)
		}
	}
}

func zero(data []byte, from, to int) []byte {
	data = bytes.Clone(data)
	clear(data[from:to])
	return data
}

func TestOpen_GoesByTheOtherMetaWhenOneIsTorn(t *testing.T) {
	good := sample(t)
	_, at := metaOf(t, good)
	path := filepath.Join(t.TempDir(), "zuji.db")
	if err := os.WriteFile(path, garble(good, at+40, at+60), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !has(t, db, "a", "0") {
		t.Error("key 0 is lost")
	}
	if err := errors.Join(db.Close(), CheckFile(path)); err != nil {
		t.Error(err)
	}
}

// Whatever length a file is cut to, opening it gives an error or a sound store,
// and never ends the process.
func TestOpen_SurvivesEveryCut(t *testing.T) {
	good := sample(t)
	m, _ := metaOf(t, good)
	needed := int(m.High) * int(m.PageSize)
	path := filepath.Join(t.TempDir(), "zuji.db")
	for size := 0; size < needed; size += 509 {
		if err := os.WriteFile(path, good[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if db, err := Open(path, Options{}); err == nil {
			t.Errorf("a file cut to %d of %d bytes was opened", size, needed)
			db.Close()
		}
	}
	if err := os.WriteFile(path, good[:needed], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(path); err != nil {
		t.Errorf("a file without its spare room: %v", err)
	}
}

func TestOpen_OfRacingStartsOneMakesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zuji.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := create(path); err != nil {
				t.Error(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Error(err)
			}
			if err := create(path); err != nil {
				t.Error(err)
			}
			if again, err := os.Stat(path); err != nil || !os.SameFile(info, again) {
				t.Errorf("a file that was in use was replaced: %v", err)
			}
		})
	}
	wg.Wait()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(path + ".new-*"); len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

// The slower of two starts saw no file, and makes one when the faster has already
// written to its own.
func TestMakeFile_LeavesAFileThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zuji.db")
	good := sample(t)
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := makeFile(path); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, good) {
		t.Errorf("the file was replaced: %v", err)
	}
}

func TestOpen_NamesTheProcessThatHasTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zuji.db")
	c := startChild(t, "hold", path)
	if line := c.line(t); line != "open" {
		t.Fatalf("child: %q", line)
	}
	_, err := Open(path, Options{})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process id %d:", c.cmd.Process.Pid)) {
		t.Errorf("open: %v, want ErrLocked and process id %d", err, c.cmd.Process.Pid)
	}
	if err := CheckFile(path); !errors.Is(err, ErrLocked) {
		t.Errorf("check: %v, want ErrLocked", err)
	}
	c.kill(t)
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatalf("after the other was killed: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpen_TheFolderCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(filepath.Join(file, "data", "zuji.db"), Options{})
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), file) {
		t.Errorf("open under a file: %v", err)
	}
}
