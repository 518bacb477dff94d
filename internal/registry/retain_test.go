package registry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"zuji/internal/audit"
	"zuji/internal/boltkv"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

const tenant = 2001

// fileHolds returns which of the words the raw file holds.
func (s *shelf) fileHolds(t *testing.T, words ...string) (found []string) {
	t.Helper()
	raw, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if bytes.Contains(raw, []byte(w)) {
			found = append(found, w)
		}
	}
	return found
}

func (s *shelf) scrub(t *testing.T) {
	t.Helper()
	db := s.faulty.Store.(*boltkv.DB)
	if _, err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *shelf) must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func did(_ tenancy.Tenancy, err error) error { return err }

// past registers and ends a tenancy in which everything that can hold personal
// data holds some.
func (s *shelf) past(t *testing.T, id, room string, owner int64) {
	t.Helper()
	ctx := t.Context()
	one := letting(id, room)
	one.Owner = owner
	one.Landlord.Name, one.People[0].Name = "陈测试一", "孙测试二"
	one.Role, one.Agent = tenancy.ForOwner, tenancy.Agent{Name: "周测试三", Phone: "+8613700137000"}
	one.Extra = tenancy.Answers{{Question: "q1", Value: "测试答案四"}}
	one.Filing = tenancy.Filing{Area: 8800, Title: "测试证号五", BrokerName: "测试经纪六", ContractNo: "测试合同七", Rent: 350000}
	token := registry.Token()
	s.must(t, did(s.Submit(ctx, one)))
	s.must(t, did(s.Return(ctx, id, 0, manager, map[string]string{"unit": "测试退回八"})), did(s.Resubmit(ctx, one)), did(s.Accept(ctx, id, 1, manager)))
	s.must(t, did(s.InviteTenant(ctx, token, id, "a", owner)), did(s.OpenTenant(ctx, token, tenant)), did(s.Confirm(ctx, id, tenant, tenancy.SaidWrong, "测试异议九")))
	s.must(t, did(s.Reveal(ctx, id, manager, "测试理由十")), did(s.MarkFiled(ctx, id, owner, "测试备案十一", tenancy.Today(s.now))))
	s.must(t, did(s.End(ctx, id, owner, tenancy.Today(s.now), "测试退租十二")))
}

var entered = []string{"陈测试一", "孙测试二", "周测试三", "测试答案四", "测试证号五", "测试经纪六", "测试合同七", "测试退回八", "测试异议九", "测试理由十", "测试备案十一", "测试退租十二",
	"csyy", "13800138000", "13900139000", "13700137000", "119999199001010012"}

