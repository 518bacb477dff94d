package registry_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"zuji/internal/address"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// casts is a compound with so many landlords, and a broadcast to them that is
// written.
func casts(t *testing.T, landlords int) (*shelf, tenancy.Broadcast) {
	t.Helper()
	s := open(t)
	for i := range landlords {
		s.lets(t, fmt.Sprintf("h%03d", i), int64(2000+i), address.Unit{Building: fmt.Sprint(1 + i%3), Room: fmt.Sprint(101 + i)})
	}
	b, err := s.WriteBroadcast(t.Context(), tenancy.Broadcast{ID: "b1", By: admin, Whom: tenancy.Landlords, Compound: tenancy.EveryCompound, Text: "检查燃气"})
	if err != nil {
		t.Fatal(err)
	}
	return s, b
}

// castTo counts the copies in the outbox by person.
func (s *shelf) castTo(t *testing.T) map[int64]int {
	t.Helper()
	all := map[int64]int{}
	err := s.box.Store.View(t.Context(), func(tx kv.Tx) error {
		return outbox.Series(tx, "cast/", func(c outbox.Copy) { all[c.To]++ })
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// delivers lets so many copies that wait arrive.
func (s *shelf) delivers(t *testing.T, n int) {
	t.Helper()
	for n > 0 {
		claimed, err := s.box.Claim(t.Context(), s.now, 10)
		if err != nil || len(claimed) == 0 {
			t.Fatalf("%d more can't be claimed: %v", n, err)
		}
		for _, row := range claimed {
			if err := s.box.Sent(t.Context(), row.Key, 1); err != nil {
				t.Fatal(err)
			}
			if row.Kind == string(registry.Broadcasted) {
				n--
			}
		}
	}
}

// Whom a broadcast reaches, by circle, compound and building; who has a part twice
// is reached once.
func TestAudience(t *testing.T) {
	s, _ := casts(t, 6)
	s.lets(t, "mgr", manager, address.Unit{Building: "1", Room: "999"}) // a manager who lets a home
	if _, err := s.AddCompound(t.Context(), "c2", admin, tenancy.Compound{Name: "另一处", City: tenancy.DefaultCity}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		whom               tenancy.Circle
		compound, building string
		want               []int64
	}{
		{tenancy.Landlords, tenancy.EveryCompound, "", []int64{manager, 2000, 2001, 2002, 2003, 2004, 2005}},
		{tenancy.Landlords, "c1", "1", []int64{manager, 2000, 2003}},
		{tenancy.Landlords, "c2", "", nil},
		{tenancy.Managers, "c1", "", []int64{manager, second}},
		{tenancy.Readers, "c1", "", nil},
		{tenancy.Lodgers, "c1", "", nil},
		{tenancy.Everybody, tenancy.EveryCompound, "", []int64{manager, second, 2000, 2001, 2002, 2003, 2004, 2005}},
	} {
		got, err := s.Audience(t.Context(), tenancy.Broadcast{Whom: c.whom, Compound: c.compound, Building: c.building})
		if slices.Sort(c.want); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s of %s %s: %v, %v; want %v", c.whom, c.compound, c.building, got, err, c.want)
		}
	}
}

// Whatever fails, before a batch is stored or after: each person gets one copy, few
// of them wait at a time, and the end is noted once all have arrived.
func TestBroadcast_OnceEachWhateverFails(t *testing.T) {
	const landlords = 75
	s, _ := casts(t, landlords)
	broken := errors.New("broken")
	for _, fail := range []func(){func() { s.faulty.FailNext(1, broken) }, func() { s.faulty.FailAfterCommit(broken) }} {
		fail()
		if _, err := s.StartBroadcast(t.Context(), "b1", admin); !errors.Is(err, broken) {
			t.Fatalf("start: %v", err)
		}
	}
	b, err := s.StartBroadcast(t.Context(), "b1", admin)
	if err != nil || b.Total != landlords || b.State != tenancy.CastSending {
		t.Fatalf("%+v, %v", b, err)
	}
	for i := range 6 {
		if i%2 == 0 {
			s.faulty.FailNext(1, broken)
		} else {
			s.faulty.FailAfterCommit(broken)
		}
		if b, err := s.GiveBroadcast(t.Context(), "b1"); !errors.Is(err, broken) && b.Result.Waiting < 60 {
			t.Fatalf("give: %+v, %v", b, err)
		}
	}
	s.faulty.FailNext(0, nil)
	if b, err = s.GiveBroadcast(t.Context(), "b1"); err != nil || b.Given != 60 || b.State != tenancy.CastSending {
		t.Fatalf("%+v, %v", b, err)
	}
	s.delivers(t, 60)
	if b, err = s.GiveBroadcast(t.Context(), "b1"); err != nil || b.Given != landlords || b.Result.Sent != 60 || b.Result.Waiting != 15 {
		t.Fatalf("%+v, %v", b, err)
	}
	s.delivers(t, 15)
	if b, err = s.GiveBroadcast(t.Context(), "b1"); err != nil || !b.Reached() {
		t.Fatalf("%+v, %v", b, err)
	}
	if b, err = s.EndBroadcast(t.Context(), "b1"); err != nil || b.State != tenancy.CastDone || b.Result.Sent != landlords {
		t.Fatalf("%+v, %v", b, err)
	}
	told := s.castTo(t)
	if len(told) != landlords {
		t.Errorf("%d people have copies", len(told))
	}
	for who, n := range told {
		if n != 1 {
			t.Errorf("%d has %d copies", who, n)
		}
	}
}

// A pause holds back what has not been given out; a stop ends it; both by an
// administrator alone.
func TestBroadcast_PausedAndStopped(t *testing.T) {
	s, _ := casts(t, 70)
	ctx := t.Context()
	for _, who := range []int64{manager, landlord} {
		if _, err := s.StartBroadcast(ctx, "b1", who); !errors.Is(err, registry.ErrNotAllowed) {
			t.Errorf("%d starts: %v", who, err)
		}
		if _, err := s.SetBroadcast(ctx, "b1", who, tenancy.CastDropped); !errors.Is(err, registry.ErrNotAllowed) {
			t.Errorf("%d drops: %v", who, err)
		}
	}
	must := func(b tenancy.Broadcast, err error) tenancy.Broadcast {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	must(s.StartBroadcast(ctx, "b1", admin))
	must(s.GiveBroadcast(ctx, "b1"))
	must(s.SetBroadcast(ctx, "b1", admin, tenancy.CastPaused))
	s.delivers(t, 60)
	if b := must(s.GiveBroadcast(ctx, "b1")); b.Given != 60 || b.State != tenancy.CastPaused || b.Result.Sent != 60 {
		t.Errorf("paused: %+v", b)
	}
	must(s.SetBroadcast(ctx, "b1", admin, tenancy.CastSending))
	if b := must(s.GiveBroadcast(ctx, "b1")); b.Given != 70 {
		t.Errorf("gone on: %+v", b)
	}
	if b := must(s.SetBroadcast(ctx, "b1", admin, tenancy.CastStopped)); b.State != tenancy.CastStopped || b.Ended.IsZero() || b.Result.Sent != 60 || b.Result.Waiting != 10 {
		t.Errorf("stopped: %+v", b)
	}
	if b := must(s.SetBroadcast(ctx, "b1", admin, tenancy.CastSending)); b.State != tenancy.CastStopped {
		t.Errorf("goes on after a stop: %+v", b)
	}
	if b := must(s.EndBroadcast(ctx, "b1")); b.State != tenancy.CastStopped {
		t.Errorf("ended after a stop: %+v", b)
	}
	for act, want := range map[string]int{"broadcast.send": 1, "broadcast.pause": 1, "broadcast.resume": 1, "broadcast.stop": 1} {
		if n := s.logged(t, admin, act); n != want {
			t.Errorf("%s stands %d times in the log", act, n)
		}
	}
}

// Whoever is deleted while a broadcast is under way gets no copy, and after 90 days
// nothing of it is left.
func TestBroadcast_ForgetsItsReceivers(t *testing.T) {
	s, _ := casts(t, 3)
	ctx := t.Context()
	if _, err := s.StartBroadcast(ctx, "b1", admin); err != nil {
		t.Fatal(err)
	}
	if err := s.box.Store.Update(ctx, func(tx kv.Tx) error { return tx.Delete("profiles", registry.PersonKey(2001)) }); err != nil {
		t.Fatal(err)
	}
	if b, err := s.GiveBroadcast(ctx, "b1"); err != nil || b.Given != 3 || b.Result.Waiting != 2 {
		t.Errorf("%+v, %v", b, err)
	}
	s.delivers(t, 2)
	if b, err := s.EndBroadcast(ctx, "b1"); err != nil || b.State != tenancy.CastDone {
		t.Errorf("%+v, %v", b, err)
	}
	for _, step := range []struct{ days, left int }{{89, 1}, {2, 0}} {
		s.now = s.now.AddDate(0, 0, step.days)
		if _, err := s.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"broadcasts", "receivers"} {
			if n, err := s.Rows(ctx, table); n != step.left || err != nil {
				t.Errorf("%d rows in %s, want %d, %v", n, table, step.left, err)
			}
		}
	}
}
