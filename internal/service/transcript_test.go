package service_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/transcript"

	"context"

	"zuji/flows"
)

// day is the day on which all transcripts play.
var day = calendar.Date{Year: 2026, Month: time.November, Day: 23}

// through plays a transcript through the whole bot: every line is a message or a
// press in the stand-in, every answer what changed in the person's app.
type through struct {
	*person
	before map[int]string // the chat's messages before the step
}

// starter begins the conversation of a transcript.
func (w *world) starter(name string) (who int64, begin func(p *person)) {
	switch flow, _, _ := strings.Cut(name, "_"); flow {
	case "filing":
		w.register()
		return landlord, func(p *person) { p.says("/filing"); p.presses("3栋1单元502室") }
	case "returning":
		w.register()
		return manager, func(p *person) { p.presses("↩️ 退回") }
	case "renewal", "change", "ending":
		w.accepted(landlord)
		return landlord, func(p *person) {
			p.says("/my")
			p.presses("3栋1单元502室")
			p.presses(map[string]string{"renewal": "🔁 续租", "change": "✏️ 变更", "ending": "🚪 退租"}[flow])
		}
	case "filed":
		w.accepted(landlord)
		return landlord, func(p *person) { p.says("/filed"); p.presses("3栋1单元502室") }
	case "rejecting":
		w.register()
		return manager, func(p *person) { p.presses("🚫 不予受理") }
	case "revealing":
		w.register()
		return manager, func(p *person) { p.presses("👁 看完整号码") }
	case "notice":
		w.letHomes()
		return manager, func(p *person) { p.says("/notice"); p.presses("✉️ 发告知书") }
	case "desk":
		return manager, func(p *person) { p.says("/desk") }
	case "objecting":
		w.register()
		return stranger, func(p *person) { p.start("t_" + w.invitation("a")); p.presses("❗ 有出入") }
	case "own":
		w.accepted(landlord)
		who := int64(landlord)
		if strings.Contains(name, "staff") {
			who = manager
		}
		return who, func(p *person) { p.says("/remind") }
	case "homes":
		return manager, func(p *person) { p.says("/units"); p.presses("➕ 加房号") }
	case "stay":
		w.accepted(landlord)
		return manager, func(p *person) {
			p.says("/units")
			p.presses("3栋（租 1）")
			p.presses("🔑 1-502")
			p.presses("➕ 加一位住的人")
		}
	case "takeover":
		w.accepted(0)
		return landlord, func(p *person) { p.start("l_" + w.handover()) }
	case "question":
		return manager, func(p *person) { p.says("/questions"); p.presses("➕ 加一个问题") }
	case "custom":
		w.register()
		w.asks()
		return landlord, func(p *person) { p.says("/register") }
	case "compound":
		return admin, func(p *person) { p.start(""); p.sees("租记"); p.says("/addcompound") }
	}
	return landlord, func(p *person) { p.start(""); w.settled(); p.says("/register") }
}

// register puts the tenancy of the ordinary transcript into the records.
func (w *world) register() {
	w.t.Helper()
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	if _, err := w.zuji.Registry.Submit(context.Background(), w.ordinary()); err != nil {
		w.t.Fatal(err)
	}
	w.as(manager).sees("待受理")
}

// accepted puts the ordinary tenancy into the register: the owner's, or entered
// at the desk if there is none.
func (w *world) accepted(owner int64) {
	w.t.Helper()
	t := w.ordinary()
	t.Filing.Rent = 350000
	if owner == 0 {
		t.Owner, t.Desk = 0, manager
		if _, err := w.zuji.Registry.Submit(context.Background(), t); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	if _, err := w.zuji.Registry.Submit(context.Background(), t); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.zuji.Registry.Accept(context.Background(), t.ID, 0, manager); err != nil {
		w.t.Fatal(err)
	}
	wang.sees("登记回执")
}

func (w *world) invitation(item string) string {
	w.t.Helper()
	token := registry.Token()
	if _, err := w.zuji.Registry.InviteTenant(context.Background(), token, "T1", item, landlord); err != nil {
		w.t.Fatal(err)
	}
	return token
}

func (w *world) handover() string {
	w.t.Helper()
	token := registry.Token()
	if _, err := w.zuji.Registry.Offer(context.Background(), token, "T1", manager); err != nil {
		w.t.Fatal(err)
	}
	return token
}

func (w *world) ordinary() tenancy.Tenancy {
	return tenancy.Tenancy{
		ID: "T1", Compound: w.compound.ID, Owner: landlord, Notice: flows.NoticeVersion, Role: tenancy.Owner,
		Unit:     address.Unit{Building: "3", Entrance: "1", Room: "502"},
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000"},
		People: []tenancy.Person{{Item: "a", Name: "李雷", Phone: "+8613900139000", Next: tenancy.NobodyElse,
			Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}}},
		Headcount: 2, Signed: day, Start: calendar.Date{Year: 2026, Month: 12, Day: 1},
		End: calendar.Date{Year: 2027, Month: 11, Day: 30}, MoveIn: calendar.Date{Year: 2026, Month: 12, Day: 1},
	}
}

