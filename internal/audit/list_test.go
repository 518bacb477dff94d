package audit_test

import (
	"slices"
	"testing"
	"time"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

func list(t testing.TB, db kv.Store, f audit.Filter) (p audit.Page) {
	t.Helper()
	if err := db.View(t.Context(), func(tx kv.Tx) error { p = audit.List(tx, f); return nil }); err != nil {
		t.Fatal(err)
	}
	return p
}

func seqs(all []audit.Entry) (n []uint64) {
	for _, e := range all {
		n = append(n, e.Seq)
	}
	return n
}

func TestList_ReturnsWhatWasAppended(t *testing.T) {
	db := begun(t, 0)
	want := audit.Entry{
		At: noon.Add(1234567 * time.Nanosecond).In(time.FixedZone("", 8*3600)), Who: 5123456789, Role: "admin",
		Act: "audit.role.change", Subject: audit.Person(5987654321), Args: []string{"manager", "reader", "QWERTYUIOPAS"},
	}
	update(t, db, func(tx kv.Tx) error { return audit.Append(tx, key, want) })
	want.Seq, want.At = 1, noon.Add(time.Millisecond)
	got := list(t, db, audit.Filter{})
	if len(got.Entries) != 1 || got.Next != 0 {
		t.Fatalf("got %+v", got)
	}
	e := got.Entries[0]
	if !e.At.Equal(want.At) || e.Seq != 1 || e.Who != want.Who || e.Role != want.Role || e.Act != want.Act || e.Subject != want.Subject || !slices.Equal(e.Args, want.Args) {
		t.Errorf("got  %+v\nwant %+v", e, want)
	}
}

func TestList_Filters(t *testing.T) {
	db := begun(t, 9)
	update(t, db, func(tx kv.Tx) error {
		e := entry(10)
		e.Who, e.Act = 0, "audit.backup"
		return audit.Append(tx, key, e)
	})
	for what, c := range map[string]struct {
		filter audit.Filter
		want   []uint64
	}{
		"all, newest first": {audit.Filter{}, []uint64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		"person":            {audit.Filter{Who: 5000000001}, []uint64{7, 4, 1}},
		"subject":           {audit.Filter{Subject: entry(5).Subject}, []uint64{5}},
		"act":               {audit.Filter{Act: "audit.backup"}, []uint64{10}},
		"since":             {audit.Filter{Since: entry(8).At}, []uint64{10, 9, 8}},
		"two at once":       {audit.Filter{Who: 5000000001, Since: entry(3).At}, []uint64{7, 4}},
		"nobody":            {audit.Filter{Who: 1}, nil},
		"before":            {audit.Filter{Before: 3}, []uint64{2, 1}},
	} {
		if got := list(t, db, c.filter); !slices.Equal(seqs(got.Entries), c.want) || got.Next != 0 {
			t.Errorf("%s: got %v, next %d, want %v", what, seqs(got.Entries), got.Next, c.want)
		}
	}
}

// Whatever the page size and whatever is added meanwhile, each entry is shown
// once.
func TestList_Pages(t *testing.T) {
	db := begun(t, 23)
	for _, limit := range []int{1, 4, 22, 23, 24} {
		var all []uint64
		f := audit.Filter{Limit: limit}
		pages := 0
		for more := true; more; pages++ {
			p := list(t, db, f)
			if len(p.Entries) == 0 || len(p.Entries) > limit {
				t.Fatalf("a page of %d has %d", limit, len(p.Entries))
			}
			all = append(all, seqs(p.Entries)...)
			f.Before, more = p.Next, p.Next != 0
		}
		if len(all) != 23 || all[0] != 23 || all[22] != 1 || pages != (22+limit)/limit {
			t.Errorf("pages of %d: %d pages, %v", limit, pages, all)
		}
	}
	first := list(t, db, audit.Filter{Limit: 5})
	grow(t, db, 24, 30)
	if second := list(t, db, audit.Filter{Limit: 5, Before: first.Next}); !slices.Equal(seqs(second.Entries), []uint64{18, 17, 16, 15, 14}) {
		t.Errorf("the second page is %v after entries were added", seqs(second.Entries))
	}
}

// A filter that fits little does not hold a View open.
func TestList_LooksAtSoMany(t *testing.T) {
	db := begun(t, 5100)
	p := list(t, db, audit.Filter{Subject: "c1"})
	if len(p.Entries) != 0 || p.Next != 101 {
		t.Fatalf("got %d entries, next %d; want none, 101", len(p.Entries), p.Next)
	}
	if p = list(t, db, audit.Filter{Subject: "c1", Before: p.Next}); len(p.Entries) != 0 || p.Next != 0 {
		t.Errorf("got %d entries, next %d; want the end", len(p.Entries), p.Next)
	}
}

// A clock that was set back a little hides nothing, and an old log is not read
// to its beginning for what happened today.
func TestList_SinceBearsAClockSetBack(t *testing.T) {
	db := begun(t, 3)
	for i, back := range []time.Duration{0, -time.Hour, 0} {
		update(t, db, func(tx kv.Tx) error {
			e := entry(4 + i)
			e.At = e.At.Add(96*time.Hour + back)
			return audit.Append(tx, key, e)
		})
	}
	if got := list(t, db, audit.Filter{Since: entry(0).At.Add(96 * time.Hour)}); !slices.Equal(seqs(got.Entries), []uint64{6, 4}) || got.Next != 0 {
		t.Errorf("got %v, next %d", seqs(got.Entries), got.Next)
	}
}

// What was spoilt is shown as spoilt, whoever is asked for.
func TestList_ShowsSpoiltEntries(t *testing.T) {
	db := begun(t, 4)
	update(t, db, func(tx kv.Tx) error {
		raw := tx.Get(logTable, seq(2))
		raw[72] = '!'
		return tx.Put(logTable, seq(2), raw)
	})
	got := list(t, db, audit.Filter{Who: entry(1).Who})
	if !slices.Equal(seqs(got.Entries), []uint64{4, 2, 1}) || got.Entries[1].Act != audit.Unreadable {
		t.Errorf("got %+v", got.Entries)
	}
}
