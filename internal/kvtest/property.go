package kvtest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"zuji/internal/kv"
)

// Property tests a durable store against sorted maps: random groups of
// concurrent transactions, each of which must see and leave exactly what it
// would if all ran one after the other in some order, and what is there after
// closing and opening again. open opens what is kept in dir.
func Property(t *testing.T, open func(dir string) (kv.Store, error)) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		m := &machine{model: model{}, open: func() (kv.Store, error) { return open(dir) }}
		if m.store, err = m.open(); err != nil {
			rt.Fatalf("open: %v", err)
		}
		defer func() { _ = m.store.Close() }()
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			if rapid.IntRange(0, 9).Draw(rt, "reopen if 0") == 0 {
				m.reopen(rt)
			}
			m.together(t, rt, rapid.SliceOfN(genTransaction, 1, 8).Draw(rt, "transactions"))
		}
		m.reopen(rt)
		m.compare(t, rt)
	})
}

// model is the tables as maps.
type model map[string]map[string]string

type machine struct {
	store kv.Store
	model model
	open  func() (kv.Store, error)
}

// An action is one call of kv.Tx.
type action struct {
	Kind       string
	Table      string
	Key, Value string // of Put, Delete, Get
	Lo, Hi     string // of Scan, ScanBack; an empty Hi is nil
}

type transaction struct {
	Actions []action
	Fail    bool
}

var (
	genTable = rapid.SampledFrom([]string{"p", "q"})
	genKey   = rapid.StringMatching(`[a-c]{1,3}`)
	genBound = rapid.StringMatching(`[a-d]{0,2}`)

	genAction = rapid.Custom(func(t *rapid.T) action {
		return action{
			Kind:  rapid.SampledFrom([]string{"put", "put", "delete", "get", "scan", "back"}).Draw(t, "kind"),
			Table: genTable.Draw(t, "table"),
			Key:   genKey.Draw(t, "key"),
			Value: rapid.StringMatching(`[0-9]{1,3}`).Draw(t, "value"),
			Lo:    genBound.Draw(t, "lo"),
			Hi:    genBound.Draw(t, "hi"),
		}
	})
	genTransaction = rapid.Custom(func(t *rapid.T) transaction {
		return transaction{
			Actions: rapid.SliceOfN(genAction, 1, 12).Draw(t, "actions"),
			Fail:    rapid.IntRange(0, 3).Draw(t, "fail if 0") == 0,
		}
	})
)

// An outcome is what a transaction saw. Turn is its place in the order that the
// store chose: one that succeeds takes a number.
type outcome struct {
	transaction
	turn int
	saw  []string
}

// together runs the transactions at the same time and then, in the order in
// which the store ran them, on the model.
func (m *machine) together(t *testing.T, rt *rapid.T, transactions []transaction) {
	outcomes, errs := make([]outcome, len(transactions)), make([]error, len(transactions))
	var wg sync.WaitGroup
	for i, x := range transactions {
		wg.Go(func() {
			errs[i] = m.store.Update(t.Context(), func(tx kv.Tx) error {
				o := outcome{transaction: x, turn: counter(tx, "turn")}
				if err := tx.Put("turn", []byte("n"), []byte(strconv.Itoa(o.turn+1))); err != nil {
					return err
				}
				for _, a := range x.Actions {
					o.saw = append(o.saw, a.onStore(tx))
				}
				outcomes[i] = o
				if x.Fail {
					return errOwn
				}
				return nil
			})
		})
	}
	wg.Wait()
	for i, x := range transactions {
		if x.Fail && errs[i] != errOwn || !x.Fail && errs[i] != nil {
			rt.Fatalf("update %d, to fail: %v, returned %v", i, x.Fail, errs[i])
		}
	}
	// One that fails runs before the one that takes the same number. In which order
	// several such ran makes no difference.
	slices.SortStableFunc(outcomes, func(a, b outcome) int {
		if a.turn != b.turn {
			return a.turn - b.turn
		}
		return btoi(b.Fail) - btoi(a.Fail)
	})
	for _, o := range outcomes {
		after := m.model.clone()
		for i, a := range o.Actions {
			if want := after.act(a); o.saw[i] != want {
				rt.Fatalf("transaction %d, action %d %+v saw %q, want %q", o.turn, i, a, o.saw[i], want)
			}
		}
		if !o.Fail {
			m.model = after
		}
	}
}

func (m *machine) reopen(rt *rapid.T) {
	if err := m.store.Close(); err != nil {
		rt.Fatalf("close: %v", err)
	}
	s, err := m.open()
	if err != nil {
		rt.Fatalf("open again: %v", err)
	}
	m.store = s
}

func (m *machine) compare(t *testing.T, rt *rapid.T) {
	for _, table := range []string{"p", "q"} {
		view(t, m.store, func(tx kv.Tx) {
			a := action{Kind: "scan", Table: table}
			if got, want := a.onStore(tx), m.model.act(a); got != want {
				rt.Errorf("table %s has %q, want %q", table, got, want)
			}
		})
	}
}

func (a action) onStore(tx kv.Tx) string {
	switch a.Kind {
	case "put":
		return fmt.Sprint(tx.Put(a.Table, []byte(a.Key), []byte(a.Value)))
	case "delete":
		return fmt.Sprint(tx.Delete(a.Table, []byte(a.Key)))
	case "get":
		return string(tx.Get(a.Table, []byte(a.Key)))
	case "scan":
		return collect(tx.Scan(a.Table, []byte(a.Lo), bound(a.Hi)))
	default:
		return collect(tx.ScanBack(a.Table, []byte(a.Lo), bound(a.Hi)))
	}
}

// act does to the model what onStore does to the store.
func (m model) act(a action) string {
	switch a.Kind {
	case "put":
		if m[a.Table] == nil {
			m[a.Table] = map[string]string{}
		}
		m[a.Table][a.Key] = a.Value
		return "<nil>"
	case "delete":
		delete(m[a.Table], a.Key)
		return "<nil>"
	case "get":
		return m[a.Table][a.Key]
	}
	var pairs []string
	for _, k := range slices.Sorted(maps.Keys(m[a.Table])) {
		if k >= a.Lo && (a.Hi == "" || bytes.Compare([]byte(k), []byte(a.Hi)) < 0) {
			pairs = append(pairs, k+"="+m[a.Table][k])
		}
	}
	if a.Kind == "back" {
		slices.Reverse(pairs)
	}
	return strings.Join(pairs, " ")
}

func (m model) clone() model {
	c := model{}
	for table, rows := range m {
		c[table] = maps.Clone(rows)
	}
	return c
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
