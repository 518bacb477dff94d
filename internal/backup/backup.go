// Package backup writes copies of Zuji's data folder that only their owner can
// read, and makes a data folder from one again. A copy is a tar of the files,
// packed with zstd and encrypted with age (age-encryption.org/v1) to public keys:
// whoever takes the copy can't read it, not even the machine that wrote it.
package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"zuji/internal/failpoint"
)

// sums is the last file of a copy: the SHA-256 of each of the others, a line
// each. A copy without it was cut off.
const sums = "SHA256SUMS"

// Recipients reads public keys of the form age1…, separated by commas.
func Recipients(list string) (all []age.Recipient, err error) {
	for one := range strings.SplitSeq(list, ",") {
		r, err := age.ParseX25519Recipient(strings.TrimSpace(one))
		if err != nil {
			return nil, errors.New("a backup's key must look like age1…, as age-keygen prints it behind \"Public key:\"")
		}
		all = append(all, r)
	}
	return all, nil
}

// Unfinished is the form of the names of copies that are being made.
const Unfinished = ".zuji-*.part"

// Clear removes what lies in folder under names of a form, as in filepath.Match:
// what a backup left that a kill or a power cut interrupted.
func Clear(folder, form string) (err error) {
	found, _ := os.ReadDir(folder) // none, or none that could be removed
	for _, f := range found {
		if left, _ := filepath.Match(form, f.Name()); left {
			err = errors.Join(err, os.RemoveAll(filepath.Join(folder, f.Name())))
		}
	}
	return err
}

// Write copies files to path, which must not exist. The name is there only once
// the copy is whole and on the disk. Only one process writes into a folder.
func Write(path string, to []age.Recipient, files ...string) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), Unfinished) // mode 0600
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	defer os.Remove(temp.Name())
	err = write(temp, to, files)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := failpoint.At(failpoint.BeforeName); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := os.Link(temp.Name(), path); err != nil { // unlike a rename it replaces nothing
		return fmt.Errorf("write backup: %w", err)
	}
	if err := failpoint.At(failpoint.AfterName); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func write(w io.Writer, to []age.Recipient, files []string) error {
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	packed, err := zstd.NewWriter(sealed)
	if err != nil {
		return err
	}
	out := tar.NewWriter(packed)
	var list strings.Builder
	for _, path := range files {
		sum, err := add(out, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s  %s\n", sum, filepath.Base(path))
	}
	head := &tar.Header{Name: sums, Mode: 0o600, Size: int64(list.Len())}
	if err = out.WriteHeader(head); err == nil {
		_, err = io.WriteString(out, list.String())
	}
	return errors.Join(err, out.Close(), packed.Close(), sealed.Close())
}

func add(out *tar.Writer, path string) (sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if err := out.WriteHeader(&tar.Header{Name: filepath.Base(path), Mode: 0o600, Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(out, h), f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// The reasons for which a copy can't be restored.
var (
	ErrNotEmpty = errors.New("the folder is not empty: name one that does not exist, or move what is in it away")
	ErrWrongKey = errors.New("the backup was not made for this key: give the identity file that belongs to ZUJI_BACKUP_RECIPIENTS")
	ErrDamaged  = errors.New("the backup is damaged or was cut off: take another one")
)

// Restore makes a data folder from the copy at path. check is called with the
// folder before it gets its name; after an error nothing has been left behind.
// It returns ErrNotEmpty, ErrWrongKey or ErrDamaged.
func Restore(path string, ids []age.Identity, folder string, check func(folder string) error) error {
	if old, err := os.ReadDir(folder); err == nil && len(old) > 0 {
		return ErrNotEmpty
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restore backup: %w", err)
	}
	in, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("restore backup: %w", err)
	}
	defer in.Close()
	parent := filepath.Dir(filepath.Clean(folder))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return fmt.Errorf("restore backup: %w", err)
	}
	temp, err := os.MkdirTemp(parent, ".zuji-restore-*") // mode 0700
	if err != nil {
		return fmt.Errorf("restore backup: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := unpack(in, ids, temp); err != nil {
		return err
	}
	if err := check(temp); err != nil {
		return err
	}
	if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restore backup: %w", err)
	}
	if err := os.Rename(temp, folder); err != nil {
		return fmt.Errorf("restore backup: %w", err)
	}
	return syncDir(parent)
}

// unpack writes a copy's files into dir and compares their sums.
func unpack(in io.Reader, ids []age.Identity, dir string) error {
	open, err := age.Decrypt(in, ids...)
	if none := (*age.NoIdentityMatchError)(nil); errors.As(err, &none) {
		return ErrWrongKey
	}
	if err != nil {
		return ErrDamaged
	}
	unpacked, err := zstd.NewReader(open)
	if err != nil {
		return ErrDamaged
	}
	defer unpacked.Close()
	files := tar.NewReader(unpacked)
	var got []string
	for {
		head, err := files.Next()
		if err != nil {
			return ErrDamaged // also at the end: the sums come first
		}
		if head.Name != filepath.Base(head.Name) || head.Typeflag != tar.TypeReg {
			return ErrDamaged
		}
		if head.Name == sums {
			want, err := io.ReadAll(io.LimitReader(files, 1<<16))
			slices.Sort(got)
			lines := strings.Split(strings.TrimSuffix(string(want), "\n"), "\n")
			slices.Sort(lines)
			if _, last := files.Next(); err != nil || last != io.EOF || !slices.Equal(got, lines) {
				return ErrDamaged
			}
			return nil
		}
		sum, err := extract(files, filepath.Join(dir, head.Name))
		if err != nil {
			return err
		}
		got = append(got, sum+"  "+head.Name)
	}
}

func extract(from io.Reader, path string) (sum string, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("restore backup: %w", err)
	}
	h := sha256.New()
	_, err = io.Copy(f, io.TeeReader(from, h))
	if closed := errors.Join(f.Sync(), f.Close()); closed != nil {
		return "", fmt.Errorf("restore backup: %w", closed)
	}
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			return "", fmt.Errorf("restore backup: %w", err)
		}
		return "", ErrDamaged
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Name is what a copy made at a time is called.
func Name(at time.Time) string { return "zuji-" + at.UTC().Format(stamp) + ".tar.zst.age" }

const stamp = "20060102T150405Z"

// Made returns when the copy of a name was made; false for other files.
func Made(name string) (time.Time, bool) {
	text, ok := strings.CutPrefix(name, "zuji-")
	text, whole := strings.CutSuffix(text, ".tar.zst.age")
	at, err := time.Parse(stamp, text)
	return at, ok && whole && err == nil
}
