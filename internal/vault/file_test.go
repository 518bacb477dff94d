package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zuji/internal/failpoint"
)

// childEnv makes the test binary act as another process; its value is what to do.
const childEnv = "ZUJI_VAULT_CHILD"

func TestMain(m *testing.M) {
	switch what := os.Getenv(childEnv); what {
	case "":
		os.Exit(m.Run())
	case "create":
		os.Exit(childCreate(os.Args[1]))
	case "die-create", "die-rotate":
		failpoint.Arm(func(failpoint.Place) error { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} })
		if what == "die-create" {
			_, _ = OpenOrCreate(os.Args[1], true)
		} else if v, err := Open(os.Args[1]); err == nil {
			_ = v.Rotate()
		}
		os.Exit(3)
	}
}

// childCreate makes or opens the ring when its standard input ends, and prints
// its fingerprint and something sealed.
func childCreate(path string) int {
	var end [1]byte
	_, _ = os.Stdin.Read(end[:])
	v, err := OpenOrCreate(path, true)
	if err != nil {
		os.Stdout.WriteString(err.Error())
		return 1
	}
	os.Stdout.WriteString(v.Fingerprint() + " " + base64.StdEncoding.EncodeToString(v.Seal([]byte("x"), place)))
	return 0
}

func child(t *testing.T, what, path string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, path)
	c.Env = append(os.Environ(), childEnv+"="+what)
	return c
}

func TestOpenOrCreate_MakesAPrivateFileOnlyIfAllowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private", "keys.json")
	for _, open := range []func() (*Vault, error){
		func() (*Vault, error) { return Open(path) },
		func() (*Vault, error) { return OpenOrCreate(path, false) },
	} {
		_, err := open()
		if !errors.Is(err, ErrNoKey) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("without a key file: %v", err)
		}
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("a refused open made the folder")
	}
	v, err := OpenOrCreate(path, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
	left, _ := filepath.Glob(path + ".new-*")
	if len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
	again, err := OpenOrCreate(path, true)
	if err != nil || again.Fingerprint() != v.Fingerprint() {
		t.Errorf("a second open made another ring: %v", err)
	}
}

func TestOpen_RefusesAFileOthersCanRead(t *testing.T) {
	v := newVault(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o601} {
		if err := os.Chmod(v.ring.path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(v.ring.path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+v.ring.path) {
			t.Errorf("mode %o: %v, want the chmod to run", mode, err)
		}
	}
	if err := os.Chmod(v.ring.path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(v.ring.path); err != nil {
		t.Errorf("mode 400: %v", err)
	}
}

func TestOpen_RefusesADamagedFileAndQuotesNothingOfIt(t *testing.T) {
	v := newVault(t)
	good, err := os.ReadFile(v.ring.path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(good)
	secrets := []string{
		base64.StdEncoding.EncodeToString(v.ring.index),
		base64.StdEncoding.EncodeToString(v.ring.keys[0].secret),
	}
	for name, content := range map[string]string{
		"empty":          "",
		"cut short":      text[:len(text)/2],
		"not base64":     strings.Replace(text, secrets[1], "!"+secrets[1][1:], 1),
		"short secret":   strings.Replace(text, secrets[1], "AAAA", 1),
		"number":         strings.Replace(text, `"`+secrets[1]+`"`, "12345678901234567890", 1),
		"no index":       strings.Replace(text, secrets[0], "", 1),
		"current gone":   strings.Replace(text, `"current": "`+v.Current(), `"current": "ffffffff`, 1),
		"long id":        strings.ReplaceAll(text, v.Current(), v.Current()+"00"),
		"version 0":      strings.Replace(text, `"version": 1`, `"version": 0`, 1),
		"newer layout":   strings.Replace(text, `"version": 1`, `"version": 2`, 1),
		"trailing bytes": text + "{}",
	} {
		if err := os.WriteFile(v.ring.path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenOrCreate(v.ring.path, true)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), v.ring.path) {
			t.Errorf("%s: %v, want one line that names the file", name, err)
			continue
		}
		for _, s := range append(secrets, "12345678901234567890") {
			if strings.Contains(err.Error(), s[:6]) {
				t.Errorf("%s: the error quotes a key", name)
			}
		}
	}
}

func TestRotate_RefusesAnotherRingsFile(t *testing.T) {
	v, other := newVault(t), newVault(t)
	data, err := os.ReadFile(other.ring.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(v.ring.path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Rotate(); err == nil {
		t.Error("rotated a ring that is not the one in use")
	}
	now, err := os.ReadFile(v.ring.path)
	if err != nil || !bytes.Equal(now, data) {
		t.Errorf("the file was changed: %v", err)
	}
}

func TestOpenOrCreate_OfRacingProcessesOneKeyWins(t *testing.T) {
	for round := range 10 {
		path := filepath.Join(t.TempDir(), "keys.json")
		const n = 4
		var outs [n]bytes.Buffer
		var cmds [n]*exec.Cmd
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		for i := range cmds {
			cmds[i] = child(t, "create", path)
			cmds[i].Stdin, cmds[i].Stdout = r, &outs[i]
			if err := cmds[i].Start(); err != nil {
				t.Fatal(err)
			}
		}
		r.Close()
		w.Close() // go
		for i := range cmds {
			if err := cmds[i].Wait(); err != nil {
				t.Fatalf("child: %v: %s", err, outs[i].String())
			}
		}
		v, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range outs {
			fingerprint, text, _ := strings.Cut(outs[i].String(), " ")
			sealed, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := v.Open(sealed, place); err != nil || string(plain) != "x" || fingerprint != v.Fingerprint() {
				t.Fatalf("round %d: process %d used a key that was lost", round, i)
			}
		}
	}
}

func TestKill_BetweenWritingAndNamingTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	killed(t, child(t, "die-create", path))
	if _, err := Open(path); !errors.Is(err, ErrNoKey) {
		t.Fatalf("after a kill before the first naming: %v, want ErrNoKey", err)
	}
	v, err := OpenOrCreate(path, true)
	if err != nil {
		t.Fatal(err)
	}
	sealed := v.Seal([]byte("x"), place)
	killed(t, child(t, "die-rotate", path))
	again, err := Open(path)
	if err != nil || again.Current() != v.Current() {
		t.Fatalf("after a kill during rotation the key changed: %v", err)
	}
	if err := again.Rotate(); err != nil {
		t.Fatalf("rotation after a killed one: %v", err)
	}
	if plain, err := again.Open(sealed, place); err != nil || string(plain) != "x" {
		t.Errorf("old value does not open: %v", err)
	}
}

func killed(t *testing.T, c *exec.Cmd) {
	t.Helper()
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("child was not killed at the chosen point: %v", err)
	}
}

func FuzzParseRing(f *testing.F) {
	r := newRing("x")
	data, err := r.marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parseRing(data)
		if err != nil {
			return
		}
		v := &Vault{ring: r, purpose: records}
		if plain, err := v.Open(v.Seal([]byte("x"), ""), ""); err != nil || string(plain) != "x" {
			t.Fatal("an accepted ring does not work")
		}
	})
}
