package boltkv

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"zuji/internal/kv"
)

// childEnv makes the test binary act as another process; its value is what to do.
const childEnv = "ZUJI_BOLTKV_CHILD"

const childUsage = 97 // exit status when the child could not even begin

func TestMain(m *testing.M) {
	what := os.Getenv(childEnv)
	if what == "" {
		os.Exit(m.Run())
	}
	var err error
	switch path := os.Args[1]; what {
	case "hold":
		err = childHold(path)
	case "write":
		err = childWrite(path)
	case "limited":
		err = childLimited(path)
	default:
		os.Exit(childUsage)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// childHold keeps the file open until the child is killed.
func childHold(path string) error {
	if _, err := Open(path, Options{}); err != nil {
		return err
	}
	fmt.Println("open")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

const childWriters = 8

// childWrite says "g n" for each update that was acknowledged: writer g has now
// written n keys. It ends only by a kill.
func childWrite(path string) error {
	db, err := Open(path, Options{})
	if err != nil {
		return err
	}
	fmt.Println("open")
	var say sync.Mutex
	failed := make(chan error)
	for g := range childWriters {
		go func() {
			for {
				var n int
				err := db.Update(context.Background(), func(tx kv.Tx) (err error) {
					n, err = appendNext(tx, g)
					return err
				})
				if err != nil {
					failed <- err
					return
				}
				say.Lock()
				fmt.Println(g, n)
				say.Unlock()
			}
		}()
	}
	return <-failed
}

// appendNext writes the next key of writer g and its new count, and deletes an
// older key so that pages become free.
func appendNext(tx kv.Tx, g int) (n int, err error) {
	count := fmt.Appendf(nil, "%d", g)
	fmt.Sscan(string(tx.Get("counts", count)), &n) // absent is 0
	n++
	if err := tx.Put("counts", count, fmt.Appendf(nil, "%d", n)); err != nil {
		return 0, err
	}
	if err := tx.Put("keys", rowKey(g, n), make([]byte, 300)); err != nil {
		return 0, err
	}
	return n, tx.Delete("keys", rowKey(g, n-keptRows))
}

// keptRows is how many keys of each writer stand in the table.
const keptRows = 200

func rowKey(g, n int) []byte { return fmt.Appendf(nil, "%d/%08d", g, n) }

// childLimited writes under a limit on the size of files until there is no room,
// and says how many updates went well.
func childLimited(path string) error {
	db, err := Open(path, Options{InitialMmapSize: 1 << 20})
	if err != nil {
		return err
	}
	limit := syscall.Rlimit{Cur: 3 << 20, Max: 3 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	for n := 0; ; n++ {
		err := db.Update(context.Background(), func(tx kv.Tx) error {
			return tx.Put("a", fmt.Appendf(nil, "%04d", n), make([]byte, 10_000))
		})
		if err != nil {
			fmt.Println(n, err)
			break
		}
	}
	if err := db.Update(context.Background(), func(tx kv.Tx) error { return tx.Delete("a", []byte("0000")) }); err != nil {
		return fmt.Errorf("delete in a full file: %w", err)
	}
	return db.Close()
}

// A childProcess is the test binary at work for a test.
type childProcess struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func childCommand(t *testing.T, what, path string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, path)
	cmd.Env = append(os.Environ(), childEnv+"="+what)
	return cmd
}

func startChild(t *testing.T, what, path string) *childProcess {
	t.Helper()
	cmd := childCommand(t, what, path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &childProcess{cmd, bufio.NewScanner(out)}
}

func (c *childProcess) line(t *testing.T) string {
	t.Helper()
	if !c.out.Scan() {
		t.Fatalf("the child says nothing more: %v", c.out.Err())
	}
	return c.out.Text()
}

// kill ends the child with SIGKILL and returns what it had still said before.
func (c *childProcess) kill(t *testing.T) (said []string) {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for c.out.Scan() {
		said = append(said, c.out.Text())
	}
	err := c.cmd.Wait()
	if status := c.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
		t.Fatalf("the child ended by itself: %v: %s", err, strings.Join(said, " "))
	}
	return said
}
