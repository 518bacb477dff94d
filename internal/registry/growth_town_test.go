package registry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/boltkv"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/identity"
	"zuji/internal/kv"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/internal/when"
)

// A town is so many tenancies in compounds of a fixed size, of people who do not
// exist. All follows from the numbers.
type town struct {
	*shelf
	tenancies, compounds int
}

// homesEach is how many homes with two tenancies each a compound has.
const homesEach = 400

// build fills a new register: every state of a tenancy, every index, a reminder of
// its own for each tenancy's landlord. size is the number of tenancies a compound,
// 0 for that of a large one.
func build(t testing.TB, n, size int) *town {
	t.Helper()
	if size == 0 {
		size = 2 * homesEach
	}
	w := &town{shelf: open(t), tenancies: n, compounds: max(1, n/size)}
	if err := w.faulty.Close(); err != nil {
		t.Fatal(err)
	}
	inBulk(t, w.shelf, func(r *registry.Registry) error {
		for c := range w.compounds {
			if err := w.found(t.Context(), r, c); err != nil {
				return err
			}
		}
		for i := range n {
			if err := r.Store.Update(t.Context(), func(tx kv.Tx) error { return r.Enter(tx, w.tenancy(i), w.reminder(i)) }); err != nil {
				return fmt.Errorf("tenancy %d: %w", i, err)
			}
		}
		return nil
	})
	w.reopen(t)
	return w
}

// found adds a compound with its manager.
func (w *town) found(ctx context.Context, r *registry.Registry, c int) error {
	_, err := r.AddCompound(ctx, compoundID(c), admin, tenancy.Compound{Name: fmt.Sprintf("幸福花园%d期", c+1), City: tenancy.DefaultCity})
	token := registry.Token()
	err = errors.Join(err, r.Invite(ctx, token, compoundID(c), tenancy.Manager, admin))
	if err == nil {
		_, err = r.Join(ctx, token, staffOf(c), "李经理")
	}
	return err
}

