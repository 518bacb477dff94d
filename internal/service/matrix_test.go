package service_test

import (
	"context"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zuji/internal/audit"
	"zuji/internal/registry"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// A right is who may use a command. Managers and administrators may read too;
// an administrator is no manager.
type right int

const (
	everybody right = iota
	forReaders
	forManagers
	forAdmins
)

// rights says who may use each command. A command that is missing here fails the
// test, so that nobody adds one without deciding.
var rights = map[string]right{
	"register": everybody, "my": everybody, "filing": everybody, "filed": everybody, "resume": everybody, "cancel": everybody,
	"remind": everybody, "reminders": everybody, "settings": everybody, "language": everybody, "privacy": everybody, "mydata": everybody, "delete": everybody, "help": everybody,
	"stats": forReaders,
	"queue": forManagers, "units": forManagers, "export": forManagers, "find": forManagers, "desk": forManagers, "year": forManagers,
	"poster": forManagers, "questions": forManagers, "notice": forManagers, "quality": forManagers,
	"compounds": forAdmins, "staff": forAdmins, "addcompound": forAdmins, "holidays": forAdmins, "backup": forAdmins, "audit": forAdmins, "failed": forAdmins,
	"broadcast": forAdmins, "user": forAdmins, "health": forAdmins, "version": forAdmins,
}

const committee = 1007

// matrix is a world with somebody of each right, in private and in one group.
func matrix(t *testing.T) (w *world, who map[right]int64) {
	w = newWorld(t, nil)
	w.register()
	who = map[right]int64{everybody: stranger, forReaders: committee, forManagers: manager, forAdmins: admin}
	w.telegram.AddUser(standin.User{ID: committee, FirstName: "社区小周", LanguageCode: "zh-hans"})
	w.telegram.AddGroup(standin.Group{ID: wholeGroup, Title: "业主群", Members: []int64{stranger, committee, manager, admin}})
	token := registry.Token()
	if err := w.zuji.Registry.Invite(t.Context(), token, w.compound.ID, tenancy.Reader, admin); err != nil {
		t.Fatal(err)
	}
	w.as(committee).start("s_" + token)
	w.as(committee).asked("统计数字了")
	for _, p := range []int64{stranger, manager, admin} {
		w.as(p).start("")
	}
	w.settled()
	return w, who
}

const wholeGroup = -4002

// since returns what the bot has said to p behind the first n messages.
func (p *person) since(n int) (said string) {
	for _, m := range p.app.Messages(0)[n:] {
		if m.From.ID != p.id {
			said += m.Text + "\n"
		}
	}
	return said
}

// Every command × every role × private and group: the menus show what is allowed,
// what is refused is refused in one sentence, and a group hears nothing.
func TestMatrix_Commands(t *testing.T) {
	w, who := matrix(t)
	tried := 0
	for held, id := range who {
		p := w.as(id)
		var menu []string
		for _, c := range p.app.Commands() {
			menu = append(menu, c.Command)
			if _, ok := rights[c.Command]; !ok {
				t.Errorf("/%s has no right in the table", c.Command)
			}
		}
		for name, needed := range rights {
			tried += 2
			allowed := held == needed || needed == everybody || needed == forReaders && held > forReaders
			if slices.Contains(menu, name) != allowed {
				t.Errorf("/%s for right %d: in the menu is %v", name, held, !allowed)
			}
			before := len(p.app.Messages(0))
			p.says("/" + name)
			w.settled()
			said := p.since(before)
			if refused := strings.Contains(said, "这个操作您不能用"); said == "" || refused == allowed {
				t.Errorf("/%s for right %d: %q", name, held, said)
			}
			before = len(p.app.Messages(0))
			if _, err := p.app.SendTo(wholeGroup, "/"+name); err != nil {
				t.Fatal(err)
			}
			w.settled()
			if said := p.since(before); said != "" {
				t.Errorf("/%s in the group is answered in private: %q", name, said)
			}
		}
	}
	for _, m := range w.as(stranger).app.Messages(wholeGroup) {
		if m.From.IsBot && !strings.Contains(m.Text, "请私下和我聊") {
			t.Errorf("the group hears %q", m.Text)
		}
	}
	t.Logf("%d commands tried", tried)
}

var verbLine = regexp.MustCompile(`(?m)^\tdo[A-Z]\w*\s+verb = "(\w+)"`)

// Every button × everybody who is not the landlord or the manager, forged with the
// arguments that would hurt most: nothing is shown and no record changes.
func TestMatrix_Buttons(t *testing.T) {
	src, err := os.ReadFile("../../bot/callback.go")
	if err != nil {
		t.Fatal(err)
	}
	verbs := verbLine.FindAllStringSubmatch(string(src), -1)
	if len(verbs) < 60 {
		t.Fatalf("%d verbs found", len(verbs))
	}
	w, _ := matrix(t)
	one, err := w.zuji.Registry.Tenancy(t.Context(), "T1")
	if err != nil {
		t.Fatal(err)
	}
	of, _ := w.zuji.Registry.Compound(w.compound.ID)
	tried := 0
	for _, id := range []int64{stranger, committee} {
		p := w.as(id)
		m := p.sees("")
		for _, v := range verbs {
			for _, arg := range []string{"T1", "T1.0", "T1.a", of.ID, of.ID + ".0", "manager." + of.ID, "1007." + of.ID, "admin.admin", one.UnitKey()} {
				if v[1] == "lang" || len(arg)+len(v[1])+3 > 64 {
					continue
				}
				if _, err := p.app.Press(0, m.ID, "a:"+v[1]+":"+arg); err != nil {
					t.Fatal(err)
				}
				tried++
			}
			w.settled()
		}
		p.seesNothingPersonal()
	}
	after, err := w.zuji.Registry.Tenancy(t.Context(), "T1")
	if err != nil || !reflect.DeepEqual(after, one) {
		t.Errorf("the tenancy changed: %v\n%+v\n%+v", err, one, after)
	}
	if now, _ := w.zuji.Registry.Compound(of.ID); !reflect.DeepEqual(now, of) {
		t.Errorf("the compound changed:\n%+v\n%+v", of, now)
	}
	for _, id := range []int64{stranger, committee} {
		if strings.Contains(w.as(id).chat(), "只能用一次") {
			t.Errorf("%d was given an invitation", id)
		}
	}
	t.Logf("%d presses tried", tried)
}

// buttonRights says who may press what a verb of another's business is. What is not
// here is everybody's: of their own tenancies, drafts and reminders. The landlord
// alone may what a manager may not.
var buttonRights = map[right]string{
	forReaders: "stats chart",
	forManagers: "accept return reject next open reveal fold offer homes build home howner hempty hunkn stay stayend ledger import extract " +
		"fulfil agenda proof qadd qlist qmove qend qends dnew dlist dunread dremind erase erased",
	forAdmins: "audit ahead staff invite member mkmgr mkread dismiss user urst uhand ublk uunblk retry giveup resend " +
		"comp comped compqr compar compars compun cast castp castg casts castd",
	landlordOnly: "correct filing renew change goon withdraw withdrew confirm object",
}

const landlordOnly right = -1

// Every button × every role that it is not for, in private: no act of theirs gets
// into the log, no record changes, and an administrator sees nobody's numbers. In a
// group no button does anything, whoever presses it.
func TestMatrix_ButtonsByRole(t *testing.T) {
	w, who := matrix(t)
	of, _ := w.zuji.Registry.Compound(w.compound.ID)
	one, err := w.zuji.Registry.Tenancy(t.Context(), "T1")
	if err != nil {
		t.Fatal(err)
	}
	before := w.actsOf(who)
	tried := 0
	press := func(p *person, chat int64, message int, verb string) {
		for _, arg := range []string{"T1", "T1.0", of.ID, of.ID + ".0", "manager." + of.ID, "1005." + of.ID, "1005", "admin.admin", one.UnitKey(), of.ID + ".3-1-502-"} {
			if len(verb)+len(arg)+3 > 64 {
				continue
			}
			if _, err := p.app.Press(chat, message, "a:"+verb+":"+arg); err != nil {
				t.Fatal(err)
			}
			tried++
		}
	}
	for needed, verbs := range buttonRights {
		for held, id := range who {
			allowed := held == needed || needed == forReaders && held > forReaders
			if allowed {
				continue
			}
			p := w.as(id)
			for verb := range strings.FieldsSeq(verbs) {
				press(p, 0, p.sees("").ID, verb)
			}
			w.settled()
		}
	}
	w.as(admin).seesNothingPersonal()
	p := w.as(admin)
	if _, err := p.app.SendTo(wholeGroup, "/help"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	all := p.app.Messages(wholeGroup)
	said := all[len(all)-1]
	for _, verbs := range buttonRights {
		for _, id := range []int64{manager, admin} {
			for verb := range strings.FieldsSeq(verbs) {
				press(w.as(id), wholeGroup, said.ID, verb)
			}
			w.settled()
		}
	}
	if n := len(w.as(admin).app.Messages(wholeGroup)); n != len(all) {
		t.Errorf("the group has %d messages more", n-len(all))
	}
	if after := w.actsOf(who); !reflect.DeepEqual(after, before) {
		t.Errorf("acts in the log by person: %v, before %v", after, before)
	}
	if now, err := w.zuji.Registry.Tenancy(t.Context(), "T1"); err != nil || !reflect.DeepEqual(now, one) {
		t.Errorf("the tenancy changed: %v", err)
	}
	if now, _ := w.zuji.Registry.Compound(of.ID); !reflect.DeepEqual(now, of) {
		t.Errorf("the compound changed:\n%+v\n%+v", of, now)
	}
	t.Logf("%d presses tried", tried)
}

// actsOf counts what each of who has done by the audit log.
func (w *world) actsOf(who map[right]int64) map[int64]int {
	w.t.Helper()
	all := map[int64]int{}
	for _, id := range who {
		h, err := w.zuji.Registry.AuditPage(context.Background(), audit.Filter{Who: id, Limit: 500})
		if err != nil {
			w.t.Fatal(err)
		}
		all[id] = len(h.Entries)
	}
	return all
}

// Every verb is everybody's on purpose or has its right.
func TestMatrix_EveryButtonHasItsRight(t *testing.T) {
	src, err := os.ReadFile("../../bot/callback.go")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Fields("cmd filed card end close history tenants asktn revoke rented paper item done nomore later snooze cal day set addhm " +
		"oedit opause ogoon odrop mine resume drop speak pnotice pagree punask delete dread")
	for _, verbs := range buttonRights {
		own = append(own, strings.Fields(verbs)...)
	}
	for _, v := range verbLine.FindAllStringSubmatch(string(src), -1) {
		if !slices.Contains(own, v[1]) {
			t.Errorf("button %s has no right in the table", v[1])
		}
	}
}
