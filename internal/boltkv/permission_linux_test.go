package boltkv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// asNobody runs fn with the file rights of an ordinary user, also when the tests
// run as root: on Linux they belong to the thread.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		fn()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const nobody = 65534
	syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
	defer syscall.RawSyscall(syscall.SYS_SETFSUID, 0, 0, 0)
	fn()
}

func TestOpen_SaysThatItMayNotWrite(t *testing.T) {
	base, err := os.MkdirTemp("", "boltkv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	fixed := filepath.Join(base, "fixed")
	path := filepath.Join(fixed, "there.db")
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{base: 0o755, path: 0o444, fixed: 0o555} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(fixed, 0o755) })
	for name, path := range map[string]string{
		"a new file":     filepath.Join(fixed, "new.db"),
		"a new folder":   filepath.Join(fixed, "folder", "new.db"),
		"a present file": path,
	} {
		asNobody(t, func() {
			_, err := Open(path, Options{})
			if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path+" cannot be written") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}
