package service_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zuji/internal/outbox"
	"zuji/internal/redistest"
	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
)

// childEnv makes the test binary run Zuji instead of the tests: the process that
// is killed.
const childEnv = "ZUJI_TEST_CHILD"

func TestMain(m *testing.M) {
	if raw := os.Getenv(childEnv); raw != "" {
		os.Exit(child(raw))
	}
	if folder := os.Getenv(rekeyEnv); folder != "" {
		os.Exit(rekeyChild(folder))
	}
	if raw := os.Getenv(writerEnv); raw != "" {
		finishChild(writer(raw))
	}
	if raw := os.Getenv(imagesEnv); raw != "" {
		var im images
		finishChild(errors.Join(json.Unmarshal([]byte(raw), &im), im.check()))
	}
	os.Exit(m.Run())
}

func finishChild(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// child runs Zuji, from when it is told to until SIGTERM.
func child(raw string) int {
	var c service.Config
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		fmt.Println(err)
		return 1
	}
	c.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	wrongly(&c)
	begin := make(chan struct{})
	obey(os.Stdin, begin)
	<-begin
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	z, err := service.Start(ctx, c)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("ready")
	if c.BackupDir != "" {
		go func() {
			for ctx.Err() == nil {
				_, _ = z.Backup(ctx) // a second one in a second is refused
			}
		}()
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-z.Failed():
	}
	stopping, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := errors.Join(failed, z.Stop(stopping)); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// A process is Zuji in a process of its own.
type process struct {
	cmd     *exec.Cmd
	in      io.Writer     // failpoints to arm
	ready   chan struct{} // closed when it serves, or has ended before
	fired   chan struct{} // gets a token for each failpoint that was met
	ended   chan struct{} // closed when it has ended, or is about to
	once    sync.Once
	serving atomic.Bool
}

func launch(t *testing.T, c service.Config, log *lines) *process {
	t.Helper()
	p := loaded(t, c, log)
	p.begin()
	return p
}

// loaded makes a process that only waits for begin.
func loaded(t *testing.T, c service.Config, log *lines) *process {
	t.Helper()
	c.Log, c.Now = nil, nil
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0]), ready: make(chan struct{}),
		fired: make(chan struct{}, 1), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), childEnv+"="+string(raw))
	p.cmd.Stderr = log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // a test that fails leaves none behind
	go func() {
		defer close(p.ended)
		defer p.once.Do(func() { close(p.ready) })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			switch lines.Text() {
			case "ready":
				p.serving.Store(true)
				p.once.Do(func() { close(p.ready) })
			case "fired":
				p.fired <- struct{}{}
			default:
				fmt.Fprintln(log, "child:", lines.Text())
			}
		}
	}()
	return p
}

func (p *process) begin() { _, _ = io.WriteString(p.in, "\n") }

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// Kills and landlords of the test in go test.
const (
	kills     = 150
	landlords = 60
)

// Zuji is killed again and again while landlords register: every registration of
// which one was told exists exactly once, with a number of its own, and everything
// in the folder is whole.
func TestTorture_Kill(t *testing.T) {
	t.Run("polling", func(t *testing.T) {
		t.Parallel()
		killTest(t, nil)
	})
	t.Run("webhook with redis", func(t *testing.T) {
		t.Parallel()
		redis := redistest.Start(t, "--appendfsync", "always")
		killTest(t, func(c *service.Config) {
			webhook(t)(c)
			c.RedisURL = redis.URL()
		})
	})
}

func killTest(t *testing.T, change func(*service.Config)) {
	rig := torture.New(t)
	random := rig.Rand(0)
	telegram := unlimited()
	t.Cleanup(telegram.Close)
	api := httptest.NewServer(telegram.Handler())
	t.Cleanup(api.Close)
	config := serving(api.URL, t.TempDir())
	if change != nil {
		change(&config)
	}
	log := &lines{}
	prepare(t, config, telegram)

	var stop atomic.Bool
	var people []*registrar
	var group sync.WaitGroup
	failed := make(chan error, landlords)
	for i := range landlords {
		r := newRegistrar(telegram, i)
		people = append(people, r)
		group.Go(func() {
			if err := r.run(func(int) bool { return !stop.Load() }, func(string) {}); err != nil {
				failed <- err
			}
		})
	}
	next := loaded(t, config, log)
	for range rig.Times(kills / 2) {
		p := next
		p.begin()
		<-p.ready
		if !p.serving.Load() {
			t.Fatalf("Zuji does not start:\n%s", log)
		}
		next = loaded(t, config, log)
		await(random, func() int { return acknowledged(people) - telegram.Pending() })
		p.kill()
		rig.Count("kills", 1)
	}
	last := next
	last.begin()
	stop.Store(true)
	group.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	waitPending(t, telegram)
	waitCards(t, telegram, people)
	_ = last.cmd.Process.Signal(syscall.SIGTERM)
	if err := last.cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	rig.Count("acked updates", acknowledged(people))
	rig.Count("landlords", landlords)
	rig.Count("registrations, each exactly once", checkRecords(t, config, telegram, people))
	if t.Failed() {
		t.Logf("log:\n%s", log)
	}
}

