package service_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/bot"
	"zuji/bot/outgoing"
	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

const (
	landlord = 1001
	manager  = 1002
	second   = 1003 // another manager
	admin    = 1004
	stranger = 1005

	token    = "1000000001:test-only-not-a-token-0000000000000"
	username = "ZujiTestBot"
)

// calm takes whatever a test types.
var calm = bot.Flood{Burst: 1_000_000, PerSecond: 1_000_000}

// fast are rates that do not slow a test down; the stand-in's limits are off.
var fast = outgoing.Rates{Overall: 10_000, Chat: 10_000, Burst: 1000, Group: 10_000}

// A world is Zuji running against the stand-in.
type world struct {
	t        rapid.TB
	telegram *standin.Server
	config   service.Config
	zuji     *service.Service
	logs     *lines
	compound tenancy.Compound
	clock    func() time.Time
}

// A clock is one that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) Now() time.Time      { return time.UnixMilli(c.at.Load()) }
func (c *clock) set(at time.Time)    { c.at.Store(at.UnixMilli()) }
func (c *clock) add(d time.Duration) { c.at.Add(d.Milliseconds()) }
func (c *clock) days(n int)          { c.set(c.Now().AddDate(0, 0, n)) }

// at starts a world on the day of the transcripts, with a clock that the test
// moves and that Telegram shares.
func at(t *testing.T) (*world, *clock) {
	t.Helper()
	now := &clock{}
	now.set(day.At(10, 0))
	w := newWorld(t, func(c *service.Config) { c.Now = now.Now })
	boss := w.as(admin)
	boss.start("")
	boss.sees("租记")
	return w, now
}

// lines collect what is logged.
type lines struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// newWorld starts Zuji with one compound and its managers. change may alter the
// configuration.
func newWorld(t *testing.T, change func(*service.Config)) *world {
	t.Helper()
	w := &world{t: t, logs: &lines{}}
	tell := service.Config{Now: time.Now}
	if change != nil {
		change(&tell)
	}
	w.clock = tell.Now
	w.telegram = standin.New(standin.Options{Token: token, Username: username,
		Now:    func() time.Time { return w.clock() },
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}, WebhookRetry: 50 * time.Millisecond})
	t.Cleanup(w.telegram.Close)
	api := httptest.NewServer(w.telegram.Handler())
	t.Cleanup(api.Close)
	for id, name := range map[int64]string{landlord: "王建国", manager: "李经理", second: "赵经理", admin: "管理员", stranger: "路人"} {
		w.telegram.AddUser(standin.User{ID: id, FirstName: name, LanguageCode: "zh-hans", Phone: "+8613800138000"})
	}
	w.config = service.Config{
		Token: token, APIURL: api.URL, Data: t.TempDir(), Admins: []int64{admin}, Rates: fast, Flood: calm, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}
	if change != nil {
		change(&w.config)
	}
	w.start()
	t.Cleanup(func() {
		if t.Failed() && w.logs.String() != "" {
			t.Logf("log:\n%s", w.logs)
		}
	})
	t.Cleanup(func() { w.protected() })
	t.Cleanup(w.stop)
	w.settle()
	return w
}

func (w *world) start() {
	w.t.Helper()
	z, err := service.Start(context.Background(), w.config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.zuji = z
}

func (w *world) stop() {
	w.t.Helper()
	if w.zuji == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.zuji.Stop(ctx); err != nil {
		w.t.Error(err)
	}
	w.zuji = nil
}

// settle makes the compound and lets the managers in by invitation.
func (w *world) settle() {
	w.t.Helper()
	ctx := context.Background()
	city := tenancy.City{Name: "杭州", FileDays: 30, ReportDays: 3, ReportWorking: true, MinArea: 5, MaxPerRoom: 2, DepositMonths: 3}
	c, err := w.zuji.Registry.AddCompound(ctx, "compound-one", admin, tenancy.Compound{Name: "幸福花园", City: city})
	if err != nil {
		w.t.Fatal(err)
	}
	w.compound = c
	for _, who := range []int64{manager, second} {
		w.invite(c.ID, who)
	}
}

// invite lets a person into a compound's staff.
func (w *world) invite(compound string, who int64) {
	w.t.Helper()
	invitation := registry.Token()
	if err := w.zuji.Registry.Invite(context.Background(), invitation, compound, tenancy.Manager, admin); err != nil {
		w.t.Fatal(err)
	}
	p := w.as(who)
	p.start("s_" + invitation)
	p.sees("您已是")
}

// user is a person of the world with another phone.
func (w *world) user(id int64, phone string) *standin.User {
	return &standin.User{ID: id, FirstName: "路人", LanguageCode: "zh-hans", Phone: phone}
}

// webhook makes a config deliver by webhook.
func webhook(t *testing.T) func(*service.Config) {
	return func(c *service.Config) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c.Listen = l.Addr().String()
		l.Close()
		c.WebhookURL = fmt.Sprintf("http://%s/zuji", c.Listen)
	}
}

