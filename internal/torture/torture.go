// Package torture is what the rigs that do harm on purpose have in common: how
// much harm, at random but repeatable, and the counts that they print at the end.
package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// factorEnv multiplies what a rig does; make torture sets it.
	factorEnv = "ZUJI_TORTURE"

	// seedEnv repeats the run that printed the seed.
	seedEnv = "ZUJI_SEED"
)

// Factor is how many times the short size is asked for: 1 in an ordinary go test.
func Factor() int {
	if n, err := strconv.Atoi(os.Getenv(factorEnv)); err == nil && n > 1 {
		return n
	}
	return 1
}

// A Rig is the run of one test. It is safe for concurrent use.
type Rig struct {
	Seed uint64

	mu     sync.Mutex
	names  []string
	counts map[string]int
}

// New begins a rig. When the test ends, its counts and seed are logged in one line.
func New(t testing.TB) *Rig {
	t.Helper()
	r := &Rig{Seed: rand.Uint64() >> 1, counts: map[string]int{}}
	if raw := os.Getenv(seedEnv); raw != "" {
		n, err := strconv.ParseUint(raw, 10, 64)
		if err != nil {
			t.Fatalf("%s must be a number that a rig printed, not %q", seedEnv, raw)
		}
		r.Seed = n
	}
	began := time.Now()
	t.Cleanup(func() {
		t.Logf("torture x%d: %s in %.1f s (%s=%d)", Factor(), r, time.Since(began).Seconds(), seedEnv, r.Seed)
	})
	return r
}

// Rand returns the random numbers of one part of the rig. Parts that run side by
// side each need their own, so that none takes the other's numbers.
func (r *Rig) Rand(part int) *rand.Rand { return rand.New(rand.NewPCG(r.Seed, uint64(part))) }

// Times returns n in the short size and its multiple in a longer one.
func (r *Rig) Times(n int) int { return n * Factor() }

// Count adds n to what is printed under what, in the order of first mention.
func (r *Rig) Count(what string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.names, what) {
		r.names = append(r.names, what)
	}
	r.counts[what] += n
}

// String is the counts: "150 kills, 8701 updates".
func (r *Rig) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, name := range r.names {
		all = append(all, fmt.Sprintf("%d %s", r.counts[name], name))
	}
	return strings.Join(all, ", ")
}
