package registry_test

import (
	"testing"
	"time"

	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/internal/when"
)

// What has come due is seen until Tick has done it, and Ticked is told how much
// that was; what lies ahead is not counted.
func TestOverdue_IsWhatTickDoes(t *testing.T) {
	s := open(t)
	fill(t, s, 50)
	far := when.Repeat{}.Begin(when.On(tenancy.Today(s.now).AddDays(300), 9*60, time.UTC), s.Holidays)
	const people = 7
	for i := range int64(people) {
		id := "own" + string(rune('a'+i))
		if err := s.SetOwn(t.Context(), tenancy.OwnReminder{ID: id, By: 9000 + i, Whom: tenancy.Myself, What: "收房租", Series: far}); err != nil {
			t.Fatal(err)
		}
		if err := s.Snooze(t.Context(), 9000+i, registry.Item{Kind: registry.OwnKind, Tenancy: id}, s.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	look := func() registry.Overdue {
		t.Helper()
		o, err := s.Overdue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := look(); o != (registry.Overdue{}) {
		t.Errorf("before the hour %+v is due", o)
	}
	s.now = s.now.Add(time.Hour + 90*time.Second)
	if o := look(); o.Rows != people || o.Oldest != 90*time.Second {
		t.Errorf("due are %+v, want %d rows for 90 s", o, people)
	}
	told := 0
	s.Ticked = func(n int) { told += n }
	done, err := s.Tick(t.Context())
	if err != nil || told != done || done < people {
		t.Errorf("%d done, %d told, %v", done, told, err)
	}
	if o := look(); o != (registry.Overdue{}) {
		t.Errorf("after Tick %+v is due", o)
	}
}

// Looking costs little however much is due, since a scrape asks for it.
func BenchmarkOverdue(b *testing.B) {
	s := open(b)
	fill(b, s, 2*registry.MaxOverdue)
	s.now = s.now.AddDate(2, 0, 0)
	for b.Loop() {
		if o, err := s.Overdue(b.Context()); err != nil || o.Rows != registry.MaxOverdue {
			b.Fatalf("%+v, %v", o, err)
		}
	}
}