func (p *through) Begin() transcript.Answer { return p.answer() }

func (p *through) Do(s transcript.Step) transcript.Answer {
	p.w.t.Helper()
	p.remember(0)
	switch {
	case s.Contact != "":
		p.shares()
	case s.Press != "":
		p.presses(s.Press)
	default:
		p.says(s.Type)
	}
	return p.answer()
}

// remember notes the chat as it is, but for the newest messages.
func (p *through) remember(but int) {
	p.before = map[int]string{}
	all := p.app.Messages(0)
	for _, m := range all[:max(0, len(all)-but)] {
		p.before[m.ID] = looks(m)
	}
}

// looks is what a person sees of a message. A question that only lost its
// buttons looks the same.
func looks(m standin.Message) string {
	s := m.Text + "\x00"
	for _, row := range m.Inline {
		for _, k := range row {
			s += "|" + k.Text
		}
	}
	return s
}

// answer waits until the bot has nothing more to say, and returns what it said
// since the step: the answered question's trail, then the new message.
func (p *through) answer() transcript.Answer {
	p.w.t.Helper()
	p.w.settled()
	var a transcript.Answer
	var text []string
	for _, m := range p.app.Messages(0) {
		was, known := p.before[m.ID]
		stripped := known && len(m.Inline) == 0 && strings.HasPrefix(was, m.Text+"\x00")
		if m.From.ID == p.id || m.Text == "好的。" || known && looks(m) == was || stripped {
			continue
		}
		text = append(text, m.Text)
		a.Buttons = rows(m)
	}
	a.Text = strings.Join(text, "\n")
	for sign, end := range map[string]string{"已提交给物业": "提交", "Sent to the property manager": "提交", "备案材料已存好": "提交", "已退回": "提交", "✅ 已添加": "提交", "已存为草稿": "暂存", "已放弃": "放弃", "不在这里登记": "结束",
		"的登记以后会问": "提交", "已登记退租": "提交", "提醒设好了": "提交", "台账加了": "提交", "已登记 韩梅梅": "提交", "备案号已记下": "提交", "已决定不予受理": "提交", "已记下您查看的理由": "提交", "物业会核实": "提交", "已接手": "提交", "不能接手": "提交", "已代录并受理": "提交", "没有录入": "结束"} {
		if strings.Contains(a.Text, sign) {
			a.End = end
		}
	}
	if strings.Contains(a.Text, "告知书已发给") {
		a.End = "提交"
	}
	return a
}

// rows are the buttons that the engine's transcript shows: all answers in one
// row, the edit buttons of a summary left out, the actions last.
func rows(m standin.Message) [][]string {
	var choices []string
	var actions []string
	all := [][]string{}
	for _, row := range m.Inline {
		var labels []string
		for _, k := range row {
			labels = append(labels, k.Text)
		}
		all = append(all, labels)
	}
	var keys [][]standin.KeyButton
	if m.Reply != nil {
		keys = m.Reply.Keys
	}
	for _, row := range keys {
		var labels []string
		for _, k := range row {
			if !k.RequestContact {
				labels = append(labels, k.Text)
			}
		}
		if labels != nil {
			all = append(all, labels)
		}
	}
	for i, labels := range all {
		if i == len(all)-1 && slices.ContainsFunc(labels, func(s string) bool { return strings.HasPrefix(s, "✖️") }) {
			actions = labels
			continue
		}
		for _, l := range labels {
			if !strings.HasPrefix(l, "✏️") {
				choices = append(choices, l)
			}
		}
	}
	var out [][]string
	for _, row := range [][]string{choices, actions} {
		if row != nil {
			out = append(out, row)
		}
	}
	return out
}

func TestTranscriptsThroughTheBot(t *testing.T) {
	transcript.Play(t, "../../flows/testdata/*.txt", false, func(t *testing.T, name string) transcript.Player {
		w := newWorld(t, func(c *service.Config) {
			c.Now = func() time.Time { return day.At(10, 0) }
		})
		for id, other := range map[string]string{"sunny-one": "阳光家园一期", "sunny-two": "阳光家园二期"} {
			if _, err := w.zuji.Registry.AddCompound(context.Background(), id, admin, tenancy.Compound{Name: other, City: tenancy.DefaultCity}); err != nil {
				t.Fatal(err)
			}
		}
		if strings.HasSuffix(name, "english") {
			w.telegram.AddUser(standin.User{ID: landlord, FirstName: "Tom Brown", LanguageCode: "en", Phone: "+8613800138000"})
		}
		who, begin := w.starter(name)
		p := &through{person: w.as(who)}
		begin(p.person)
		w.settled()
		p.remember(1)
		return p
	})
}
