package backup

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
)

func fine(string) error { return nil }

// made writes two files into a copy.
func made(t *testing.T) (path string, id *age.X25519Identity, files map[string][]byte) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files = map[string][]byte{"records.db": bytes.Repeat([]byte("李雷 119999199001010012 "), 5000), "key.json": []byte("{}")}
	var names []string
	for name, data := range files {
		names = append(names, filepath.Join(dir, name))
		if err := os.WriteFile(names[len(names)-1], data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), Name(time.Now()))
	if err := Write(path, []age.Recipient{id.Recipient()}, names...); err != nil {
		t.Fatal(err)
	}
	return path, id, files
}

func TestRestore_GivesBackTheFiles(t *testing.T) {
	path, id, files := made(t)
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte("119999")) || bytes.Contains(raw, []byte("records.db")) {
		t.Fatalf("the copy can be read: %v", err)
	}
	folder := filepath.Join(t.TempDir(), "new", "data")
	checked := false
	if err := Restore(path, []age.Identity{id}, folder, func(string) error { checked = true; return nil }); err != nil || !checked {
		t.Fatal(err, checked)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if err := Restore(path, []age.Identity{id}, folder, fine); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("into a folder that is in use: %v", err)
	}
}

// Whatever is wrong with the copy or with what is in it, nothing is left behind.
func TestRestore_AllOrNothing(t *testing.T) {
	path, id, _ := made(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	bad := errors.New("records do not hold")
	try := func(name string, data []byte, id age.Identity, check func(string) error, want error) {
		t.Helper()
		parent := t.TempDir()
		file := filepath.Join(t.TempDir(), "copy")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Restore(file, []age.Identity{id}, filepath.Join(parent, "data"), check); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v behind", name, left)
		}
	}
	try("another key", whole, other, fine, ErrWrongKey)
	try("a check that fails", whole, id, func(string) error { return bad }, bad)
	for n := 0; n < len(whole); n += 1 + len(whole)/40 {
		try("cut off", whole[:n], id, fine, ErrDamaged)
		flipped := bytes.Clone(whole)
		flipped[n] ^= 1
		parent := t.TempDir()
		file := filepath.Join(t.TempDir(), "copy")
		if err := os.WriteFile(file, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Restore(file, []age.Identity{id}, filepath.Join(parent, "data"), fine); err == nil {
			t.Errorf("byte %d is another, and the copy is taken", n)
		}
	}
	try("the last byte", whole[:len(whole)-1], id, fine, ErrDamaged)
}

func TestWrite_ReplacesNothing(t *testing.T) {
	path, id, _ := made(t)
	before, _ := os.ReadFile(path)
	if err := Write(path, []age.Recipient{id.Recipient()}, path); err == nil {
		t.Error("a copy was replaced")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the copy is another")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Three years of daily copies come down to days, weeks and months.
func TestPrune(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 23, 19, 30, 0, 0, time.UTC)
	for n := range 3 * 365 {
		if err := os.WriteFile(filepath.Join(dir, Name(now.AddDate(0, 0, -n))), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Prune(dir); err != nil {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(left); n != 1+7+2+11 { // the first two weeks and the first month begin with days that are kept anyhow
		t.Errorf("%d files are left: %v", n, left)
	}
	if last, err := Last(dir); err != nil || !last.Equal(now) {
		t.Errorf("the last is of %v, %v", last, err)
	}
}
