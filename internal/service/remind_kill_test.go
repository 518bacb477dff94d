package service_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
	"zuji/internal/when"
)

// The size of the test in make test.
const (
	remindKills  = 40
	remindPeople = 400

	remindRate = 300.0            // reminders a second: ten times Telegram's, so that answers are quicker than rows here too
	settle     = 30 * time.Second // for what is still to be sent after the last kill
)

// Reminders that have come due are sent though Zuji is killed again and again
// while it sends them: every one arrives or, where two kills met the same one, is
// listed as unconfirmed; at most as many come twice as there were kills, none
// three times.
func TestTorture_Reminders(t *testing.T) {
	rig := torture.New(t)
	kills, people := rig.Times(remindKills), rig.Times(remindPeople)
	telegram := standin.New(standin.Options{Token: token, Username: username,
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}})
	t.Cleanup(telegram.Close)
	api := httptest.NewServer(telegram.Handler())
	t.Cleanup(api.Close)
	config := service.Config{Token: token, APIURL: api.URL, Data: t.TempDir(), Admins: []int64{admin}, Rates: fast, Flood: calm}
	duePast(t, config, telegram, people)
	config.Rates.Overall = remindRate
	between := time.Duration(2 * float64(people) / remindRate / float64(kills) * float64(time.Second))

	log := &lines{}
	killed := 0
	for ; killed < kills; killed++ {
		p := launch(t, config, log)
		<-p.ready
		if !p.serving.Load() {
			t.Fatalf("Zuji does not start:\n%s", log)
		}
		time.Sleep(rand.N(between))
		p.kill()
	}
	last := launch(t, config, log)
	<-last.ready
	for since := time.Now(); time.Since(since) < settle; time.Sleep(50 * time.Millisecond) {
		if _, _, missing := arrived(telegram, people); missing == 0 {
			break
		}
	}
	_ = last.cmd.Process.Signal(syscall.SIGTERM)
	if err := last.cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	whole(t, config.Data)
	total, twice, missing := arrived(telegram, people)
	listed := unconfirmed(t, config)
	rig.Count("kills", killed)
	rig.Count("reminders", people)
	rig.Count("messages", total)
	rig.Count("came twice", twice)
	rig.Count("listed as unconfirmed", listed)
	rig.Count("did not arrive", missing)
	if twice > killed {
		t.Errorf("%d reminders came twice, more than there were kills", twice)
	}
	if missing > listed {
		t.Errorf("%d reminders are missing, %d are listed:\n%s", missing, listed, log)
	}
}

// unconfirmed counts the messages of which Zuji says that it does not know.
func unconfirmed(t *testing.T, c service.Config) int {
	t.Helper()
	c.Log, c.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	n, err := z.Box.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	return n.Unconfirmed
}

func remindee(i int) int64 { return int64(5001 + i) }

// duePast makes people who each have one reminder that has come due.
func duePast(t *testing.T, c service.Config, telegram *standin.Server, people int) {
	t.Helper()
	ctx := context.Background()
	c.Log, c.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, telegram: telegram, zuji: z}
	for i := range people {
		telegram.AddUser(standin.User{ID: remindee(i), FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		if _, err := telegram.As(remindee(i)).Start(""); err != nil {
			t.Fatal(err)
		}
	}
	w.settled()
	far := when.Repeat{}.Begin(when.On(tenancy.Today(time.Now()).AddDays(300), 9*60, time.UTC), z.Registry.Holidays)
	for i := range people {
		id := fmt.Sprintf("own%d", i)
		o := tenancy.OwnReminder{ID: id, By: remindee(i), Whom: tenancy.Myself, What: "收房租", Series: far}
		if err := z.Registry.SetOwn(ctx, o); err != nil {
			t.Fatal(err)
		}
		if err := z.Registry.Change(ctx, remindee(i), func(p *tenancy.Profile) { p.Hours.From, p.Hours.To = 0, 24*60 }); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	for i := range people {
		item := registry.Item{Kind: registry.OwnKind, Tenancy: fmt.Sprintf("own%d", i)}
		if err := z.Registry.Snooze(ctx, remindee(i), item, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

// arrived counts the reminders in all chats.
func arrived(telegram *standin.Server, people int) (total, twice, missing int) {
	for i := range people {
		n := 0
		for _, m := range telegram.As(remindee(i)).Messages(0) {
			if strings.Contains(m.Text, "🔔 收房租") {
				n++
			}
		}
		total += n
		switch {
		case n == 0:
			missing++
		case n == 2:
			twice++
		case n > 2:
			panic(fmt.Sprintf("a reminder came %d times", n))
		}
	}
	return total, twice, missing
}
