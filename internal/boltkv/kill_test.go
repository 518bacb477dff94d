package boltkv

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/kv"
)

// Updates that were acknowledged survive SIGKILL at any moment, also while the
// file is being made and while its list of free pages is being rebuilt.
func TestKill_LosesNothingThatWasAcknowledged(t *testing.T) {
	const rounds = 40
	path := filepath.Join(t.TempDir(), "data", "zuji.db")
	acked := make([]int, childWriters)
	total := 0
	for round := range rounds {
		c := startChild(t, "write", path)
		var said []string
		for range rand.IntN(400) * min(round, 1) { // the first is killed at once
			said = append(said, c.line(t))
		}
		said = append(said, c.kill(t)...)
		for _, line := range said {
			var g, n int
			if _, err := fmt.Sscan(line, &g, &n); err == nil && n > acked[g] {
				acked[g] = n
				total++
			}
		}
		if round == 0 {
			continue // perhaps there is no file yet
		}
		if err := CheckFile(path); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		checkRows(t, path, acked)
	}
	if total < rounds*10 {
		t.Fatalf("only %d acknowledged updates: the test shows nothing", total)
	}
	t.Logf("%d kills, %d acknowledged updates, none lost", rounds, total)
}

// checkRows compares the file with what was acknowledged. Each writer has at
// most one update under way, which may have happened.
func checkRows(t *testing.T, path string, acked []int) {
	t.Helper()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	err = db.View(t.Context(), func(tx kv.Tx) error {
		for g := range acked {
			var n int
			fmt.Sscan(string(tx.Get("counts", fmt.Appendf(nil, "%d", g))), &n) // absent is 0
			if n < acked[g] || n > acked[g]+1 {
				t.Errorf("writer %d has %d updates, acknowledged %d", g, n, acked[g])
			}
			acked[g] = n
			var want, got []string
			for i := max(1, n-keptRows+1); i <= n; i++ {
				want = append(want, string(rowKey(g, i)))
			}
			prefix := fmt.Appendf(nil, "%d/", g)
			for k := range tx.Scan("keys", prefix, kv.PrefixEnd(prefix)) {
				got = append(got, string(k))
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("writer %d has %d keys, want the %d up to %d", g, len(got), len(want), n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The limit on file sizes makes real writes fail as a full disk does.
func TestFull_RealWritesThatAreRefusedLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zuji.db")
	out, err := childCommand(t, "limited", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var n int
	if _, err := fmt.Sscan(string(out), &n); err != nil || n < 50 || !strings.Contains(string(out), ErrFull.Error()) {
		t.Fatalf("the child said %q, want a number of updates and ErrFull", out)
	}
	if err := CheckFile(path); err != nil {
		t.Error(err)
	}
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range n {
		if has(t, db, "a", fmt.Sprintf("%04d", i)) != (i > 0) {
			t.Errorf("update %d is lost, or the deletion of the first", i)
		}
	}
	if has(t, db, "a", fmt.Sprintf("%04d", n)) {
		t.Error("the refused update has happened")
	}
}
