package failpoint

import (
	"errors"
	"testing"
)

func TestAt_FailsOnlyWhenArmed(t *testing.T) {
	if err := At(BeforeCommit); err != nil {
		t.Errorf("not armed: %v", err)
	}
	want := errors.New("fault")
	Arm(func(p Place) error {
		if p == AfterCommit {
			return want
		}
		return nil
	})
	t.Cleanup(func() { armed.Store(nil) })
	if At(BeforeCommit) != nil || At(AfterCommit) != want {
		t.Error("the place that is armed must fail, and no other")
	}
}

func BenchmarkAt(b *testing.B) {
	for b.Loop() {
		if At(BeforeCommit) != nil {
			b.Fatal("armed")
		}
	}
}
