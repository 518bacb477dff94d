package service_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/calendar"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
)

// More people of the town.
const (
	landlady = 1007
	foreign  = 1006 // manages the other compound
)

var townNames = map[int64]string{landlord: "王建国", landlady: "陈女士", stranger: "路人", manager: "李经理", second: "赵经理", foreign: "外区经理", admin: "管理员"}

// A paper is what the model knows of a tenancy.
type paper struct {
	n        int // as the transcript townNames it
	id       string
	receipt  string
	name     string // the tenant's, of no other tenancy but those that replace it
	place    int    // which compound
	unit     string
	owner    int64 // 0: nobody yet
	state    tenancy.State
	purpose  tenancy.Purpose
	replaces *paper
	round    int
	numbered bool // it has a filing number
	end      calendar.Date
	lodger   int64  // who opened the tenant's link
	said     string // what they said, and why
}

// An openForm is a conversation under way, or put aside.
type openForm struct {
	flow    string
	about   *paper
	round   int
	place   int
	unit    string
	person  int  // number of the tenant in it
	rev     int  // 0: nothing was answered
	altered bool // a change changes something
	touched time.Time
}

// A town is Zuji at work, and what it must hold kept a second time: in memory and
// with the rules written out anew.
type town struct {
	*world
	rt     *rapid.T
	rig    *torture.Rig
	now    *clock
	places [2]tenancy.Compound
	staff  [2]map[int64]bool
	reader [2]map[int64]bool
	asks   [2]string // the question that a compound asks of its own, by its id
	papers []*paper
	forms  map[int64]*openForm
	drafts map[int64]map[*openForm]time.Time

	people int // tenants named so far
	rents  int
	looks  map[int64]map[int]string // by person: messages as they were
	before map[int]string           // the chat of who acts, before they did
	lines  []string
	told   map[int64][]string // by person: keys of what this step must send
	timely bool               // this step may send reminders
}

func newTown(t *testing.T, rt *rapid.T, rig *torture.Rig) *town {
	now := &clock{}
	now.set(day.At(10, 0))
	v := &town{rt: rt, rig: rig, now: now, forms: map[int64]*openForm{}, drafts: map[int64]map[*openForm]time.Time{}, looks: map[int64]map[int]string{}}
	repeats := rapid.Bool().Draw(rt, "updates come again")
	v.world = newWorld(t, func(c *service.Config) {
		c.Now = now.Now
		if repeats && c.Data != "" {
			webhook(t)(c)
			c.WebhookURL = v.deniedPath(t, c.Listen)
		}
	})
	v.t = rt
	v.places[0] = v.compound
	c, err := v.zuji.Registry.AddCompound(context.Background(), "compound-two", admin, tenancy.Compound{Name: "阳光家园", City: tenancy.DefaultCity})
	if err != nil {
		rt.Fatal(err)
	}
	v.places[1] = c
	v.telegram.AddUser(standin.User{ID: landlady, FirstName: "陈女士", LanguageCode: "zh-hans", Phone: "+8613800138000"})
	v.telegram.AddUser(standin.User{ID: foreign, FirstName: "外区经理", LanguageCode: "zh-hans", Phone: "+8613900139999"})
	v.telegram.AddUser(standin.User{ID: stranger, FirstName: "路人", LanguageCode: "zh-hans", Phone: "+8613900139999"})
	v.invite(c.ID, foreign)
	v.staff = [2]map[int64]bool{{manager: true, second: true}, {foreign: true}}
	v.reader = [2]map[int64]bool{{}, {}}
	for who := range townNames {
		v.as(who).start("")
	}
	v.calm()
	v.remember()
	return v
}

func (v *town) today() calendar.Date { return tenancy.Today(v.now.Now()) }

// Cases and steps of a case in the short size.
const (
	townCases = 6
	townSteps = 80
)

// Whatever landlords, managers and administrators do in their chats, in whatever
// order and with restarts in between, Zuji holds what the model says, tells each
// person once, and shows nobody what is not theirs.
func TestTorture_Town(t *testing.T) {
	rig := torture.New(t)
	set := func(name, value string) {
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(name, before) })
	}
	set("rapid.seed", strconv.FormatUint(rig.Seed, 10))
	set("rapid.checks", strconv.Itoa(rig.Times(townCases)))
	set("rapid.steps", strconv.Itoa(townSteps))
	set("rapid.nofailfile", "true")
	rapid.Check(t, func(rt *rapid.T) {
		v := newTown(t, rt, rig)
		rt.Cleanup(func() {
			v.t = t
			v.stop()
			v.telegram.Close()
			if rt.Failed() {
				rt.Logf("what happened:\n%s", strings.Join(v.lines, "\n"))
			}
		})
		actions := map[string]func(*rapid.T){}
		for name, a := range map[string]struct {
			often int
			act   func() int64
		}{
			"register": {3, v.registers}, "desk": {1, v.entersAtDesk}, "go on": {6, v.goesOn}, "leave": {1, v.leaves},
			"resume": {1, v.resumes}, "press": {5, v.pressesSomething}, "review": {2, v.reviews}, "begin": {4, v.beginsAbout},
			"hand over": {1, v.handsOver}, "invite": {2, v.invitesTenant}, "say": {2, v.tenantSays}, "take back": {1, v.takesBack}, "ask": {1, v.asksMore}, "look": {2, v.looksUp}, "staff": {1, v.changesStaff}, "days": {2, v.daysPass}, "restart": {1, v.restarts},
		} {
			for n := range a.often {
				actions[fmt.Sprintf("%s %d", name, n)] = v.step(a.act)
			}
		}
		rt.Repeat(actions)
		for _, p := range v.papers {
			rig.Count("tenancies "+string(p.state), 1)
		}
		v.verified()
	})
}

// deniedPath stands between Telegram and the webhook, and claims of a fifth of the
// updates that they were not delivered, so that they come again.
func (v *town) deniedPath(t *testing.T, to string) string {
	target, err := url.Parse("http://" + to)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	var mu sync.Mutex
	random := v.rig.Rand(0)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		deny := random.IntN(5) == 0
		mu.Unlock()
		if !deny {
			forward.ServeHTTP(w, r)
			return
		}
		v.rig.Count("updates that came again", 1)
		forward.ServeHTTP(httptest.NewRecorder(), r)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/zuji"
}
