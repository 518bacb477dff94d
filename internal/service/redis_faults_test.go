package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/internal/redistest"
	"zuji/internal/service"
	"zuji/internal/torture"
)

// asked are the questions of a registration, in order, with what is typed.
var asked = []struct{ question, say string }{
	{"同意这样处理吗", "同意"},
	{"哪一栋", "3-1-%d"},
	{"您是？", "房东本人"},
	{"房东叫什么名字", "王建国"},
	{"房东的手机号", "13800138000"},
	{"租客叫什么名字", "李雷"},
	{"的证件号码", "119999199001010012"},
	{"李雷的手机号", "13900139000"},
	{"还有别人住吗", "没有了"},
	{"从哪天开始租", "明天"},
	{"租多久", "12 个月"},
	{"提交即声明", "提交"},
}

// at is the place among them of the question that a text asks, or -1.
func placeOf(text string) int {
	for i := len(asked) - 1; i >= 0; i-- {
		if strings.Contains(text, asked[i].question) {
			return i
		}
	}
	return -1
}

// A walker registers a unit question by question while Redis comes to harm.
type walker struct {
	*person
	rig  *torture.Rig
	room int
	took map[string][]time.Duration // by harm: how long an answer took
}

// tell types something and returns what the bot says to it.
func (w *walker) tell(text string) string {
	w.w.t.Helper()
	began := time.Now()
	sent, err := w.app.Send(text)
	if err != nil {
		w.w.t.Fatal(err)
	}
	for time.Since(began) < patience {
		var said string
		for _, m := range w.app.Messages(0) {
			if m.ID > sent.ID && m.From.ID != w.id {
				said += m.Text + "\n"
			}
		}
		if said != "" && w.w.telegram.Pending() == 0 {
			return said
		}
		time.Sleep(time.Millisecond)
	}
	w.w.t.Fatalf("no answer to %q:\n%s", text, w.chat())
	return ""
}

func (w *walker) answer(place int) string {
	say := asked[place].say
	if strings.Contains(say, "%d") {
		say = fmt.Sprintf(say, w.room)
	}
	return say
}

// A harm is done to Redis while a question is answered, and undone.
type harm struct {
	name string
	do   func()
	undo func()
	lost int  // questions before that may be asked again: the store may lose what was just written
	all  bool // the store loses everything
}

// suffers answers the question at place while harm is done, and then again until
// the next one is asked. It returns the place of the question that is open then.
func (w *walker) suffers(h harm, place int) int {
	w.w.t.Helper()
	h.do()
	began := time.Now()
	said := w.tell(w.answer(place))
	w.took[h.name] = append(w.took[h.name], time.Since(began))
	h.undo()
	again := 0
	for deadline := time.Now().Add(2 * patience); ; time.Sleep(100 * time.Millisecond) {
		if h.all && strings.Contains(said, "那份草稿可能没有保住") {
			return placeOf(w.tell("/register"))
		}
		if h.lost == 0 && !h.all && misunderstood(said) {
			w.w.t.Errorf("%s: what answers %q was taken for the answer to another question:\n%s", h.name, asked[place].question, said)
		}
		if now := placeOf(said); now >= 0 && now != place {
			if now < place-h.lost || now > place+1 && asked[place].question != "哪一栋" { // the landlord is known by then
				w.w.t.Fatalf("%s: from %q on to %q", h.name, asked[place].question, asked[now].question)
			}
			return now
		}
		stored := place == len(asked)-1 && strings.Contains(said, "我没有在等您回答") // but its answer never came
		if strings.Contains(said, "已提交给物业") || stored {
			return len(asked)
		}
		if placeOf(said) == place {
			again++
		}
		if again > 1 {
			w.w.t.Errorf("%s: %q is asked %d times more", h.name, asked[place].question, again)
		}
		if time.Now().After(deadline) {
			w.w.t.Fatalf("%s: the conversation does not go on:\n%s", h.name, w.chat())
		}
		w.rig.Count("answers given again", 1)
		said = w.tell(w.answer(place))
	}
}

