//go:build linux

package registry_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/kvtest"
	"zuji/internal/ledger"
	"zuji/internal/registry"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

// BenchmarkGrowth fills a register with ZUJI_GROWTH tenancies and as many
// reminders and prints what each thing costs in it as rows of a table, with the
// mark that it is to reach; docs/performance.md has the columns.
func BenchmarkGrowth(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("ZUJI_GROWTH"))
	if err != nil {
		n = 20_000
	}
	g := &growth{TB: b}
	g.small()
	began := time.Now()
	g.town = build(b, n, 0)
	line(fmt.Sprintf("filling %d tenancies, %d reminders, %d compounds", n, n, g.compounds), took(time.Since(began)), "")
	g.size("file")
	for _, measure := range []func(){g.starts, g.reads, g.ticks, g.ledgers, g.updates, g.copies, g.shrinks} {
		measure()
	}
	b.ReportMetric(0, "ns/op")
}

type growth struct {
	testing.TB
	*town
	fresh atomic.Int64 // numbers of what is added
}

func line(what, figure, mark string) { fmt.Printf("| %s | %s | %s |\n", what, figure, mark) }

func took(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.3f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func (g *growth) must(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

func (g *growth) size(what string) {
	info, err := os.Stat(g.path)
	g.must(err)
	line(what, fmt.Sprintf("%d MB, %d bytes a tenancy", info.Size()>>20, info.Size()/int64(g.tenancies)), "")
}

// part returns the time within which so many of a hundred were done.
func part(of100 int, all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, len(all)*of100/100)]
}

