package service_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
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
	os.Exit(m.Run())
}

// child runs Zuji until SIGTERM.
func child(raw string) int {
	var c service.Config
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		fmt.Println(err)
		return 1
	}
	c.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	c.Now = time.Now
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
	select {
	case <-ctx.Done():
	case err := <-z.Failed():
		fmt.Println(err)
		return 1
	}
	stopping, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := z.Stop(stopping); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// A process is Zuji in a process of its own.
type process struct {
	cmd     *exec.Cmd
	ready   chan struct{} // closed when it serves, or has ended before
	once    sync.Once
	serving atomic.Bool
}

func launch(t *testing.T, c service.Config, log *lines) *process {
	t.Helper()
	c.Log, c.Now = nil, nil
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0]), ready: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), childEnv+"="+string(raw))
	p.cmd.Stderr = log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer p.once.Do(func() { close(p.ready) })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "ready" {
				p.serving.Store(true)
				p.once.Do(func() { close(p.ready) })
			} else {
				fmt.Fprintln(log, "child:", lines.Text())
			}
		}
	}()
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// answers are what a landlord says to each question; a label in brackets is
// pressed.
var answers = []struct{ question, say string }{
	{"同意这样处理吗", "[✅ 同意]"},
	{"您是？", "[房东本人]"},
	{"房东叫什么名字", "王建国"},
	{"房东的手机号", "13800138000"},
	{"租客叫什么名字", "李雷"},
	{"的证件号码", "119999199001010012"},
	{"的手机号？", "13900139000"},
	{"还有别人住吗", "[没有了]"},
	{"从哪天开始租", "明天"},
	{"租多久", "[12 个月]"},
	{"提交即声明", "[✅ 属实，提交]"},
}

// registrar registers one unit after another until stop, like a patient person:
// each question is answered once.
type registrar struct {
	t     *testing.T
	app   *standin.Client
	id    int64
	units []string
}

func (r *registrar) run(stop *atomic.Bool) error {
	if _, err := r.app.Start(""); err != nil {
		return err
	}
	for n := 1; !stop.Load(); n++ {
		unit := fmt.Sprintf("%d-1-%d", r.id-2000, 100*n+1)
		if err := r.register(unit); err != nil {
			return fmt.Errorf("landlord %d, unit %s: %w\n%s", r.id, unit, err, r.newest().Text)
		}
		r.units = append(r.units, unit)
	}
	return nil
}

// stuck is how long a landlord waits for an answer before the test fails.
const stuck = 2 * time.Minute

func (r *registrar) register(unit string) error {
	done := r.receipts()
	if _, err := r.app.Send("/register"); err != nil {
		return err
	}
	answered := map[string]bool{}
	last, told := "", 0
	for since := time.Now(); time.Since(since) < stuck; time.Sleep(time.Duration(2+rand.IntN(8)) * time.Millisecond) {
		if r.receipts() > done {
			return nil
		}
		m := r.newest()
		if lost := strings.Contains(m.Text, "没有存上"); m.ID != told && (lost || strings.Contains(m.Text, "我没有在等您回答")) {
			// On a busy machine Redis may be late: a person does as they are told.
			told, answered[last] = m.ID, false
			again := "好的"
			if !lost {
				again = "/register"
			}
			if _, err := r.app.Send(again); err != nil {
				return err
			}
			continue
		}
		if !answered["unit"] && strings.Contains(m.Text, "哪一栋") {
			answered["unit"], last, since = true, "unit", time.Now()
			if _, err := r.app.Send(unit); err != nil {
				return err
			}
			continue
		}
		for _, a := range answers {
			if answered[a.question] || !strings.Contains(m.Text, a.question) || a.question == "的手机号？" && strings.Contains(m.Text, "房东的") {
				continue
			}
			if err := r.say(m, a.say); err != nil {
				break
			}
			answered[a.question], last, since = true, a.question, time.Now()
			break
		}
	}
	return fmt.Errorf("no answer; answered so far: %v", answered)
}

// say types or presses an answer; it fails while the button is not there yet.
func (r *registrar) say(m standin.Message, say string) error {
	label, press := strings.CutPrefix(say, "[")
	if !press {
		_, err := r.app.Send(say)
		return err
	}
	for _, row := range m.Inline {
		for _, k := range row {
			if k.Text == strings.TrimSuffix(label, "]") {
				_, err := r.app.Press(0, m.ID, k.Data)
				return err
			}
		}
	}
	return fmt.Errorf("no button %s", say)
}

func (r *registrar) newest() standin.Message {
	all := r.app.Messages(0)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].From.ID != r.id {
			return all[i]
		}
	}
	return standin.Message{}
}

// receipts counts the registrations that the landlord was told of; the same
// message may come twice.
func (r *registrar) receipts() int {
	told := map[string]bool{}
	for _, m := range r.app.Messages(0) {
		if i := strings.Index(m.Text, "ZJ-"); i >= 0 && strings.Contains(m.Text, "已提交给物业") {
			told[strings.Fields(m.Text[i:])[0]] = true
		}
	}
	return len(told)
}

// Kills and landlords of the test in make test.
const (
	kills     = 150
	landlords = 50
)

func TestKill_RegistrationsExistExactlyOnce(t *testing.T) {
	t.Run("polling", func(t *testing.T) { killTest(t, kills/2, nil) })
	t.Run("webhook with redis", func(t *testing.T) {
		redis := redistest.Start(t, "--appendfsync", "always")
		killTest(t, kills-kills/2, func(c *service.Config) {
			webhook(t)(c)
			c.RedisURL = redis.URL()
		})
	})
}

func killTest(t *testing.T, kills int, change func(*service.Config)) {
	telegram := standin.New(standin.Options{Token: token, Username: username,
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}, WebhookRetry: 20 * time.Millisecond})
	defer telegram.Close()
	api := httptest.NewServer(telegram.Handler())
	defer api.Close()
	telegram.AddUser(standin.User{ID: manager, FirstName: "李经理", LanguageCode: "zh-hans"})
	config := service.Config{Token: token, APIURL: api.URL, Data: t.TempDir(), Admins: []int64{admin}, Rates: fast}
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
		id := int64(2001 + i)
		telegram.AddUser(standin.User{ID: id, FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		r := &registrar{t: t, app: telegram.As(id), id: id}
		people = append(people, r)
		group.Go(func() {
			if err := r.run(&stop); err != nil {
				failed <- err
			}
		})
	}
	for range kills {
		p := launch(t, config, log)
		<-p.ready
		if !p.serving.Load() {
			t.Fatalf("Zuji does not start:\n%s", log)
		}
		time.Sleep(time.Duration(rand.IntN(160)) * time.Millisecond)
		p.kill()
	}
	last := launch(t, config, log)
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
	total := checkRecords(t, config, telegram, people)
	t.Logf("%d kills, %d landlords, %d registrations, each exactly once", kills, landlords, total)
	if t.Failed() {
		all := log.String()
		t.Logf("log:\n%s", all)
	}
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
	since := time.Now()
	for len(cards(telegram)) < want && time.Since(since) < settle {
		time.Sleep(20 * time.Millisecond)
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