// misunderstood reports whether a question is asked again because its answer was
// refused: all of them are right.
func misunderstood(said string) bool {
	return placeOf(said) >= 0 && strings.Contains(said, "⚠️") && !strings.Contains(said, "没有存上")
}

// registers walks through one registration; each question meets the next harm.
func (w *walker) registers(harms []harm, from int) {
	w.w.t.Helper()
	w.room++
	place := placeOf(w.tell("/register"))
	for n := from; place < len(asked); n++ {
		if place < 0 {
			w.w.t.Fatalf("no question is open:\n%s", w.chat())
		}
		h := harm{name: "none", do: func() {}, undo: func() {}}
		if n%2 == 1 {
			h = harms[n/2%len(harms)]
			w.rig.Count(h.name, 1)
		}
		place = w.suffers(h, place)
	}
}

// faces runs registrations through all harms and checks what they cost.
func faces(t *testing.T, w *world, rig *torture.Rig, harms []harm, registrations int) {
	t.Helper()
	wang := &walker{person: w.as(landlord), rig: rig, room: 100, took: map[string][]time.Duration{}}
	wang.start("")
	wang.sees("租记")
	rng := rig.Rand(1)
	for i := range registrations {
		rng.Shuffle(len(harms), func(i, j int) { harms[i], harms[j] = harms[j], harms[i] })
		wang.registers(harms, i%2)
	}
	mine, err := w.zuji.Registry.Mine(context.Background(), landlord, 1000)
	if err != nil || len(mine) != registrations {
		t.Errorf("%d registrations are stored of %d, %v", len(mine), registrations, err)
	}
	usual := slices.Min(wang.took["none"])
	for _, h := range harms {
		if took := wang.took[h.name]; len(took) > 0 {
			slices.Sort(took)
			t.Logf("%s: an answer takes %v to %v, else %v", h.name, took[0].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond), usual.Round(time.Millisecond))
			if added := took[0] - usual; added > 250*time.Millisecond { // the quickest: a busy machine can only add
				t.Errorf("%s adds %v", h.name, added)
			}
		}
	}
}

// Whatever happens between Zuji and Redis, an answer is at most asked for again
// once, costs little, and no registration is lost or doubled.
func TestTorture_RedisOneServer(t *testing.T) {
	rig := torture.New(t)
	redis := redistest.Start(t, "--appendfsync", "always")
	proxy := redis.Proxy()
	w := newWorld(t, func(c *service.Config) { c.RedisURL = proxy.URL() })
	harms := []harm{
		{name: "stopped", do: redis.Stop, undo: redis.Restart},
		{name: "stalled", do: redis.Stall, undo: redis.Resume},
		{name: "emptied", do: redis.FlushAll, undo: func() {}, all: true},
	}
	for _, x := range redistest.Toxins {
		harms = append(harms, harm{name: string(x), do: func() { proxy.Poison(x) }, undo: func() { proxy.Poison(redistest.None) }})
	}
	faces(t, w, rig, harms, 1+rig.Times(1))
}

// A sentinel makes the replica the master: what was written last may be lost.
func TestTorture_RedisFailover(t *testing.T) {
	rig := torture.New(t)
	set := redistest.StartSentinel(t)
	w := newWorld(t, func(c *service.Config) { c.RedisURL = set.URL() })
	once := sync.OnceFunc(set.Failover)
	faces(t, w, rig, []harm{{name: "failover", do: once, undo: func() {}, lost: 1}}, 1)
}

// A node of a cluster of three is killed and comes back.
func TestTorture_RedisCluster(t *testing.T) {
	rig := torture.New(t)
	cluster := redistest.StartCluster(t)
	w := newWorld(t, func(c *service.Config) { c.RedisURL = cluster.URL() })
	var harms []harm
	for i, n := range cluster.Nodes {
		harms = append(harms, harm{name: fmt.Sprintf("node %d killed", i+1), do: n.Stop, undo: n.Restart, lost: 1})
	}
	faces(t, w, rig, harms, 1)
}
