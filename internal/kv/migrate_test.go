package kv_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/kvtest"
)

func open(t *testing.T) *kvtest.Faulty {
	t.Helper()
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "zuji.db"), boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return kvtest.NewFaulty(db)
}

// log returns n steps that note in ran when they run.
func log(n int, ran *string) (steps []kv.Step) {
	for i := range n {
		name := string(rune('a' + i))
		steps = append(steps, kv.Step{Name: name, Run: func(context.Context, kv.Store) error {
			*ran += name
			return nil
		}})
	}
	return steps
}

func wantSchema(t *testing.T, s kv.Store, want int) {
	t.Helper()
	if got, err := kv.Schema(t.Context(), s); err != nil || got != want {
		t.Errorf("schema version %d, %v; want %d", got, err, want)
	}
}

func TestMigrate_RunsEachStepOnceInOrder(t *testing.T) {
	s, ran := open(t), ""
	for _, n := range []int{0, 2, 2, 5} {
		if err := kv.Migrate(t.Context(), s, log(n, &ran)); err != nil {
			t.Fatal(err)
		}
		wantSchema(t, s, n)
	}
	if ran != "abcde" {
		t.Errorf("steps ran as %q", ran)
	}
	if err := s.View(t.Context(), func(tx kv.Tx) error {
		if got := tx.Get("meta", []byte("schema")); string(got) != "5" {
			t.Errorf("meta/schema is %q, want 5", got)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestMigrate_RefusesNewerRecords(t *testing.T) {
	s, ran := open(t), ""
	if err := kv.Migrate(t.Context(), s, log(7, &ran)); err != nil {
		t.Fatal(err)
	}
	err := kv.Migrate(t.Context(), s, log(5, &ran))
	if !errors.Is(err, kv.ErrNewer) || !strings.Contains(err.Error(), "version 7") || !strings.Contains(err.Error(), "up to 5") {
		t.Errorf("migrate: %v, want ErrNewer with both versions", err)
	}
	wantSchema(t, s, 7)
}

func TestMigrate_GoesOnWithTheStepThatFailed(t *testing.T) {
	s, ran := open(t), ""
	errStep := errors.New("step error")
	steps := log(3, &ran)
	good := steps[1]
	steps[1].Run = func(context.Context, kv.Store) error { return errStep }
	err := kv.Migrate(t.Context(), s, steps)
	if !errors.Is(err, errStep) || !strings.Contains(err.Error(), "version 2 (b)") {
		t.Errorf("migrate: %v", err)
	}
	wantSchema(t, s, 1)
	steps[1] = good
	if err := kv.Migrate(t.Context(), s, steps); err != nil || ran != "abc" {
		t.Errorf("migrate again: %v, steps ran as %q", err, ran)
	}
}

// Whichever of the store's calls fails, before or after its commit, running
// Migrate again completes it.
func TestMigrate_SurvivesAFaultAtEveryCall(t *testing.T) {
	errFault := errors.New("fault")
	step := kv.Step{Name: "double", Run: func(ctx context.Context, s kv.Store) error {
		return s.Update(ctx, func(tx kv.Tx) error { return tx.Put("a", []byte("k"), []byte("new")) })
	}}
	for name, fault := range map[string]func(*kvtest.Faulty){
		"view":          func(f *kvtest.Faulty) { f.FailNextView(1, errFault) },
		"update":        func(f *kvtest.Faulty) { f.FailNext(1, errFault) },
		"after commit":  func(f *kvtest.Faulty) { f.FailAfterCommit(errFault) },
		"after version": nil,
	} {
		s := open(t)
		steps := []kv.Step{step}
		if fault == nil { // the commit of the version itself
			fault = func(f *kvtest.Faulty) {
				steps[0].Run = func(ctx context.Context, _ kv.Store) error {
					defer f.FailAfterCommit(errFault)
					return step.Run(ctx, f.Store)
				}
			}
		}
		fault(s)
		if err := kv.Migrate(t.Context(), s, steps); !errors.Is(err, errFault) {
			t.Errorf("fault in %s: %v", name, err)
		}
		if err := kv.Migrate(t.Context(), s, []kv.Step{step}); err != nil {
			t.Errorf("after a fault in %s: %v", name, err)
		}
		wantSchema(t, s, 1)
	}
}

func TestMigrate_TwoAtOnceDoNotBothAdvance(t *testing.T) {
	s, ran := open(t), ""
	steps := log(1, &ran)
	steps[0].Run = func(ctx context.Context, s kv.Store) error {
		return kv.Migrate(ctx, s, log(1, &ran)) // the other process is faster
	}
	if err := kv.Migrate(t.Context(), s, steps); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("migrate: %v", err)
	}
	wantSchema(t, s, 1)
}

func TestSchema_RefusesWhatIsNoVersion(t *testing.T) {
	for _, text := range []string{"x", "-1", "1.5", "99999999999"} {
		s := open(t)
		if err := s.Update(t.Context(), func(tx kv.Tx) error { return tx.Put("meta", []byte("schema"), []byte(text)) }); err != nil {
			t.Fatal(err)
		}
		if err := kv.Migrate(t.Context(), s, nil); err == nil {
			t.Errorf("schema version %q was accepted", text)
		}
	}
}