// reopen opens the file as the service does.
func (w *town) reopen(t testing.TB) {
	t.Helper()
	db, err := boltkv.Open(w.path, boltkv.Options{AppendTables: registry.AppendOnly})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.faulty.Store, w.box.Store = db, db
	if err := w.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func compoundID(c int) string { return fmt.Sprintf("town%d", c) }
func staffOf(c int) int64     { return int64(500_000_000 + c) }

// place returns which compound a tenancy is in, and its number there. Neighbours
// by id live apart, as in a register that has grown.
func (w *town) place(i int) (compound, number int) { return i % w.compounds, i / w.compounds }

// letters are those of ids, in their order as bytes.
const letters = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// id is in the order of i, so that a file fills in that order. The high bit keeps
// it from being digits alone, which the audit log takes for a number of a person.
func (w *town) id(i int) string {
	n := uint64(i|1<<23)<<36 | uint64(i+1)*0x9e3779b97f4a7c15>>28
	id := make([]byte, 12)
	for at := len(id) - 1; at >= 0; at-- {
		id[at], n = letters[n%32], n/32
	}
	return string(id)
}

// owner has two tenancies: those of one home.
func (w *town) owner(i int) int64 {
	c, k := w.place(i)
	return int64(1_000_000_000 + c*10_000_000 + k/2)
}

func (w *town) unit(i int) address.Unit {
	_, k := w.place(i)
	home := k / 2
	return address.Unit{Building: fmt.Sprint(1 + home/80), Entrance: fmt.Sprint(1 + home/40%2), Room: fmt.Sprintf("%d%02d", 1+home/2%20, 1+home%2)}
}

func (w *town) phone(i int) string { return fmt.Sprintf("+86130%08d", i) }

var (
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙"}
	givens   = []string{"建国", "小明", "雷", "梅", "志强", "丽华", "芳", "国庆", "思远", "雨桐", "海燕"}
)

func (w *town) name(i int) string { return surnames[i%len(surnames)] + givens[i/7%len(givens)] }

// document is a number of a region that does not exist, one for each tenancy up to
// ten million.
func (w *town) document(i int) identity.Document {
	s := fmt.Sprintf("119999%04d%02d%02d%03d", 1960+i/336_000%30, 1+i/28_000%12, 1+i/1000%28, i%1000)
	sum := 0
	for at, digit := range s {
		sum += int(digit-'0') << (17 - at)
	}
	return identity.Document{Kind: identity.ResidentID, Number: s + string("10X98765432"[sum%11])}
}

// A life is what has happened to a tenancy.
type life []tenancy.Move

// now and before are the lives of the two tenancies of a home: of the one that
// holds it, and of one that held it or is to hold it.
var (
	now = []life{
		{tenancy.Submit}, {tenancy.Submit, tenancy.Return},
		{tenancy.Submit, tenancy.Accept}, {tenancy.Submit, tenancy.Return, tenancy.Resubmit, tenancy.Accept}, {tenancy.Submit, tenancy.Accept},
		{tenancy.Submit, tenancy.Accept, tenancy.File}, {tenancy.Submit, tenancy.Accept, tenancy.File}, {tenancy.Submit, tenancy.Accept, tenancy.File},
		{tenancy.Submit, tenancy.Accept, tenancy.Expire}, {tenancy.Submit, tenancy.Accept, tenancy.File, tenancy.Expire, tenancy.Continue},
	}
	before = []life{
		{tenancy.Submit, tenancy.Withdraw}, {tenancy.Submit, tenancy.Reject},
		{tenancy.Submit}, {tenancy.Submit, tenancy.Accept, tenancy.End}, {tenancy.Submit, tenancy.Accept, tenancy.File, tenancy.End, tenancy.Close},
		{tenancy.Submit, tenancy.Accept, tenancy.Renew}, {tenancy.Submit, tenancy.Accept, tenancy.File, tenancy.Change}, {tenancy.Submit, tenancy.Accept, tenancy.End},
		{tenancy.Submit, tenancy.Accept, tenancy.End, tenancy.Close}, {tenancy.Submit, tenancy.Accept, tenancy.Renew},
	}
)

// renewal is the home whose second tenancy waits to follow the first.
const renewal = 2

func (w *town) tenancy(i int) tenancy.Tenancy {
	c, k := w.place(i)
	kind := k / 2 % len(now)
	lives, start := now[kind], tenancy.Today(w.now).AddDays(-1-(i*37+i/97)%330)
	if k%2 == 1 {
		lives, start = before[kind], start.AddDays(-400)
	}
	t := tenancy.Tenancy{
		ID: w.id(i), Compound: compoundID(c), State: tenancy.Draft, Owner: w.owner(i), Role: tenancy.Owner, Unit: w.unit(i),
		Landlord:  tenancy.Party{Kind: tenancy.Individual, Name: w.name(i / 2 * 5), Phone: w.phone(90_000_000 + i/2)},
		People:    []tenancy.Person{{Item: "a", Name: w.name(i), Phone: w.phone(i), Document: w.document(i), Next: tenancy.NobodyElse}},
		Headcount: 1, Signed: start, Start: start, MoveIn: start, End: calendar.TermEnd(start, 12),
		Filing: tenancy.Filing{Use: tenancy.Living, Area: tenancy.Area(5000 + i%9000)}, Notice: "2026-11",
	}
	if k%2 == 1 && kind == renewal {
		t.Purpose, t.Replaces = tenancy.ToRenew, w.id(i-w.compounds)
	}
	w.links(&t, i)
	at := start.At(9, i%60)
	t.Submitted = at
	for _, m := range lives {
		by := tenancy.By{Actor: tenancy.ByLandlord, Who: t.Owner, At: at}
		switch {
		case m == tenancy.Expire:
			by.Actor, by.Who = tenancy.BySystem, 0
		case !t.State.May(m, tenancy.ByLandlord):
			by.Actor, by.Who = tenancy.ByManager, staffOf(c)
		}
		if err := t.Apply(m, by); err != nil {
			panic(err)
		}
		at = at.Add(20 * time.Hour)
	}
	return t
}

// links gives one tenancy in ten a link for its tenant, and one in ten a tenant who
// has opened theirs.
func (w *town) links(t *tenancy.Tenancy, i int) {
	p := &t.People[0]
	switch _, k := w.place(i); k % 10 {
	case 4:
		p.Answer.Link = tenancy.Link{Hash: fmt.Sprintf("%032x", uint64(i)*0x9e3779b97f4a7c15), Expires: w.now.AddDate(0, 0, 7)}
	case 6:
		p.Answer.Who = w.owner(i) + 5_000_000
	}
}

// reminder is of the far future; ten landlords in a second.
func (w *town) reminder(i int) tenancy.OwnReminder {
	on := tenancy.Today(w.now).AddDays(30 + (i*53)%300)
	series := when.Repeat{}.Begin(when.On(on, 8*60+i%600, time.UTC), w.Holidays)
	return tenancy.OwnReminder{ID: w.id(i), By: w.owner(i), Whom: tenancy.Myself, What: "收房租", Series: series}
}

// initials are what a name is found by.
func initials(name string) string { return strings.ToLower(chinese.Initials(name)) }
