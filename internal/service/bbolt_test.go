package service_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	gofailPlace = regexp.MustCompile(`(?m)^\t+// gofail: var (\w+) (?:string\n((?:\t+// .*\n)+)|struct\{\}\n)`)
	commented   = regexp.MustCompile(`(?m)^(\t+)// `)
)

// patched arms bbolt's failpoints in a source: each asks Failpoint, and what its
// comment says is done with the error.
func patched(src []byte) (out []byte, places int) {
	return gofailPlace.ReplaceAllFunc(src, func(place []byte) []byte {
		places++
		m := gofailPlace.FindSubmatch(place)
		body := "return err\n"
		if len(m[2]) > 0 {
			body = fmt.Sprintf("%s := err.Error()\n%s", m[1], commented.ReplaceAll(m[2], []byte("$1")))
		}
		return fmt.Appendf(nil, "if err := Failpoint(%q); err != nil {\n%s}\n", m[1], body)
	}), places
}

// patchedBbolt copies bbolt to a folder, with its failpoints armed.
func patchedBbolt(to string) (places int, err error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.etcd.io/bbolt").Output()
	if err != nil {
		return 0, fmt.Errorf("go list: %w", err)
	}
	from := strings.TrimSpace(string(out))
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, from)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "/cmd" || name == "/tests"):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(to+name, 0o700)
		case !strings.HasSuffix(name, ".go") && name != "/go.mod", strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		src, n := patched(src)
		places += n
		return os.WriteFile(to+name, src, 0o600)
	})
	hook := []byte("package bbolt\n\n// Failpoint is asked at each place.\nvar Failpoint = func(string) error { return nil }\n")
	return places, errors.Join(err, os.WriteFile(filepath.Join(to, "failpoint.go"), hook, 0o600))
}

// bboltPlaces are bbolt's failpoints.
const bboltPlaces = 10

// Whatever fails within bbolt while landlords register, Zuji goes on or starts again
// clean: TestTorture_Failpoints with bbolt's own places.
func TestTorture_Bbolt(t *testing.T) {
	dir := t.TempDir()
	places, err := patchedBbolt(filepath.Join(dir, "bbolt"))
	if err != nil || places != bboltPlaces {
		t.Fatalf("%d failpoints in bbolt, want %d: %v", places, bboltPlaces, err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		raw, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "go.mod" {
			raw = fmt.Appendf(raw, "\nreplace go.etcd.io/bbolt => %s\n", filepath.Join(dir, "bbolt"))
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "service.test")
	build := exec.Command("go", "test", "-c", "-vet=off", "-tags", "bboltfail", "-modfile", filepath.Join(dir, "go.mod"), "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	out, err := exec.Command(binary, "-test.run", "^TestTorture_Failpoints$", "-test.v", "-test.timeout", "2h").CombinedOutput()
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte("torture x")) || err != nil {
			t.Logf("%s", bytes.TrimSpace(line))
		}
	}
	if err != nil {
		t.Error(err)
	}
}