func (s *shelf) told(t *testing.T, kind registry.NoticeKind, to int64) (n int) {
	t.Helper()
	for _, state := range []outbox.State{outbox.Pending, outbox.Sent} {
		all, err := s.box.List(t.Context(), state, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range all {
			if row.Kind == string(kind) && row.To == to {
				n++
			}
		}
	}
	return n
}

func (s *shelf) checked(t *testing.T) {
	t.Helper()
	if wrong, err := s.Verify(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the indexes: %v %v", wrong, err)
	}
}

// A tenancy that is over keeps its data for the time that is named, the landlord
// is told thirty days before, and then nothing of what was entered is left: not
// in the record, not in an index, not in the bytes of the file.
func TestRetain_NothingIsLeft(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	s.past(t, "t1", "501", 1009)
	s.must(t, did(s.Submit(ctx, letting("t2", "502"))), did(s.Accept(ctx, "t2", 0, manager)))
	for i := range 60 { // so many that the old pages are not all needed again at once
		s.must(t, did(s.Submit(ctx, letting(fmt.Sprintf("n%d", i), fmt.Sprintf("6%02d", i)))))
	}
	s.must(t, s.Change(ctx, 1009, func(p *tenancy.Profile) { *p = tenancy.Profile{ID: p.ID, Seen: p.Seen} }))
	over := s.now
	s.now = over.AddDate(0, 0, tenancy.RetentionDays-tenancy.WarningDays).Add(-time.Hour)
	if n, err := s.Retain(ctx); n != 0 || err != nil || s.told(t, registry.ToLeave, 1009) != 0 {
		t.Fatalf("too early: %d, %v", n, err)
	}
	s.now = over.AddDate(0, 0, tenancy.RetentionDays-tenancy.WarningDays)
	for range 2 {
		if n, err := s.Retain(ctx); n != 0 || err != nil || s.told(t, registry.ToLeave, 1009) != 1 {
			t.Fatalf("at the warning: %d, %v, told %d times", n, err, s.told(t, registry.ToLeave, 1009))
		}
	}
	s.now = over.AddDate(0, 0, tenancy.RetentionDays).Add(-time.Hour)
	if n, err := s.Retain(ctx); n != 0 || err != nil {
		t.Fatalf("an hour early: %d, %v", n, err)
	}
	if one, _ := s.Tenancy(ctx, "t1"); one.Landlord.Name != "陈测试一" || one.People[0].Document.Number == "" {
		t.Fatalf("gone too early: %+v", one)
	}
	s.now = over.AddDate(0, 0, tenancy.RetentionDays)
	if n, err := s.Retain(ctx); n != 1 || err != nil {
		t.Fatalf("%d became anonymous, %v", n, err)
	}
	if n, err := s.Retain(ctx); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	one, err := s.Tenancy(ctx, "t1")
	raw, _ := json.Marshal(one)
	for _, word := range append(entered, "1009", "2001", "1002", "ZJ-") {
		if strings.Contains(string(raw), word) {
			t.Errorf("%s is left in %s", word, raw)
		}
	}
	if err != nil || one.Unit.Room != "501" || one.Start.IsZero() || one.Left.IsZero() || one.Filing.Area != 8800 || one.State != tenancy.Ended || len(one.History) < 4 {
		t.Errorf("kept %+v, %v", one, err)
	}
	if all, _, err := s.Find(ctx, "c1", "孙测试二", 5); err != nil || len(all) != 0 {
		t.Errorf("still found by name: %v, %v", all, err)
	}
	if n, _ := s.Numbers(ctx, "c1"); n[tenancy.Ended] != 1 {
		t.Errorf("no longer counted: %v", n)
	}
	for _, who := range []int64{1009, tenant} {
		h, err := s.Held(ctx, who)
		if err != nil || len(h.Tenancies)+len(h.Rents) != 0 {
			t.Errorf("%d still has it: %+v, %v", who, h, err)
		}
	}
	s.checked(t)
	if left := s.fileHolds(t, entered[:4]...); len(left) == 0 {
		t.Fatal("bbolt has overwritten the old pages by itself: that proves nothing")
	}
	s.scrub(t)
	if left := s.fileHolds(t, entered...); len(left) > 0 {
		t.Errorf("the file still holds %v", left)
	}
	if got := s.fileHolds(t, "王建国", "幸福花园"); len(got) != 2 {
		t.Errorf("what is alive is gone: only %v", got)
	}
	if two, err := s.Tenancy(ctx, "t2"); err != nil || two.Landlord.Name != "王建国" {
		t.Errorf("the other tenancy: %+v, %v", two, err)
	}
}

// Where Zuji did not run in time, the landlord still has the thirty days.
func TestRetain_WarnsFirst(t *testing.T) {
	s := open(t)
	s.past(t, "t1", "501", landlord)
	s.now = s.now.AddDate(3, 0, 0)
	if n, err := s.Retain(t.Context()); n != 0 || err != nil || s.told(t, registry.ToLeave, landlord) != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	s.now = s.now.AddDate(0, 0, tenancy.WarningDays-1)
	if n, err := s.Retain(t.Context()); n != 0 || err != nil {
		t.Errorf("a day early: %d, %v", n, err)
	}
	s.now = s.now.AddDate(0, 0, 1)
	if n, err := s.Retain(t.Context()); n != 1 || err != nil {
		t.Errorf("after the thirty days: %d, %v", n, err)
	}
}

// Large tenancies, many at once, and a store that fails in between: each ends
// anonymous, and no transaction writes too much.
func TestRetain_ManyAndInterrupted(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	for i := range 12 {
		id := fmt.Sprintf("t%d", i)
		big := letting(id, fmt.Sprintf("%d01", i+1))
		big.People = nil
		for p := range tenancy.MaxPeople {
			big.People = append(big.People, tenancy.Person{Item: string(rune('a' + p)), Name: "李雷", Phone: "+8613900139000", Next: tenancy.MoreTenant,
				Document: identity.Document{Kind: identity.OtherDocument, Number: fmt.Sprintf("DOC%05d", 100*i+p)}})
		}
		s.must(t, did(s.Submit(ctx, big)))
		for p := range tenancy.MaxPeople {
			token, item := registry.Token(), string(rune('a'+p))
			s.must(t, did(s.InviteTenant(ctx, token, id, item, landlord)), did(s.OpenTenant(ctx, token, int64(5000+100*i+p))))
		}
		s.must(t, did(s.Withdraw(ctx, id, landlord)))
	}
	s.now = s.now.AddDate(0, 0, tenancy.RetentionDays)
	if _, err := s.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(0, 0, tenancy.WarningDays)
	tried := 0
	for done := 0; done < 12; tried++ {
		if tried > 100 {
			t.Fatalf("%d of 12 after %d tries", done, tried)
		}
		broken := errors.New("disk")
		if tried%2 == 0 {
			s.faulty.FailAfterCommit(broken)
		} else {
			s.faulty.FailNext(1, broken)
		}
		if _, err := s.Retain(ctx); err != nil && !errors.Is(err, broken) {
			t.Fatal(err)
		}
		done = 0
		for one := range s.All(ctx) {
			if !one.Erased.IsZero() {
				done++
			}
		}
	}
	s.faulty.FailNext(0, nil)
	if n, err := s.Rows(ctx, "documents"); n != 0 || err != nil {
		t.Errorf("%d documents can still be found, %v", n, err)
	}
	s.checked(t)
}

func (s *shelf) acts(t *testing.T, act string) (n int) {
	t.Helper()
	page, err := s.AuditPage(t.Context(), audit.Filter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Act == act {
			n++
		}
	}
	return n
}

// What a person asks to have erased goes at once, but for what duty keeps; it is
// on record once however often they ask.
func TestErase(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	s.past(t, "t1", "501", 1009)
	alive := letting("t2", "502")
	alive.Owner = 1009
	s.must(t, did(s.Submit(ctx, alive)), did(s.Accept(ctx, "t2", 0, manager)))
	for i := range 40 {
		s.must(t, s.SaveDraft(ctx, 1009, form.Session{ID: fmt.Sprintf("s%d", i), Flow: "registration", Draft: []byte(`{"x":1}`)}))
	}
	s.must(t, s.SetOwn(ctx, tenancy.OwnReminder{ID: "o1", By: 1009, Whom: tenancy.Myself, What: "换锁"}))
	what, err := s.Erasable(ctx, 1009)
	if err != nil || len(what.Kept) != 1 || what.Past != 1 || what.Drafts != 40 || what.Reminders != 1 || !what.Profile || what.Nothing() {
		t.Fatalf("%+v, %v", what, err)
	}
	s.faulty.FailAfterCommit(errors.New("killed"))
	if err := s.Erase(ctx, 1009); err == nil {
		t.Fatal("the answer was not lost")
	}
	if _, err := s.Retain(ctx); err != nil { // after a restart
		t.Fatal(err)
	}
	for range 3 {
		s.must(t, s.Erase(ctx, 1009))
	}
	if n := s.acts(t, "audit.data.delete"); n != 1 {
		t.Errorf("%d lines on record", n)
	}
	h, err := s.Held(ctx, 1009)
	if err != nil || !h.Profile.Bare() || len(h.Drafts)+len(h.Reminders) != 0 || len(h.Tenancies) != 1 || h.Tenancies[0].ID != "t2" {
		t.Errorf("held still: %+v, %v", h, err)
	}
	if one, _ := s.Tenancy(ctx, "t1"); one.Erased.IsZero() || one.Landlord.Name != "" {
		t.Errorf("the past tenancy: %+v", one)
	}
	if two, _ := s.Tenancy(ctx, "t2"); two.Landlord.Name != "王建国" || !two.Erased.IsZero() {
		t.Errorf("the tenancy in force: %+v", two)
	}
	if all, err := s.box.List(ctx, outbox.Pending, 100); err != nil {
		t.Error(err)
	} else {
		for _, row := range all {
			if row.To == 1009 {
				t.Errorf("still to be sent: %+v", row)
			}
		}
	}
	s.checked(t)
	s.scrub(t)
	if left := s.fileHolds(t, entered...); len(left) > 0 {
		t.Errorf("the file still holds %v", left)
	}
}

// A tenant's link is cut; what the landlord must have registered stays until the
// tenancy ends.
func TestErase_Tenant(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	s.past(t, "t1", "501", landlord)
	token := registry.Token()
	s.must(t, did(s.Submit(ctx, letting("t2", "502"))), did(s.Accept(ctx, "t2", 0, manager)), did(s.InviteTenant(ctx, token, "t2", "a", landlord)),
		did(s.OpenTenant(ctx, token, tenant)), did(s.Confirm(ctx, "t2", tenant, tenancy.SaidWrong, "名字不对")))
	s.must(t, s.Erase(ctx, tenant), s.Erase(ctx, tenant))
	past, _ := s.Tenancy(ctx, "t1")
	alive, _ := s.Tenancy(ctx, "t2")
	if past.People[0].Name != "" || past.People[0].Document.Number != "" || past.Landlord.Name == "" {
		t.Errorf("of the past tenancy: %+v", past)
	}
	p := alive.People[0]
	if p.Name != "李雷" || p.Document.Number == "" || p.Answer.Who != 0 || p.Answer.Reason != "" || p.Answer.Link.Hash != "" || p.Answer.Said != tenancy.SaidWrong {
		t.Errorf("of the tenancy in force: %+v", p)
	}
	for _, e := range alive.History {
		if e.Move == tenancy.Objected && (e.Reason != "" || e.Who != 0) {
			t.Errorf("their words are still in the history: %+v", e)
		}
	}
	if _, err := s.OpenTenant(ctx, token, tenant); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("the link opens still: %v", err)
	}
	if n := s.acts(t, "audit.data.delete"); n != 1 {
		t.Errorf("%d lines on record", n)
	}
	s.checked(t)
}

