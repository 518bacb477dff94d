package registry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// lets puts a home into the register; owner 0: the desk enters it.
func (s *shelf) lets(t *testing.T, id string, owner int64, u address.Unit) {
	t.Helper()
	one := letting(id, "501")
	one.Unit, one.Owner = u, owner
	if owner == 0 {
		one.Desk = manager
	}
	if _, err := s.Submit(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if owner == 0 {
		return
	}
	if _, err := s.Accept(t.Context(), id, 0, manager); err != nil {
		t.Fatal(err)
	}
}

// street is a compound with 50 homes: of each five, two belong to one landlord
// and one to somebody without Telegram. Building 9 waits for review.
func street(t *testing.T) *shelf {
	t.Helper()
	s := open(t)
	for i := range 50 {
		owner := int64(2000 + i)
		switch i % 5 {
		case 1:
			owner--
		case 4:
			owner = 0
		}
		s.lets(t, fmt.Sprintf("h%02d", i), owner, address.Unit{Building: fmt.Sprint(1 + i%10), Entrance: "1", Room: fmt.Sprint(101 + i)})
	}
	waits := letting("waits", "901")
	waits.Unit.Building, waits.Owner = "9", 3000
	if _, err := s.Submit(t.Context(), waits); err != nil {
		t.Fatal(err)
	}
	return s
}

// copies counts the outbox rows of duty notices by round and person.
func (s *shelf) copies(t *testing.T) map[int]map[int64]int {
	t.Helper()
	all := map[int]map[int64]int{}
	err := s.box.Store.View(t.Context(), func(tx kv.Tx) error {
		for _, raw := range tx.Scan("outbox", nil, nil) {
			var row outbox.Row
			var n registry.Notice
			if err := errors.Join(json.Unmarshal(raw, &row), json.Unmarshal(row.Payload, &n)); err != nil {
				return err
			}
			if n.Kind != registry.DutyTold {
				continue
			}
			if all[n.Round] == nil {
				all[n.Round] = map[int64]int{}
			}
			all[n.Round][row.To]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s *shelf) sends(t *testing.T, id string, a tenancy.Audience) tenancy.DutyNotice {
	t.Helper()
	n, err := s.SendDutyNotice(t.Context(), tenancy.DutyNotice{ID: id, Compound: "c1", Audience: a, By: manager})
	if err == nil {
		err = s.ContinueDutyNotices(t.Context())
	}
	if err == nil {
		n, err = s.DutyNotice(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var everybody = tenancy.Audience{Kind: tenancy.WholeCompound}

// Whatever fails, before a batch is stored or after, in this process or by its
// end: in the end each landlord has one copy.
func TestDutyNotice_SentOnceWhateverFails(t *testing.T) {
	s := street(t)
	reach, err := s.DutyReach(t.Context(), "c1", everybody)
	if err != nil || reach.Landlords != 30 || reach.Units != 40 || len(reach.Without) != 10 {
		t.Fatalf("reach %+v, %v", reach, err)
	}
	n := tenancy.DutyNotice{ID: "n1", Compound: "c1", Audience: everybody, By: manager}
	s.faulty.FailAfterCommit(errors.New("answer lost"))
	if _, err := s.SendDutyNotice(t.Context(), n); err == nil {
		t.Fatal("a lost answer is no error")
	}
	if stored, err := s.SendDutyNotice(t.Context(), n); err != nil || !stored.Sending || stored.Version != tenancy.DutyNoticeVersion {
		t.Fatalf("again: %+v, %v", stored, err)
	}
	s.failing(t, 3)
	sent, err := s.DutyNotice(t.Context(), "n1")
	if err != nil || sent.Sending || sent.Cursor != "" || sent.Landlords != 30 || sent.Units != 40 || sent.Without != 10 {
		t.Errorf("sent %+v, %v", sent, err)
	}
	first := s.copies(t)[0]
	if len(first) != 30 || slices.ContainsFunc(slices.Collect(maps.Values(first)), func(n int) bool { return n != 1 }) || first[3000] != 0 {
		t.Errorf("copies by landlord: %v", first)
	}
	if again := s.sends(t, "n1", everybody); again != sent {
		t.Errorf("sent again: %+v", again)
	}
	if n := s.logged(t, manager, "duty.send"); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
}

// failing continues what is being sent while each batch fails in turn: before it
// is stored, and after. Each time another process goes on.
func (s *shelf) failing(t *testing.T, batches int) {
	t.Helper()
	for stored := 0; ; stored++ {
		s.faulty.FailNext(1, errors.New("disk"))
		err := s.ContinueDutyNotices(t.Context())
		s.faulty.FailNext(0, nil)
		if err == nil {
			if stored < batches {
				t.Errorf("only %d batches", stored)
			}
			return
		}
		s.faulty.FailAfterCommit(errors.New("killed"))
		next := &registry.Registry{Store: s.faulty, Vault: s.Vault, Holidays: s.Holidays, Now: s.Now, Admins: s.Admins}
		if err := next.ContinueDutyNotices(t.Context()); err == nil {
			t.Fatal("nothing was left after a batch that failed")
		}
	}
}

func TestDutyNotice_Audiences(t *testing.T) {
	s := street(t)
	s.lets(t, "x1", 4001, address.Unit{Building: "3", Entrance: "1", Room: "999", Part: "A"})
	s.lets(t, "x2", 4002, address.Unit{Building: "3", Entrance: "1", Room: "999", Part: "B"})
	s.lets(t, "x3", 4003, address.Unit{Building: "3", Entrance: "1", Room: "999A"})
	for i, c := range []struct {
		to      tenancy.Audience
		want    []int64
		without int
	}{
		{tenancy.Audience{Kind: tenancy.OneBuilding, Building: "1"}, []int64{2000, 2010, 2020, 2030, 2040}, 0},
		{tenancy.Audience{Kind: tenancy.OneBuilding, Building: "5"}, nil, 5},
		{tenancy.Audience{Kind: tenancy.OneBuilding, Building: "77"}, nil, 0},
		{tenancy.Audience{Kind: tenancy.OneUnit, Unit: address.Unit{Building: "3", Entrance: "1", Room: "103"}}, []int64{2002}, 0},
		{tenancy.Audience{Kind: tenancy.OneUnit, Unit: address.Unit{Building: "3", Entrance: "1", Room: "999"}}, []int64{4001, 4002}, 0},
		{tenancy.Audience{Kind: tenancy.OneUnit, Unit: address.Unit{Building: "3", Entrance: "1", Room: "999", Part: "B"}}, []int64{4002}, 0},
		{tenancy.Audience{Kind: tenancy.OneUnit, Unit: address.Unit{Building: "9", Entrance: "1", Room: "901"}}, nil, 0},
	} {
		before := s.copies(t)[0]
		n := s.sends(t, fmt.Sprint("n", i), c.to)
		var got []int64
		for who, n := range s.copies(t)[0] {
			if n > before[who] {
				got = append(got, who)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) || n.Landlords != len(c.want) || n.Without != c.without {
			t.Errorf("%+v went to %v, without %d", c.to, got, n.Without)
		}
	}
	all, total, err := s.DutyNotices(t.Context(), "c1", 2, 3)
	if err != nil || total != 7 || len(all) != 3 {
		t.Errorf("%d of %d notices, %v", len(all), total, err)
	}
	if all, total, _ := s.DutyNotices(t.Context(), "c", 0, 3); total != 0 || all != nil {
		t.Errorf("another compound has %v", all)
	}
}

func TestDutyNotice_ReadOnceByWhoGotIt(t *testing.T) {
	s := street(t)
	s.sends(t, "n1", everybody)
	first := s.now
	for range 3 {
		n, at, err := s.ReadDutyNotice(t.Context(), "n1", 2000)
		if err != nil || !at.Equal(first) || n.Read != 1 {
			t.Fatalf("read %d at %v, %v", n.Read, at, err)
		}
		s.now = s.now.Add(time.Hour)
	}
	for _, who := range []int64{0, manager, 3000, 9999} {
		if _, _, err := s.ReadDutyNotice(t.Context(), "n1", who); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("%d got none, but: %v", who, err)
		}
	}
	if _, _, err := s.ReadDutyNotice(t.Context(), "n2", 2000); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an unknown notice: %v", err)
	}
	n, _ := s.DutyNotice(t.Context(), "n1")
	unread, without, err := s.UnreadDuty(t.Context(), "n1")
	if err != nil || n.Unread() != 29 || len(unread) != 38 || len(without) != 10 {
		t.Errorf("unread %d landlords, %d units, without %d: %v", n.Unread(), len(unread), len(without), err)
	}
	if !slices.IsSortedFunc(unread, func(a, b registry.Receiver) int { return tenancy.CompareUnits(a.Unit, b.Unit) }) || unread[len(unread)-1].Unit.Building != "10" && without[len(without)-1].Building != "10" {
		t.Errorf("in the order %v", unread)
	}
}

// A round reminds those who have not read it and still let a home, once a day
// and once for each press.
func TestDutyNotice_RemindsOnlyWhoMust(t *testing.T) {
	s := street(t)
	s.sends(t, "n1", everybody)
	for who := range s.copies(t)[0] {
		if who%2 == 0 && who != 2002 && who != 2012 {
			if _, _, err := s.ReadDutyNotice(t.Context(), "n1", who); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.End(t.Context(), "h02", 2002, calendar.DateOf(s.now), "moved"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetReachable(t.Context(), 2012, false); err != nil {
		t.Fatal(err)
	}
	bad := (*invalid.Error)(nil)
	if _, err := s.RemindDutyNotice(t.Context(), "n1", 1, manager); !errors.As(err, &bad) || bad.Reason != "notice_today" {
		t.Errorf("on the same day: %v", err)
	}
	s.now = s.now.AddDate(0, 0, 1)
	for _, who := range []int64{2000, admin, 0} {
		if _, err := s.RemindDutyNotice(t.Context(), "n1", 1, who); !errors.Is(err, registry.ErrNotAllowed) {
			t.Errorf("%d reminds: %v", who, err)
		}
	}
	if _, err := s.RemindDutyNotice(t.Context(), "n1", 2, manager); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("a round to come: %v", err)
	}
	if _, err := s.RemindDutyNotice(t.Context(), "n1", 1, manager); err != nil {
		t.Fatal(err)
	}
	s.failing(t, 1)
	for _, who := range []int64{manager, second} {
		if n, err := s.RemindDutyNotice(t.Context(), "n1", 1, who); err != nil || n.Round != 1 || n.Sending {
			t.Errorf("pressed again: %+v, %v", n, err)
		}
	}
	got := slices.Sorted(maps.Keys(s.copies(t)[1]))
	n, _ := s.DutyNotice(t.Context(), "n1")
	if len(got) != n.Again || len(got) == 0 || slices.Contains(got, 2002) || !slices.Contains(got, 2012) {
		t.Errorf("reminded %v, counted %d", got, n.Again)
	}
	for _, who := range got {
		if who%2 == 0 && who != 2012 || s.copies(t)[1][who] != 1 {
			t.Errorf("reminded %d, %d times", who, s.copies(t)[1][who])
		}
	}
	unread, _, _ := s.UnreadDuty(t.Context(), "n1")
	for _, u := range unread {
		if u.Unit.Room == "103" || u.Silent != (u.Unit.Room == "113") {
			t.Errorf("%+v is listed", u)
		}
	}
	if _, err := s.RemindDutyNotice(t.Context(), "n1", 2, manager); !errors.As(err, &bad) || bad.Reason != "notice_today" {
		t.Errorf("twice a day: %v", err)
	}
	if n := s.logged(t, manager, "duty.remind"); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
}

func TestDutyNotice_NobodyLeftToRemind(t *testing.T) {
	s := street(t)
	s.sends(t, "n1", tenancy.Audience{Kind: tenancy.OneUnit, Unit: address.Unit{Building: "3", Entrance: "1", Room: "103"}})
	if _, _, err := s.ReadDutyNotice(t.Context(), "n1", 2002); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(0, 0, 1)
	bad := (*invalid.Error)(nil)
	if _, err := s.RemindDutyNotice(t.Context(), "n1", 1, manager); !errors.As(err, &bad) || bad.Reason != "notice_all_read" {
		t.Errorf("everybody has read it: %v", err)
	}
}

func TestDutyNotice_OnlyStaffAndLawfulWords(t *testing.T) {
	s := street(t)
	for _, who := range []int64{2000, admin, 0} {
		if _, err := s.SendDutyNotice(t.Context(), tenancy.DutyNotice{ID: "n1", Compound: "c1", Audience: everybody, By: who}); !errors.Is(err, registry.ErrNotAllowed) {
			t.Errorf("%d sends: %v", who, err)
		}
	}
	for _, words := range []string{"谁家有孕妇", "请举报可疑的人", strings.Repeat("字", tenancy.MaxDutyParagraph+1)} {
		bad := (*invalid.Error)(nil)
		if _, err := s.SendDutyNotice(t.Context(), tenancy.DutyNotice{ID: "n1", Compound: "c1", Audience: everybody, By: manager, Paragraph: words}); !errors.As(err, &bad) {
			t.Errorf("%.20s is stored: %v", words, err)
		}
	}
	if err := s.ContinueDutyNotices(t.Context()); err != nil || len(s.copies(t)) != 0 {
		t.Errorf("sent %v, %v", s.copies(t), err)
	}
}
