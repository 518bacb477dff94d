package registry_test

import (
	"fmt"
	"iter"
	"testing"

	"zuji/internal/kvtest"
	"zuji/internal/registry"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

// The town is a register like any other, and has what every index is for.
func TestTown_IsWhole(t *testing.T) {
	w := build(t, 400, 100)
	faults, err := w.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
	for _, table := range append(registry.FilledIndexes(), "tenancies", "reminders", "errands", "profiles", "homes") {
		if n, err := w.Rows(t.Context(), table); err != nil || n == 0 {
			t.Errorf("%s has %d rows, %v", table, n, err)
		}
	}
	if n, err := w.Tick(t.Context()); n != 0 || err != nil {
		t.Errorf("%d were due, %v", n, err)
	}
}

// A look is something that people ask of the register; it fails unless it finds.
type look struct {
	name string
	do   func() error
}

// shown is how many tenancies a list has at most.
const shown = 10

// looks are by what stands in tenancy i, which holds its home.
func (w *town) looks(t testing.TB, i int) []look {
	t.Helper()
	ctx := t.Context()
	one, err := w.Tenancy(ctx, w.id(i))
	if err != nil {
		t.Fatal(err)
	}
	find := func(text string) func() error {
		return func() error { return w.finds(t, one, text) }
	}
	return []look{
		{"unit", find(one.Unit.Building + "-" + one.Unit.Entrance + "-" + one.Unit.Room)},
		{"phone's last four", find(one.People[0].Phone[10:])},
		{"receipt", find(one.Receipt)},
		{"name", find(one.People[0].Name)},
		{"pinyin initials", find(initials(one.People[0].Name))},
		{"holder of a unit", func() error {
			got, err := w.Taken(ctx, one.Compound, one.Unit)
			if err == nil && (got == nil || got.ID != one.ID) {
				err = fmt.Errorf("%v holds the unit of %s", got, one.ID)
			}
			return err
		}},
		{"receipt of any compound", func() error { _, err := w.ByReceipt(ctx, one.Receipt); return err }},
		{"same document elsewhere", func() error { _, err := w.Elsewhere(ctx, one); return err }},
		{"a landlord's tenancies", func() error { return some(w.Mine(ctx, one.Owner, shown)) }},
		{"page of the queue", func() error { return some(w.Queue(ctx, one.Compound, shown)) }},
		{"page of homes", func() error {
			all, _, err := w.Homes(ctx, one.Compound, "1", 0, shown)
			return some(all, err)
		}},
		{"next due", func() error { _, _, err := w.NextDue(ctx); return err }},
		{"tick, nothing due", func() error {
			n, err := w.Tick(ctx)
			if n > 0 {
				err = fmt.Errorf("%d were due", n)
			}
			return err
		}},
		{"numbers of one compound", func() error {
			s, err := stats.Compute(w.Of(ctx, w.only(one)), w.options(one))
			if err == nil && s.All.InForce.N == 0 {
				err = fmt.Errorf("nothing in force in %s", one.Compound)
			}
			return err
		}},
		{"quality of one compound", func() error { _, err := stats.Quality(w.Of(ctx, w.only(one)), w.options(one)); return err }},
	}
}

func some[T any](all []T, err error) error {
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("nothing was found")
	}
	return err
}

func (w *town) finds(t testing.TB, one tenancy.Tenancy, text string) error {
	_, n, err := w.Find(t.Context(), one.Compound, text, shown)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s does not find %s", text, one.ID)
	}
	return err
}

func (w *town) only(t tenancy.Tenancy) []tenancy.Compound {
	c, _ := w.Compound(t.Compound)
	return []tenancy.Compound{c}
}

func (w *town) options(t tenancy.Tenancy) stats.Options {
	return stats.Options{Compounds: w.only(t), Today: tenancy.Today(w.now), Months: 12, Holidays: w.Holidays}
}

// What people ask costs by their compound, not by the register: as many keys are
// read of forty compounds as of two, but for the tenancies that a name finds.
func TestGrowth_LooksReadNoMore(t *testing.T) {
	read := func(n int) map[string]int {
		w := build(t, n, 50)
		if _, err := w.Compounds(t.Context()); err != nil { // they are kept
			t.Fatal(err)
		}
		m := &kvtest.Meter{Store: w.Store}
		w.Store = m
		all := map[string]int{}
		for _, l := range w.looks(t, 4*w.compounds) {
			m.Reads()
			if err := l.do(); err != nil {
				t.Errorf("%s among %d: %v", l.name, n, err)
			}
			all[l.name] = m.Reads()
		}
		return all
	}
	few, many := read(100), read(2000)
	for name, n := range many {
		if n > few[name]+shown {
			t.Errorf("%s reads %d keys among 2000 tenancies, %d among 100", name, n, few[name])
		}
	}
}

// A receipt number is not looked for.
func TestFind_ReceiptReadsFewKeys(t *testing.T) {
	w := build(t, 100, 100)
	one, err := w.Tenancy(t.Context(), w.id(4))
	if err != nil {
		t.Fatal(err)
	}
	m := &kvtest.Meter{Store: w.Store}
	w.Store = m
	if err := w.finds(t, one, one.Receipt); err != nil || m.Reads() > 3 {
		t.Errorf("%v, or more than 3 keys are read", err)
	}
	if _, n, err := w.Find(t.Context(), "c1", one.Receipt, shown); err != nil || n != 0 {
		t.Errorf("another compound finds it: %d, %v", n, err)
	}
}

// Of yields what All does of some compounds, in pages too.
func TestOf_IsAllOfSome(t *testing.T) {
	w := build(t, 1300, 650)
	c, _ := w.Compound(compoundID(1))
	count := func(all iter.Seq2[tenancy.Tenancy, error]) (n int) {
		for one, err := range all {
			if err != nil {
				t.Fatal(err)
			}
			if one.Compound == c.ID {
				n++
			}
		}
		return n
	}
	if n := count(w.Of(t.Context(), []tenancy.Compound{c})); n != 650 || count(w.All(t.Context())) != 650 {
		t.Errorf("%d of 650 tenancies", n)
	}
}
