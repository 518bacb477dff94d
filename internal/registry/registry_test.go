package registry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/boltkv"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/invalid"
	"zuji/internal/kvtest"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/internal/vault"
)

const (
	admin    = 9
	landlord = 1001
	manager  = 1002
	second   = 1003
)

// shelf is a registry with one compound and two managers, and what it stands on.
type shelf struct {
	*registry.Registry
	box      *outbox.Box
	faulty   *kvtest.Faulty
	path     string
	now      time.Time
	compound tenancy.Compound
}

func open(t testing.TB) *shelf {
	t.Helper()
	dir := t.TempDir()
	s := &shelf{path: filepath.Join(dir, "records.db"), now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	db, err := boltkv.Open(s.path, boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	keys, err := vault.OpenOrCreate(filepath.Join(dir, "key.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	s.faulty = kvtest.NewFaulty(db)
	s.Registry = &registry.Registry{Store: s.faulty, Vault: keys, Holidays: calendar.NewHolidays(), Now: func() time.Time { return s.now }, Admins: []int64{admin}}
	s.box = &outbox.Box{Store: db, Now: s.Registry.Now}
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.compound, err = s.AddCompound(t.Context(), "c1", admin, tenancy.Compound{Name: "幸福花园", City: tenancy.DefaultCity})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []int64{manager, second} {
		s.join(t, who)
	}
	return s
}

func (s *shelf) join(t testing.TB, who int64) {
	t.Helper()
	token := registry.Token()
	if err := s.Invite(t.Context(), token, s.compound.ID, tenancy.Manager, admin); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Join(t.Context(), token, who, fmt.Sprintf("经理%d", who)); err != nil {
		t.Fatal(err)
	}
}

func letting(id, room string) tenancy.Tenancy {
	return tenancy.Tenancy{
		ID: id, Compound: "c1", Owner: landlord, Role: tenancy.Owner, Unit: address.Unit{Building: "3", Entrance: "1", Room: room},
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000"},
		People: []tenancy.Person{{Item: "a", Name: "李雷", Phone: "+8613900139000",
			Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}}},
		Start: calendar.Date{Year: 2026, Month: 12, Day: 1}, End: calendar.Date{Year: 2027, Month: 11, Day: 30},
	}
}

func TestSubmit_TwiceIsOnce(t *testing.T) {
	s := open(t)
	first, err := s.Submit(t.Context(), letting("t1", "501"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Submit(t.Context(), letting("t1", "501"))
	if err != nil || again.Receipt != first.Receipt {
		t.Errorf("again: %s, %v; first %s", again.Receipt, err, first.Receipt)
	}
	if n, ok := tenancy.ParseReceipt(first.Receipt); !ok || n != first.Receipt {
		t.Errorf("receipt %s does not check", first.Receipt)
	}
	if mine, _ := s.Mine(t.Context(), landlord, 10); len(mine) != 1 || mine[0].People[0].Document.Number != "119999199001010012" {
		t.Errorf("stored %+v", mine)
	}
	if c, _ := s.box.Counts(t.Context()); c.Waiting != 2 {
		t.Errorf("%d notices for two managers", c.Waiting)
	}
}

func TestSubmit_OneUnitHasOneTenancy(t *testing.T) {
	s := open(t)
	var group sync.WaitGroup
	errs := make(chan error, 20)
	for i := range 20 {
		group.Go(func() {
			_, err := s.Submit(context.Background(), letting(fmt.Sprintf("t%d", i), "501"))
			errs <- err
		})
	}
	group.Wait()
	close(errs)
	won := 0
	for err := range errs {
		bad := (*invalid.Error)(nil)
		switch {
		case err == nil:
			won++
		case !errors.As(err, &bad) || bad.Reason != "unit_taken":
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d tenancies in one unit", won)
	}
}

func TestSubmit_FailedStoreChangesNothing(t *testing.T) {
	s := open(t)
	s.faulty.FailNext(1, errors.New("disk"))
	if _, err := s.Submit(t.Context(), letting("t1", "501")); err == nil {
		t.Fatal("a failed store is no error")
	}
	if _, err := s.Tenancy(t.Context(), "t1"); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("after a failed submit: %v", err)
	}
	s.faulty.FailAfterCommit(errors.New("answer lost"))
	if _, err := s.Submit(t.Context(), letting("t1", "501")); err == nil {
		t.Fatal("a lost answer is no error")
	}
	if _, err := s.Submit(t.Context(), letting("t1", "501")); err != nil {
		t.Error(err)
	}
	if mine, _ := s.Mine(t.Context(), landlord, 10); len(mine) != 1 {
		t.Errorf("%d tenancies after repeats", len(mine))
	}
}

func TestReview_FirstDecisionCounts(t *testing.T) {
	s := open(t)
	if _, err := s.Submit(t.Context(), letting("t1", "501")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(t.Context(), "t1", 0, 4711); !errors.Is(err, registry.ErrNotAllowed) {
		t.Errorf("a stranger accepts: %v", err)
	}
	if _, err := s.Accept(t.Context(), "t1", 1, manager); err == nil {
		t.Error("a round to come was decided")
	}
	for range 2 {
		if got, err := s.Accept(t.Context(), "t1", 0, manager); err != nil || got.State != tenancy.Accepted {
			t.Errorf("%s, %v", got.State, err)
		}
	}
	taken := (*registry.TakenError)(nil)
	if _, err := s.Accept(t.Context(), "t1", 0, second); !errors.As(err, &taken) || taken.By != "经理1002" {
		t.Errorf("the second manager: %v", err)
	}
	if _, err := s.Return(t.Context(), "t1", 0, manager, map[string]string{"unit": "x"}); !errors.As(err, &taken) {
		t.Errorf("returned after it was accepted: %v", err)
	}
	if waiting, _ := s.Queue(t.Context(), "c1", 10); len(waiting) != 0 {
		t.Errorf("%d still wait", len(waiting))
	}
}

func TestResubmit_MovesTheIndexes(t *testing.T) {
	s := open(t)
	one, _ := s.Submit(t.Context(), letting("t1", "501"))
	returned, err := s.Return(t.Context(), "t1", 0, manager, map[string]string{"unit": "#wrong_unit"})
	if err != nil || !slices.Equal(returned.History[len(returned.History)-1].Why, []string{"wrong_unit"}) {
		t.Fatalf("history %+v, %v", returned.History, err)
	}
	fixed := letting("t1", "601")
	fixed.People[0].Document.Number = "219999198802290025"
	if _, err := s.Resubmit(t.Context(), func() tenancy.Tenancy { f := fixed; f.Owner = 5; return f }()); !errors.Is(err, registry.ErrNotAllowed) {
		t.Errorf("another person corrects it: %v", err)
	}
	for range 2 {
		got, err := s.Resubmit(t.Context(), fixed)
		if err != nil || got.Round != 1 || got.Receipt != one.Receipt || got.Returned != nil {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if free, _ := s.Taken(t.Context(), "c1", address.Unit{Building: "3", Entrance: "1", Room: "501"}); free != nil {
		t.Error("the old unit is still taken")
	}
	other := letting("t2", "701")
	if _, err := s.Submit(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if found, _ := s.Elsewhere(t.Context(), other); len(found) != 0 {
		t.Errorf("the corrected document is still found: %v", found)
	}
	third := letting("t3", "801")
	third.People[0].Document.Number = "219999198802290025"
	if found, _ := s.Elsewhere(t.Context(), third); len(found) != 1 || found[0] != one.Receipt {
		t.Errorf("the new document is not found: %v", found)
	}
}

func TestJoin_InvitationsAreSingleAndExpire(t *testing.T) {
	s := open(t)
	token := registry.Token()
	if err := s.Invite(t.Context(), token, "c1", tenancy.Manager, manager); !errors.Is(err, registry.ErrNotAllowed) {
		t.Errorf("a manager invites: %v", err)
	}
	if err := s.Invite(t.Context(), token, "c1", tenancy.Manager, admin); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	joined := 0
	for i := range 50 {
		group.Go(func() {
			if _, err := s.Join(context.Background(), token, int64(5000+i), "x"); err == nil {
				mu.Lock()
				joined++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if joined != 1 {
		t.Errorf("%d people joined by one invitation", joined)
	}
	late := registry.Token()
	if err := s.Invite(t.Context(), late, "c1", tenancy.Manager, admin); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(0, 0, 4)
	if _, err := s.Join(t.Context(), late, 77, "x"); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an expired invitation: %v", err)
	}
	if _, err := s.Join(t.Context(), "guess", 77, "x"); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("a guess: %v", err)
	}
}

func TestDrafts_AreKeptThirtyDays(t *testing.T) {
	s := open(t)
	draft := form.Session{ID: "s1", Flow: "registration", Draft: []byte(`{"people":[{"document":{"number":"119999199001010012"}}]}`)}
	if err := s.SaveDraft(t.Context(), landlord, draft); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Drafts(t.Context(), landlord); err != nil || len(all) != 1 || all[0].Session.ID != "s1" {
		t.Fatalf("%v, %v", all, err)
	}
	if all, _ := s.Drafts(t.Context(), manager); len(all) != 0 {
		t.Error("another person sees the draft")
	}
	s.now = s.now.AddDate(0, 0, 31)
	if all, err := s.Drafts(t.Context(), landlord); err != nil || len(all) != 0 {
		t.Errorf("after 31 days: %v, %v", all, err)
	}
}

// The raw file holds no document or phone number, neither of a tenancy nor of a
// profile nor of a draft.
func TestFile_HoldsNoSensitiveNumber(t *testing.T) {
	s := open(t)
	if _, err := s.Submit(t.Context(), letting("t1", "501")); err != nil {
		t.Fatal(err)
	}
	draft := form.Session{ID: "s1", Flow: "registration", Draft: []byte(`{"x":"219999198802290025"}`)}
	if err := s.SaveDraft(t.Context(), landlord, draft); err != nil {
		t.Fatal(err)
	}
	if err := s.SetAside(t.Context(), 7, []byte("21999919900101018X"), "E-1", "panic"); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(raw, []byte("幸福花园")) {
		t.Fatal("the file is not read as it is")
	}
	for _, secret := range []string{"119999199001010012", "13800138000", "13900139000", "219999198802290025", "21999919900101018X"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("the file holds %s", secret)
		}
	}
}

func TestOpen_AnotherKeyIsRefused(t *testing.T) {
	s := open(t)
	other, err := vault.OpenOrCreate(filepath.Join(t.TempDir(), "key.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	wrong := &registry.Registry{Store: s.Store, Vault: other, Now: time.Now}
	if err := wrong.Open(t.Context()); !errors.Is(err, registry.ErrWrongKey) || !strings.Contains(err.Error(), "key.json") {
		t.Errorf("opened with another key: %v", err)
	}
}

// The largest tenancy in a compound with many managers stays within what one
// transaction may write.
func TestSubmit_LargestFitsOneTransaction(t *testing.T) {
	s := open(t)
	for i := range tenancy.MaxStaff - 2 {
		s.join(t, int64(3000+i))
	}
	big := letting("t1", "501")
	big.People = nil
	for i := range tenancy.MaxPeople {
		p := tenancy.Person{Item: string(rune('a' + i)), Name: "李雷", Phone: "+8613900139000"}
		p.Document = identity.Document{Kind: identity.OtherDocument, Number: fmt.Sprintf("DOC%05d", i)}
		big.People = append(big.People, p)
	}
	if _, err := s.Submit(t.Context(), big); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Return(t.Context(), "t1", 0, manager, map[string]string{"unit": "x"}); err != nil {
		t.Fatal(err)
	}
	for i := range big.People {
		big.People[i].Document.Number = fmt.Sprintf("NEW%05d", i)
	}
	big.Unit.Room = "601"
	if _, err := s.Resubmit(t.Context(), big); err != nil {
		t.Error(err)
	}
}
