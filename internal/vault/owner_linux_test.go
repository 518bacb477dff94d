package vault

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Root changes the key of a Zuji that runs as another user: its files stay that
// user's. Whoever is not root can't have files of others, and sees their own.
func TestRotate_FilesStayTheirOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	v, err := OpenOrCreate(path, true)
	if err != nil {
		t.Fatal(err)
	}
	want := os.Getuid()
	if want == 0 {
		want = 65532
		if err := os.Chown(path, want, want); err != nil {
			t.Fatal(err)
		}
	}
	old := v.Current()
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := v.Drop(old); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil || int(info.Sys().(*syscall.Stat_t).Uid) != want || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", filepath.Base(name), info.Sys(), err)
		}
	}
}
