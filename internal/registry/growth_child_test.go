//go:build linux

package registry_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"zuji/internal/boltkv"
	"zuji/internal/calendar"
	"zuji/internal/registry"
	"zuji/internal/vault"
)

// childEnv makes the test binary open the records that it names.
const childEnv = "ZUJI_REGISTRY_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		if err := opens(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// A start is what opening the records cost a process of its own.
type start struct {
	Took time.Duration
	Anon int // KiB of anonymous memory
}

// opens opens records as the service does, says what that cost, and closes them in
// order when it is told to by the end of its input.
func opens(path string) error {
	ctx, began := context.Background(), time.Now()
	keys, err := vault.OpenOrCreate(filepath.Join(filepath.Dir(path), "key.json"), false)
	if err != nil {
		return err
	}
	db, err := boltkv.Open(path, boltkv.Options{AppendTables: registry.AppendOnly})
	if err != nil {
		return err
	}
	r := &registry.Registry{Store: db, Vault: keys, Holidays: calendar.NewHolidays(), Now: time.Now}
	if err := r.Open(ctx); err != nil {
		return err
	}
	if _, _, err := r.NextDue(ctx); err != nil {
		return err
	}
	s := start{Took: time.Since(began)}
	if s.Anon, err = anonymous(); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(s); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, r.StopClean(ctx), db.Close())
}

var rssAnon = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)

// anonymous returns the memory of this process that no file is behind, in KiB.
func anonymous() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	m := rssAnon.FindSubmatch(status)
	if m == nil {
		return 0, errors.New("the system does not say RssAnon")
	}
	return strconv.Atoi(string(m[1]))
}

// starts opens records in another process. It ends in order, or by a kill.
func starts(t testing.TB, path string, inOrder bool) (s start) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+path)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &s) != nil {
		t.Fatalf("the records do not open: %s", lines.Text())
	}
	if !inOrder {
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	in.Close()
	if err := child.Wait(); err != nil && inOrder {
		t.Fatal(err)
	}
	return s
}

// chill takes a file that is closed out of the page cache.
func chill(t testing.TB, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(f.Sync(), unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)); err != nil {
		t.Fatal(err)
	}
}