// await waits until Zuji has confirmed some more updates, or for two seconds: mostly
// it still has to do then what the kill before left undone.
func await(r *rand.Rand, confirmed func() int) {
	more := 100
	if r.IntN(16) == 0 {
		more = 600
	}
	want, moment := confirmed()+r.IntN(more), time.Duration(r.IntN(20))*time.Millisecond
	for since := time.Now(); confirmed() < want && time.Since(since) < 2*time.Second; {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(moment)
}

// acknowledged counts what the landlords sent. At the end all of it has been
// confirmed.
func acknowledged(people []*registrar) (n int) {
	for _, r := range people {
		n += int(r.sent.Load())
	}
	return n
}

// prepare makes the compound and its manager while Zuji runs undisturbed.
func prepare(t *testing.T, c service.Config, telegram *standin.Server) {
	t.Helper()
	c.Log, c.Now, c.WebhookURL, c.RedisURL = slog.New(slog.DiscardHandler), time.Now, "", ""
	z, err := service.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, telegram: telegram, zuji: z}
	compound, err := z.Registry.AddCompound(context.Background(), "compound-one", admin, tenancy.Compound{Name: "幸福花园", City: tenancy.DefaultCity})
	if err != nil {
		t.Fatal(err)
	}
	invitation := registry.Token()
	if err := z.Registry.Invite(context.Background(), invitation, compound.ID, tenancy.Manager, admin); err != nil {
		t.Fatal(err)
	}
	w.as(manager).start("s_" + invitation)
	w.as(manager).sees("您已是")
	w.stop()
}

func waitPending(t *testing.T, telegram *standin.Server) {
	t.Helper()
	for since := time.Now(); telegram.Pending() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(since) > stuck {
			t.Fatalf("%d updates are never confirmed", telegram.Pending())
		}
	}
}

// cards counts how often the manager was shown each registration.
func cards(telegram *standin.Server) map[string]int {
	shown := map[string]int{}
	for _, m := range telegram.As(manager).Messages(0) {
		if i := strings.Index(m.Text, "ZJ-"); i >= 0 && strings.Contains(m.Text, "待受理") {
			shown[strings.Fields(m.Text[i:])[0]]++
		}
	}
	return shown
}

// waitCards waits until the outbox has told the manager of everything.
func waitCards(t *testing.T, telegram *standin.Server, people []*registrar) {
	t.Helper()
	want := 0
	for _, r := range people {
		want += len(r.units)
	}
	before := 0
	for since := time.Now(); before < want && time.Since(since) < settle; time.Sleep(20 * time.Millisecond) {
		if n := len(cards(telegram)); n > before { // many may have waited until the kills ended
			before, since = n, time.Now()
		}
	}
}

// checkRecords holds the records against what the landlords did.
func checkRecords(t *testing.T, c service.Config, telegram *standin.Server, people []*registrar) (total int) {
	t.Helper()
	whole(t, c.Data)
	c.Log, c.Now, c.WebhookURL, c.RedisURL = slog.New(slog.DiscardHandler), time.Now, "", ""
	z, err := service.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Stop(context.Background()) }()
	numbers := map[string]bool{}
	var missing []string
	shown := cards(telegram)
	for _, r := range people {
		mine, err := z.Registry.Mine(context.Background(), r.id, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		if len(mine) != len(r.units) {
			t.Errorf("landlord %d registered %d units, stored are %d", r.id, len(r.units), len(mine))
		}
		for _, one := range mine {
			total++
			if len(one.History) != 1 {
				t.Errorf("%s was submitted %d times", one.Receipt, len(one.History))
			}
			if numbers[one.Receipt] {
				t.Errorf("receipt %s is given twice", one.Receipt)
			}
			numbers[one.Receipt] = true
			if n := shown[one.Receipt]; n == 0 {
				missing = append(missing, one.Receipt)
			} else if n > 2 {
				t.Errorf("the manager got %d cards of %s", n, one.Receipt)
			}
		}
	}
	if aside, err := z.Registry.Aside(context.Background(), 10); err != nil || len(aside) > 0 {
		t.Errorf("updates were set aside: %v %v", aside, err)
	}
	// Where two kills met the same notice, it is listed instead of sent a third time.
	open, err := z.Box.List(context.Background(), outbox.Unconfirmed, 1000)
	if err != nil || len(missing) > len(open) {
		t.Errorf("the manager got no card of %v, and %d are listed as unconfirmed (%v)", missing, len(open), err)
	}
	return total
}
