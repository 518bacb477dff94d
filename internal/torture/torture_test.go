package torture

import "testing"

func TestFactor_IsOneUnlessMoreIsAsked(t *testing.T) {
	for raw, want := range map[string]int{"": 1, "1": 1, "40": 40, "0": 1, "-3": 1, "much": 1} {
		t.Setenv(factorEnv, raw)
		if got := Factor(); got != want {
			t.Errorf("%s=%q: %d, want %d", factorEnv, raw, got, want)
		}
	}
}

func TestRig_SeedRepeatsEachPart(t *testing.T) {
	t.Setenv(seedEnv, "4711")
	a, b := New(t), New(t)
	if a.Rand(1).Uint64() != b.Rand(1).Uint64() {
		t.Error("the same seed gives other numbers")
	}
	if a.Rand(1).Uint64() == a.Rand(2).Uint64() {
		t.Error("two parts get the same numbers")
	}
}

func TestRig_CountsInOrderOfFirstMention(t *testing.T) {
	t.Setenv(factorEnv, "40")
	r := New(t)
	r.Count("kills", 1)
	r.Count("acked updates", r.Times(2))
	r.Count("kills", 2)
	if got := r.String(); got != "3 kills, 80 acked updates" {
		t.Errorf("counts are %q", got)
	}
}
