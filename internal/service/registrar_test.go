package service_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"zuji/internal/standin"
)

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
	app    *standin.Client
	id     int64
	events <-chan standin.Event
	told   map[string]bool // receipts
	units  []string        // registered
	sent   atomic.Int64    // updates
}

// newRegistrar returns a landlord whose homes are in a building of their own.
func newRegistrar(telegram *standin.Server, i int) *registrar {
	id := int64(2001 + i)
	telegram.AddUser(standin.User{ID: id, FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
	app := telegram.As(id)
	return &registrar{app: app, id: id, events: app.Events(context.Background()), told: map[string]bool{}}
}

// run registers while more says so. It reports each unit that is registered.
func (r *registrar) run(more func(done int) bool, registered func(unit string)) error {
	if err := r.send("/start"); err != nil {
		return err
	}
	for more(len(r.units)) {
		n := len(r.units)
		unit := fmt.Sprintf("%d-%d-%d", r.id-2000, n/50+1, n%50*100+101)
		if err := r.register(unit); err != nil {
			return fmt.Errorf("landlord %d, unit %s: %w\n%s", r.id, unit, err, r.newest().Text)
		}
		r.units = append(r.units, unit)
		registered(unit)
	}
	return nil
}

// send sends a text.
func (r *registrar) send(text string) error {
	r.sent.Add(1)
	_, err := r.app.Send(text)
	return err
}

// look waits until something has happened in the chat.
func (r *registrar) look() {
	select {
	case <-r.events:
	case <-time.After(200 * time.Millisecond):
	}
}

// stuck is how long a landlord waits for an answer before the test fails.
const stuck = time.Minute

func (r *registrar) register(unit string) error {
	if err := r.send("/register"); err != nil {
		return err
	}
	answered, pressed := map[string]bool{}, map[string]int{} // by question; the message whose button
	last, told := "", 0
	for since := time.Now(); time.Since(since) < stuck; r.look() {
		m := r.newest()
		if r.receipt(m) {
			return nil
		}
		if lost := strings.Contains(m.Text, "没有存上。请"); m.ID != told && (lost || strings.Contains(m.Text, "我没有在等您回答")) {
			// On a busy machine Redis may be late, or the disk is full: a person does as
			// they are told, but not at once.
			time.Sleep(20 * time.Millisecond)
			told, answered[last] = m.ID, false
			again := "好的"
			if !lost {
				again = "/register"
			}
			if err := r.send(again); err != nil {
				return err
			}
			continue
		}
		if m.ID != told && strings.Contains(r.before(m).Text, "请重新回答") {
			told, answered[last] = m.ID, false
		}
		if !answered["unit"] && strings.Contains(m.Text, "哪一栋") {
			answered["unit"], last, since = true, "unit", time.Now()
			if err := r.send(unit); err != nil {
				return err
			}
			continue
		}
		for _, a := range answers {
			// A question that is shown anew after its button was pressed is pressed again: the
			// press may have overtaken what was typed before, and gone with the old message.
			done := answered[a.question] && (pressed[a.question] == 0 || pressed[a.question] == m.ID)
			if done || !strings.Contains(m.Text, a.question) || a.question == "的手机号？" && strings.Contains(m.Text, "房东的") {
				continue
			}
			if err := r.say(m, a.say); err != nil {
				break
			}
			answered[a.question], last, since = true, a.question, time.Now()
			if strings.HasPrefix(a.say, "[") {
				pressed[a.question] = m.ID
			}
			break
		}
	}
	return fmt.Errorf("no answer; answered so far: %v", answered)
}

// say types or presses an answer; it fails while the button is not there yet.
func (r *registrar) say(m standin.Message, say string) error {
	label, press := strings.CutPrefix(say, "[")
	if !press {
		return r.send(say)
	}
	for _, row := range m.Inline {
		for _, k := range row {
			if k.Text == strings.TrimSuffix(label, "]") {
				r.sent.Add(1)
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

// before is the message before another.
func (r *registrar) before(m standin.Message) standin.Message {
	all := r.app.Messages(0)
	for i := range all {
		if i > 0 && all[i].ID == m.ID {
			return all[i-1]
		}
	}
	return standin.Message{}
}

// receipt reports whether a message tells of a registration that was not told of
// before; the same message may come twice.
func (r *registrar) receipt(m standin.Message) bool {
	i := strings.Index(m.Text, "ZJ-")
	if i < 0 || !strings.Contains(m.Text, "已提交给物业") {
		return false
	}
	number := strings.Fields(m.Text[i:])[0]
	known := r.told[number]
	r.told[number] = true
	return !known
}
