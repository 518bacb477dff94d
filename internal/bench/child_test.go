//go:build unix

package bench_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"zuji/internal/service"
)

// A bot under test runs in a process of its own, so that its processor time and
// its allocations are its own: the test binary, which finds its order here.
const childEnv = "ZUJI_BENCH_CHILD"

// before is Zuji as it was: a test binary of this package built from an earlier
// commit (go test -c -o FILE ./internal/bench), which the environment names.
const (
	before    = "before"
	beforeEnv = "ZUJI_BENCH_BEFORE"
)

// ready is what a child prints when it serves.
const ready = "ready"

// An order is what a child is to run.
type order struct {
	Bot     string
	Config  service.Config
	Profile string // file for profiles; "": none
}

var bots = map[string]func(context.Context, service.Config) error{"zuji": zuji, "baseline": baseline, "floor": floor}

func TestMain(m *testing.M) {
	if raw := os.Getenv(childEnv); raw != "" {
		if err := child(raw); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// zuji is the whole service.
func zuji(ctx context.Context, c service.Config) error {
	c.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	c.Now = time.Now
	z, err := service.Start(ctx, c)
	if err != nil {
		return err
	}
	fmt.Println(ready)
	select {
	case <-ctx.Done():
	case err := <-z.Failed():
		return err
	}
	return z.Stop(context.WithoutCancel(ctx))
}

// child runs a bot until its input ends, and for each line of it prints its
// figures.
func child(raw string) error {
	var o order
	if err := json.Unmarshal([]byte(raw), &o); err != nil {
		return err
	}
	end, err := profiling(o.Profile)
	if err != nil {
		return err
	}
	defer end()
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		defer stop()
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			_ = json.NewEncoder(os.Stdout).Encode(now())
		}
	}()
	return bots[o.Bot](ctx, o.Config)
}

// profiling writes a profile of the processor and one of what is allocated.
func profiling(file string) (end func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	busy, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	allocated, err := os.Create(file + ".allocs")
	if err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = pprof.Lookup("allocs").WriteTo(allocated, 0) // an empty file says so
	}, pprof.StartCPUProfile(busy)
}

// figures are what a process has used up since its start.
type figures struct {
	CPU     time.Duration
	Mallocs uint64
}

func now() (f figures) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it can't fail for the own process
	return figures{time.Duration(u.Utime.Nano() + u.Stime.Nano()), m.Mallocs}
}

// A process is a bot under test.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// launch starts a bot and waits until it serves.
func launch(t testing.TB, o order) *process {
	t.Helper()
	o.Config.Log, o.Config.Now = nil, nil
	program := os.Args[0]
	if o.Bot == before {
		program, o.Bot = os.Getenv(beforeEnv), "zuji"
	}
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(program)}
	p.cmd.Env = append(os.Environ(), childEnv+"="+string(raw))
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !p.out.Scan() || p.out.Text() != ready {
		t.Fatalf("%s does not start: %s", o.Bot, p.out.Text())
	}
	return p
}

// figures asks the process what it has used up so far.
func (p *process) figures(t testing.TB) (f figures) {
	t.Helper()
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		t.Fatal(err)
	}
	if !p.out.Scan() || json.Unmarshal(p.out.Bytes(), &f) != nil {
		t.Fatalf("no figures, but %q", p.out.Text())
	}
	return f
}

// stop ends the process.
func (p *process) stop(t testing.TB) {
	t.Helper()
	p.in.Close()
	for p.out.Scan() {
		t.Errorf("the bot said %q", p.out.Text())
	}
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
}
