package vault

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"zuji/internal/failpoint"
)

// fileVersion is the version of the key file's layout.
const fileVersion = 1

// ringFile is the key file: JSON, secrets in base64.
type ringFile struct {
	Version int       `json:"version"`
	Current string    `json:"current"`
	Keys    []keyFile `json:"keys"`
	Index   []byte    `json:"index"`
}

type keyFile struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Secret  []byte    `json:"secret"`
}

// Open reads the key ring at path. It returns an error of one line for the
// operator that wraps ErrNoKey when there is none.
func Open(path string) (*Vault, error) { return OpenOrCreate(path, false) }

// OpenOrCreate reads the key ring at path, and makes a new one if there is none
// and allowCreate. allowCreate must be false as soon as a database exists: with
// a new ring nothing in it could be opened again. Of two processes that make the
// ring at the same time one wins, and both use its keys.
func OpenOrCreate(path string, allowCreate bool) (*Vault, error) {
	r, err := readRing(path)
	if !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return nil, err
		}
		return &Vault{ring: r, purpose: records}, nil
	}
	if !allowCreate {
		return nil, fmt.Errorf("%w: %s: sealed records cannot be read without it, put it back from the copy you keep apart from the database", ErrNoKey, path)
	}
	if err := newRing(path).create(); err != nil {
		return nil, err
	}
	if r, err = readRing(path); err != nil {
		return nil, err
	}
	return &Vault{ring: r, purpose: records}, nil
}

// readRing reads and checks the key file. No part of its content goes into an
// error.
func readRing(path string) (*ring, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	// Windows has no such bits: its files always look readable by all.
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("key file %s can be read by other users: run chmod 600 %s", path, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	r, err := parseRing(data)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	r.path = path
	return r, nil
}

var errKeyFile = errors.New("damaged, put it back from the copy you keep apart from the database")

func parseRing(data []byte) (*ring, error) {
	var f ringFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, errKeyFile // the cause would quote the content
	}
	if f.Version > fileVersion {
		return nil, fmt.Errorf("has layout version %d, this Zuji knows %d: run the newer Zuji", f.Version, fileVersion)
	}
	r := &ring{index: f.Index}
	for _, k := range f.Keys {
		id, err := parseID(k.ID)
		if err != nil || len(k.Secret) != secretSize || r.find(id) != nil {
			return nil, errKeyFile
		}
		r.keys = append(r.keys, key{id: id, created: k.Created, secret: k.Secret})
	}
	current, err := parseID(f.Current)
	if err != nil || f.Version != fileVersion || r.find(current) == nil || len(r.index) != secretSize {
		return nil, errKeyFile
	}
	r.current = current
	return r, nil
}

func parseID(text string) (id id, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != idSize {
		return id, errKeyFile
	}
	return [idSize]byte(b), nil
}

func (r *ring) marshal() ([]byte, error) {
	f := ringFile{Version: fileVersion, Current: r.current.String(), Index: r.index}
	for _, k := range r.keys {
		f.Keys = append(f.Keys, keyFile{ID: k.id.String(), Created: k.created, Secret: k.secret})
	}
	data, err := json.MarshalIndent(f, "", "  ")
	return append(data, '\n'), err
}

// create writes the ring to its path unless there is a file.
func (r *ring) create() error {
	if err := os.MkdirAll(filepath.Dir(r.path), 0o700); err != nil {
		return fmt.Errorf("create key file: %w", err)
	}
	return r.write(func(temp string) error {
		// Link, unlike rename, does not replace what another process made meanwhile.
		if err := os.Link(temp, r.path); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}

// replace writes the ring over the file at its path.
func (r *ring) replace() error {
	return r.write(func(temp string) error { return os.Rename(temp, r.path) })
}

// write makes a synced copy of the ring beside its path, gives it its name by
// publish, and syncs the name.
func (r *ring) write(publish func(temp string) error) error {
	data, err := r.marshal()
	if err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	dir := filepath.Dir(r.path)
	f, err := os.CreateTemp(dir, filepath.Base(r.path)+".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, ownLike(f, r.path), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := failpoint.At(failpoint.BeforeName); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := publish(f.Name()); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := failpoint.At(failpoint.AfterName); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder of the key file: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder of the key file: %w", err)
	}
	return nil
}