// A person acts in their private chat with the bot.
type person struct {
	w    *world
	id   int64
	app  *standin.Client
	wait time.Duration // 0: patience
}

// within is the person with another patience.
func (p *person) within(d time.Duration) *person {
	q := *p
	q.wait = d
	return &q
}

func (p *person) deadline() time.Time {
	if p.wait == 0 {
		return time.Now().Add(patience)
	}
	return time.Now().Add(p.wait)
}

func (w *world) as(id int64) *person { return &person{w: w, id: id, app: w.telegram.As(id)} }

func (p *person) must(_ any, err error) {
	p.w.t.Helper()
	if err != nil {
		p.w.t.Fatal(err)
	}
}

func (p *person) start(payload string) { p.w.t.Helper(); p.must(p.app.Start(payload)) }

func (p *person) says(text string) { p.w.t.Helper(); p.must(p.app.Send(text)) }

func (p *person) shares() { p.w.t.Helper(); p.must(p.app.ShareContact()) }

const patience = 10 * time.Second

// sees waits until the bot has said text: in a new message or by an edit.
func (p *person) sees(text string) standin.Message {
	p.w.t.Helper()
	deadline := p.deadline()
	for time.Now().Before(deadline) {
		all := p.app.Messages(0)
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].From.ID != p.id && strings.Contains(all[i].Text, text) {
				return all[i]
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.w.t.Fatalf("%d does not see %q; the chat is:\n%s", p.id, text, p.chat())
	return standin.Message{}
}

// asked waits until the newest message is the bot's and says text.
func (p *person) asked(text string) {
	p.w.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		all := p.app.Messages(0)
		if n := len(all); n > 0 && all[n-1].From.ID != p.id && strings.Contains(all[n-1].Text, text) {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.w.t.Fatalf("%d is not asked %q; the chat is:\n%s", p.id, text, p.chat())
}

// presses waits for a button with the label on the newest message that has one,
// and presses it.
func (p *person) presses(label string) {
	p.w.t.Helper()
	deadline := time.Now().Add(patience)
	var err error
	for time.Now().Before(deadline) {
		if _, err = p.app.PressLabel(label); err == nil {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.w.t.Fatalf("%d can't press %q: %v; the chat is:\n%s", p.id, label, err, p.chat())
}

// offered waits until a button with the label is there.
func (p *person) offered(label string) {
	p.w.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if strings.Contains(p.chat(), "<"+label+">") {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.w.t.Fatalf("%d is not offered %q; the chat is:\n%s", p.id, label, p.chat())
}

// toasted waits until a short note with the text comes up.
func (p *person) toasted(events <-chan standin.Event, text string) {
	p.w.t.Helper()
	for {
		select {
		case e := <-events:
			if e.Kind == "toast" && strings.Contains(e.Text, text) {
				return
			}
		case <-time.After(patience):
			p.w.t.Fatalf("no note %q; the log is %s", text, p.w.logs)
		}
	}
}

func (p *person) chat() string {
	var b strings.Builder
	for _, m := range p.app.Messages(0) {
		fmt.Fprintf(&b, "[%d] %s\n", m.From.ID, m.Text)
		for _, row := range m.Inline {
			for _, k := range row {
				fmt.Fprintf(&b, " <%s>", k.Text)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// settled waits until every update is confirmed and nothing has been sent for a
// moment.
func (w *world) settled() {
	w.t.Helper()
	calls, since := -1, time.Now()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		n := w.sent()
		if n != calls {
			calls, since = n, time.Now()
		}
		if w.telegram.Pending() == 0 && time.Since(since) > 25*time.Millisecond {
			return
		}
	}
	w.t.Fatal("Zuji does not come to rest")
}

// sent counts the calls other than polls.
func (w *world) sent() (n int) {
	for _, c := range w.telegram.Calls() {
		if c.Method != "getUpdates" {
			n++
		}
	}
	return n
}