// at does something by so many writers for a while, and returns how many times a
// second and how long each took.
func (g *growth) at(writers int, long time.Duration, do func() error) (rate float64, all []time.Duration) {
	var mu sync.Mutex
	var group sync.WaitGroup
	began := time.Now()
	for range writers {
		group.Go(func() {
			for time.Since(began) < long {
				one := time.Now()
				if err := do(); err != nil {
					g.Error(err)
					return
				}
				mu.Lock()
				all = append(all, time.Since(one))
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return float64(len(all)) / time.Since(began).Seconds(), all
}

// while is how long writers write.
const while = 3 * time.Second

// durable updates are measured against R, how often the same disk takes a raw write
// of 4 KiB and its sync, at the same moment.
func (g *growth) durable(what string, marks map[int]string, do func() error) {
	for _, writers := range slices.Sorted(maps.Keys(marks)) {
		raw := kvtest.RawWrites(g)
		rate, all := g.at(writers, while, do)
		line(fmt.Sprintf("%s, %d at once", what, writers), fmt.Sprintf("%.0f/s, %.2f R of %.0f/s, p50 %s, p99 %s", rate, rate/raw, raw, took(part(50, all)), took(part(99, all))), marks[writers])
	}
}

// small updates a file that has nothing else.
func (g *growth) small() {
	db, err := boltkv.Open(filepath.Join(g.TempDir(), "small.db"), boltkv.Options{})
	g.must(err)
	g.durable("updates of one 1 KB value, fresh file", map[int]string{1: "0.33 R", 64: "2.5 R", 512: "4 R"}, g.one(db))
	g.must(db.Close())
}

// one is an update of one value of 1 KB.
func (g *growth) one(store kv.Store) func() error {
	value := make([]byte, 1024)
	return func() error {
		key := fmt.Appendf(nil, "%016x", uint64(g.fresh.Add(1))*0x9e3779b97f4a7c15)
		return store.Update(g.Context(), func(tx kv.Tx) error { return tx.Put("a", key, value) })
	}
}

func (g *growth) starts() {
	g.must(g.StopClean(g.Context()))
	g.must(g.faulty.Close())
	for _, s := range []struct {
		what, mark    string
		cold, inOrder bool // inOrder says how it ends: what the next one meets
	}{
		{"start after a clean stop, cold", "0.2 s, 60 MB", true, false},
		{"start after a kill, cold", "10 s, 60 MB", true, false},
		{"start after a kill, warm", "", false, true},
		{"start after a clean stop, warm", "", false, true},
	} {
		if s.cold {
			chill(g, g.path)
		}
		cost := starts(g, g.path, s.inOrder)
		line(s.what, fmt.Sprintf("%s, %d MB anonymous", took(cost.Took), cost.Anon>>10), s.mark)
	}
	g.reopen(g)
}

func (g *growth) reads() {
	times := map[string][]time.Duration{}
	var names []string
	for i := range 200 {
		for _, l := range g.looks(g, (g.tenancies/200*i)/g.compounds/20*20*g.compounds+4*g.compounds+i%g.compounds) {
			if len(times[l.name]) == 0 {
				names = append(names, l.name)
			}
			began := time.Now()
			g.must(l.do())
			times[l.name] = append(times[l.name], time.Since(began))
		}
	}
	for _, name := range names {
		mark := map[string]string{"next due": "5 µs"}[name]
		line(name, fmt.Sprintf("p50 %s, p99 %s", took(part(50, times[name])), took(part(99, times[name]))), mark)
	}
	all, err := g.Compounds(g.Context())
	g.must(err)
	began := time.Now()
	_, err = stats.Compute(g.Of(g.Context(), all), stats.Options{Compounds: all, Today: tenancy.Today(g.now), Months: 12, Holidays: g.Holidays})
	g.must(err)
	line("numbers of all compounds, an administrator's", took(time.Since(began)), "")
}

func (g *growth) ticks() {
	g.fallDue(g, 100)
	began := time.Now()
	n, err := g.Tick(g.Context())
	g.must(err)
	line(fmt.Sprintf("tick with 100 due, %d rows", n), took(time.Since(began)), "")
}

// ledgers takes a compound out, and brings one in.
func (g *growth) ledgers() {
	names := ledger.Names{Status: func(s ledger.Status) string { return fmt.Sprint(s) }, Part: func(bool) string { return "租客" },
		Kind: func(p tenancy.Person) string { return string(p.Document.Kind) }, Phone: func(s string) string { return s }}
	began, rows := time.Now(), 0
	e := ledger.Extract{Title: "台账", Columns: ledger.Police.Columns(func(id string) string { return id })}
	g.must(e.Write(io.Discard, ledger.CSV, func(yield func([]any, error) bool) {
		for v, err := range g.Register(g.Context(), compoundID(0)) {
			rec := ledger.Record{Unit: v.Unit, Status: ledger.Status(v.Known(v.Tenancy != nil))}
			if v.Tenancy != nil {
				rec.Tenancy = *v.Tenancy
			}
			for _, one := range ledger.Police.Rows(rec, names) {
				if rows++; !yield(one, err) {
					return
				}
			}
		}
	}))
	line(fmt.Sprintf("export of one compound, %d rows", rows), took(time.Since(began)), "")
	const homes = 1000
	var all []registry.Row
	for i := range homes {
		t := g.tenancy(4 * g.compounds)
		t.Unit = address.Unit{Building: "90", Entrance: fmt.Sprint(1 + i/200), Room: fmt.Sprintf("%d%02d", 1+i/10%20, i%10)}
		t.Owner, t.State, t.History = 0, tenancy.Draft, nil
		all = append(all, registry.Row{Unit: t.Unit, Status: tenancy.HomeLet, Tenancy: t})
	}
	began = time.Now()
	i, err := g.KeepLedger(g.Context(), registry.Import{Compound: compoundID(0), By: staffOf(0), Today: tenancy.Today(g.now), Total: homes}, []byte("a ledger"))
	g.must(err)
	_, err = g.BeginImport(g.Context(), i.ID, staffOf(0))
	g.must(err)
	for i.Ended.IsZero() {
		i, err = g.ImportSome(g.Context(), i.ID, all)
		g.must(err)
	}
	line(fmt.Sprintf("import of %d homes, checked rows to the register", i.New), took(time.Since(began)), "")
}

// set stores a reminder, an update of five keys.
func (g *growth) set() error {
	i := g.tenancies + int(g.fresh.Add(1))
	o := g.reminder(i % g.tenancies)
	o.ID, o.By = g.id(i), 3_000_000_000+int64(i)
	return g.SetOwn(g.Context(), o)
}

func (g *growth) updates() {
	m := &kvtest.Meter{Store: g.Store}
	g.Store = m
	g.must(g.set())
	g.Store = m.Store
	g.durable(fmt.Sprintf("updates of %d keys (/remind)", m.Writes()), map[int]string{1: "0.10 R", 64: "0.6 R, p99 50 ms", 512: "1.1 R"}, g.set)
}

// copies takes a snapshot while eight write.
func (g *growth) copies() {
	path := filepath.Join(g.TempDir(), "copy.db")
	done := make(chan time.Duration)
	go func() {
		began := time.Now()
		if err := g.faulty.Store.(*boltkv.DB).Snapshot(g.Context(), path); err != nil {
			g.Error(err)
		}
		done <- time.Since(began)
	}()
	var all []time.Duration
	for long := time.Duration(0); long == 0; {
		_, some := g.at(8, 100*time.Millisecond, g.set)
		all = append(all, some...)
		select {
		case long = <-done:
			line("hot copy while 8 write", fmt.Sprintf("%s; writers %.0f/s, p99 %s", took(long), float64(len(all))/long.Seconds(), took(part(99, all))), "p99 50 ms")
		default:
		}
	}
	_, calm := g.at(8, while, g.set)
	line("the same 8 without a copy", fmt.Sprintf("%.0f/s, p99 %s", float64(len(calm))/while.Seconds(), took(part(99, calm))), "")
	g.must(os.Remove(path))
}

// shrinks deletes nine of ten.
func (g *growth) shrinks() {
	g.must(g.faulty.Close())
	inBulk(g, g.shelf, func(r *registry.Registry) error {
		for i := range g.tenancies {
			if i%10 == 0 {
				continue
			}
			if err := r.Store.Update(g.Context(), func(tx kv.Tx) error { return r.Leave(tx, g.id(i), g.id(i)) }); err != nil {
				return err
			}
		}
		return nil
	})
	g.reopen(g)
	g.size("file after deleting 90 %")
	g.durable("updates of one 1 KB value after that", map[int]string{1: "0.2 R"}, g.one(g.faulty.Store))
	g.durable("updates of 5 keys after that", map[int]string{1: ""}, g.set)
	began := time.Now()
	pages, err := g.faulty.Store.(*boltkv.DB).Scrub(g.Context())
	g.must(err)
	line(fmt.Sprintf("scrub, %d pages", pages), took(time.Since(began)), "")
	g.must(g.faulty.Close())
	began = time.Now()
	_, _, err = boltkv.Compact(g.path)
	g.must(err)
	line("zuji compact", took(time.Since(began)), "")
	g.size("file after that")
}