// The desk erases what is over for a person who asks there, and nothing else.
func TestEraseTenancy(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	s.past(t, "t1", "501", landlord)
	s.must(t, did(s.Submit(ctx, letting("t2", "502"))))
	for name, err := range map[string]error{
		"a stranger":   s.EraseTenancy(ctx, "t1", registry.InPerson, 4711),
		"the owner":    s.EraseTenancy(ctx, "t1", registry.InPerson, landlord),
		"a bad reason": s.EraseTenancy(ctx, "t1", "李雷", manager),
	} {
		if !errors.Is(err, registry.ErrNotAllowed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := (*tenancy.MoveError)(nil)
	if err := s.EraseTenancy(ctx, "t2", registry.InPerson, manager); !errors.As(err, &wrong) {
		t.Errorf("one that waits: %v", err)
	}
	for range 2 {
		s.must(t, s.EraseTenancy(ctx, "t1", registry.ByLetter, manager))
	}
	if one, _ := s.Tenancy(ctx, "t1"); one.Erased.IsZero() || s.acts(t, "audit.data.erase") != 1 {
		t.Errorf("%+v", one)
	}
}

// Who withdraws their consent is written to no more; the staff is told to phone,
// once, and gets their reminders. Agreeing again ends that.
func TestWithdrawConsent(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	s.must(t, did(s.Submit(ctx, letting("t1", "501"))), did(s.Accept(ctx, "t1", 0, manager)))
	for i := range 30 {
		s.must(t, did(s.Submit(ctx, letting(fmt.Sprintf("r%d", i), fmt.Sprintf("6%02d", i)))), did(s.Reject(ctx, fmt.Sprintf("r%d", i), 0, manager, "#twice")))
	}
	waiting := func(who int64) (n int) {
		all, err := s.box.List(ctx, outbox.Pending, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range all {
			if row.To == who {
				n++
			}
		}
		return n
	}
	if waiting(landlord) != 31 {
		t.Fatalf("%d notices wait for the landlord", waiting(landlord))
	}
	for range 2 {
		s.must(t, s.WithdrawConsent(ctx, landlord))
	}
	if n := waiting(landlord); n != 0 {
		t.Errorf("%d notices still wait", n)
	}
	for _, who := range []int64{manager, second} {
		if n := s.told(t, registry.HasWithdrawn, who); n != 1 {
			t.Errorf("%d was told %d times", who, n)
		}
	}
	before := waiting(manager)
	s.now = s.now.AddDate(0, 0, 16)
	for range 3 {
		if _, err := s.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(24 * time.Hour)
	}
	s.must(t, did(s.End(ctx, "t1", manager, tenancy.Today(s.now), "")))
	if waiting(landlord) != 0 || waiting(manager) <= before {
		t.Errorf("the landlord gets %d, the manager %d after %d", waiting(landlord), waiting(manager), before)
	}
	if n := s.acts(t, "audit.data.withdraw"); n != 1 {
		t.Errorf("%d lines on record", n)
	}
	s.must(t, s.Erase(ctx, landlord))
	if p, _ := s.Profile(ctx, landlord); p.Withdrawn.IsZero() || !p.Bare() {
		t.Errorf("after deleting the rest: %+v", p)
	}
	for range 2 {
		s.must(t, s.Agree(ctx, landlord, "v2"))
	}
	if p, _ := s.Profile(ctx, landlord); !p.Withdrawn.IsZero() || p.Notice != "v2" || s.acts(t, "audit.data.agree") != 1 {
		t.Errorf("after agreeing again: %+v", p)
	}
	s.must(t, did(s.Submit(ctx, letting("t9", "901"))), did(s.Accept(ctx, "t9", 0, manager)))
	if waiting(landlord) != 1 {
		t.Error("they are not written to again")
	}
}

// Everything else that is kept has its end: drafts, invitations, ledgers, what was
// set aside, and people whom nothing needs.
func TestEnds(t *testing.T) {
	for _, upgraded := range []bool{false, true} {
		s := open(t)
		ctx := t.Context()
		s.must(t, did(s.Submit(ctx, letting("t1", "501"))), s.SaveDraft(ctx, 77, form.Session{ID: "s1", Draft: []byte(`{}`)}))
		for _, who := range []int64{77, 78, manager} {
			s.must(t, s.Change(ctx, who, func(p *tenancy.Profile) { p.App = "zh-Hans" }))
		}
		s.must(t, s.SetAside(ctx, 5, []byte("x"), "E-1", "panic"))
		if _, err := s.KeepLedger(ctx, registry.Import{Compound: "c1", By: manager}, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if upgraded {
			s.must(t, s.SetEnds(ctx, s.Store), s.SetEnds(ctx, s.Store))
		}
		rows := func(table string) int {
			n, err := s.Rows(ctx, table)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		begun := s.now
		for _, step := range []struct {
			days  int
			table string
			left  int
		}{{29, "drafts", 1}, {31, "drafts", 0}, {31, "aside", 0}, {32, "invites", 2}, {34, "invites", 0}, {89, "imports", 1}, {91, "imports", 0}, {91, "ledgers", 0},
			{tenancy.IdleDays - 1, "profiles", 6}, {tenancy.IdleDays + 1, "profiles", 4}} {
			s.now = begun.AddDate(0, 0, step.days)
			if _, err := s.Tick(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Retain(ctx); err != nil {
				t.Fatal(err)
			}
			if n := rows(step.table); n != step.left {
				t.Errorf("upgraded %v, after %d days: %d rows in %s, want %d", upgraded, step.days, n, step.table, step.left)
			}
		}
		if p, _ := s.Profile(ctx, landlord); p.Landlord.Name == "" {
			t.Error("a landlord with a tenancy was forgotten")
		}
		s.checked(t)
	}
}

// Old pages are overwritten when data were removed, and not before that went well.
func TestScrubbed(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	ran := 0
	again := func() error {
		return s.Scrubbed(ctx, func(context.Context) error { ran++; return nil })
	}
	s.must(t, again())
	s.past(t, "t1", "501", landlord)
	s.must(t, again(), s.EraseTenancy(ctx, "t1", registry.InPerson, manager))
	if ran != 0 {
		t.Errorf("scrubbed %d times though nothing was removed", ran)
	}
	broken := errors.New("busy")
	if err := s.Scrubbed(ctx, func(context.Context) error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	s.past(t, "t2", "502", landlord)
	s.must(t, s.Scrubbed(ctx, func(context.Context) error { ran++; return s.EraseTenancy(ctx, "t2", registry.InPerson, manager) }))
	s.must(t, again(), again())
	if ran != 2 {
		t.Errorf("scrubbed %d times, want once for each removal", ran)
	}
}
