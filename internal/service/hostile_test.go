package service_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
)

// The size of the test in the short size.
const (
	hostileKills   = 3
	hostilePeople  = 10
	hostileUnits   = 1  // that each registers
	hostileStaff   = 15 // to tell of each registration: tenancy.MaxStaff
	hostilePercent = 18 // of all calls, and of all updates
)

// disturb makes Telegram answer badly: silence, errors, connections that end
// before or after the effect, answers that come late.
func disturb(rig *torture.Rig) func(string, int64) *standin.Fault {
	var mu sync.Mutex
	rng := rig.Rand(1)
	return func(method string, _ int64) *standin.Fault {
		mu.Lock()
		defer mu.Unlock()
		if rng.IntN(100) >= hostilePercent {
			return nil
		}
		rig.Count("bad answers", 1)
		switch n := rng.IntN(12); {
		case n == 0:
			return &standin.Fault{Code: 429, RetryAfter: 1}
		case n < 3:
			return &standin.Fault{Code: 502}
		case n < 5:
			return &standin.Fault{Code: 500, Description: "Internal Server Error"}
		case n < 7:
			return &standin.Fault{DropBefore: true}
		case n < 9:
			return &standin.Fault{DropAfter: true}
		}
		return &standin.Fault{Delay: time.Duration(rng.IntN(400)) * time.Millisecond}
	}
}

// hostilePath stands between Telegram and Zuji's webhook: it delivers twice, late,
// or claims not to have delivered.
func hostilePath(t *testing.T, rig *torture.Rig, to string) string {
	target, err := url.Parse("http://" + to)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	rng := rig.Rand(2)
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		mu.Lock()
		kind, pause := rng.IntN(100), time.Duration(rng.IntN(60))*time.Millisecond
		mu.Unlock()
		send := func(w http.ResponseWriter) {
			again := r.Clone(context.WithoutCancel(r.Context()))
			again.Body = io.NopCloser(strings.NewReader(string(body)))
			forward.ServeHTTP(w, again)
		}
		switch {
		case kind < 6:
			rig.Count("updates sent twice", 1)
			go send(httptest.NewRecorder())
		case kind < 12:
			rig.Count("updates held up", 1)
			time.Sleep(pause)
		case kind < hostilePercent:
			rig.Count("updates delivered and denied", 1)
			send(httptest.NewRecorder())
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		send(w)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/zuji"
}

// A patient person registers a unit however badly the answers come: who hears
// nothing asks for the question again.
type patient struct {
	registrar
	t   *testing.T
	rig *torture.Rig
}

const silence = 1500 * time.Millisecond

func (p *patient) registers(unit string) error {
	if _, err := p.app.Send("/register"); err != nil {
		return err
	}
	answered, told, sent := map[string]bool{}, 0, false
	heard, asked := time.Now(), 0
	for since := time.Now(); time.Since(since) < stuck; time.Sleep(5 * time.Millisecond) {
		m := p.newest()
		if m.ID != told {
			heard, told = time.Now(), m.ID
		}
		if strings.Contains(m.Text, "已提交给物业") && sent || strings.Contains(m.Text, "没有没填完的草稿") && sent && m.ID > asked {
			return nil
		}
		if time.Since(heard) > silence {
			p.rig.Count("questions asked for again", 1)
			say := "/resume"
			if strings.Contains(m.Text, "没有没填完的草稿") {
				say = "/register"
			}
			if _, err := p.app.Send(say); err != nil {
				return err
			}
			answered, heard, asked = map[string]bool{}, time.Now(), m.ID
			continue
		}
		if m.ID <= asked {
			continue
		}
		question, say := p.reply(m, unit)
		if question == "" || answered[question] || p.say(m, say) != nil {
			continue
		}
		answered[question] = true
		sent = sent || question == "提交即声明"
	}
	return fmt.Errorf("no end; answered so far: %v", answered)
}

// reply is what the person says to a message: "" to one that asks nothing.
func (p *patient) reply(m standin.Message, unit string) (question, say string) {
	if strings.Contains(m.Text, "哪一栋") {
		return "unit", unit
	}
	for _, a := range answers {
		if strings.Contains(m.Text, a.question) && (a.question != "的手机号？" || !strings.Contains(m.Text, "房东的")) {
			return a.question, a.say
		}
	}
	return "", ""
}

// badTelegram is one that disturbs every call and the way to the webhook, with a
// compound whose staff is complete.
func badTelegram(t *testing.T, rig *torture.Rig) (*standin.Server, service.Config) {
	t.Helper()
	telegram := standin.New(standin.Options{Token: token, Username: username,
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}, WebhookRetry: 20 * time.Millisecond})
	t.Cleanup(telegram.Close)
	api := httptest.NewServer(telegram.Handler())
	t.Cleanup(api.Close)
	telegram.AddUser(standin.User{ID: manager, FirstName: "李经理", LanguageCode: "zh-hans"})
	config := service.Config{Token: token, APIURL: api.URL, Data: t.TempDir(), Admins: []int64{admin}, Rates: fast, Flood: calm}
	prepare(t, config, telegram)
	manyStaff(t, config, telegram)
	webhook(t)(&config)
	config.WebhookURL = hostilePath(t, rig, config.Listen)
	telegram.Faults(disturb(rig))
	return telegram, config
}

// patients lets patient people do something, all at the same time.
func patients(t *testing.T, rig *torture.Rig, telegram *standin.Server, do func(*patient)) ([]*patient, *sync.WaitGroup) {
	var people []*patient
	var group sync.WaitGroup
	for i := range hostilePeople {
		id := int64(2001 + i)
		telegram.AddUser(standin.User{ID: id, FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		p := &patient{registrar: registrar{app: telegram.As(id), id: id}, t: t, rig: rig}
		people = append(people, p)
		group.Go(func() { do(p) })
	}
	return people, &group
}

// registersNext registers the person's next unit.
func (p *patient) registersNext() {
	unit := fmt.Sprintf("%d-1-%d", p.id-2000, 101+len(p.units))
	if err := p.registers(unit); err != nil {
		p.t.Errorf("landlord %d, unit %s: %v\n%s", p.id, unit, err, p.newest().Text)
		return
	}
	p.units = append(p.units, unit)
}

// Telegram answers badly, updates come twice and late, and Zuji is killed all the
// while: every registration exists once, nobody is told a third time, and what may
// not have arrived is listed.
func TestTorture_Hostile(t *testing.T) {
	rig := torture.New(t)
	telegram, config := badTelegram(t, rig)
	log := &lines{}
	var left atomic.Int64
	left.Store(hostilePeople)
	people, group := patients(t, rig, telegram, func(p *patient) {
		defer left.Add(-1)
		for range rig.Times(hostileUnits) {
			p.registersNext()
		}
	})
	rng := rig.Rand(3)
	z := launched(t, config, log)
	for range rig.Times(hostileKills) {
		time.Sleep(time.Duration(500+rng.IntN(2500)) * time.Millisecond)
		if left.Load() == 0 {
			break
		}
		z.kill()
		rig.Count("kills", 1)
		z = launched(t, config, log)
	}
	group.Wait()
	waitPending(t, telegram)
	telegram.Faults(nil)
	_ = z.cmd.Process.Signal(syscall.SIGTERM)
	if err := z.cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	checkHostile(t, rig, config, telegram, people)
	if t.Failed() {
		t.Logf("log:\n%s", log)
	}
}

// launched starts Zuji, again where a bad answer ended the start, as systemd does.
func launched(t *testing.T, c service.Config, log *lines) *process {
	t.Helper()
	for range 20 {
		p := launch(t, c, log)
		if <-p.ready; p.serving.Load() {
			return p
		}
		_ = p.cmd.Wait()
	}
	t.Fatalf("Zuji does not start:\n%s", log)
	return nil
}

// manyStaff makes the compound's staff complete, so that much is to be told.
func manyStaff(t *testing.T, c service.Config, telegram *standin.Server) {
	t.Helper()
	c.Log, c.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, telegram: telegram, zuji: z, compound: tenancy.Compound{ID: "compound-one"}}
	for i := range hostileStaff - 1 {
		id := int64(3001 + i)
		telegram.AddUser(standin.User{ID: id, FirstName: fmt.Sprintf("物业%d", i), LanguageCode: "zh-hans"})
		w.invite(w.compound.ID, id)
	}
	w.stop()
}
