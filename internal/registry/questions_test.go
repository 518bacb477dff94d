package registry_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"zuji/internal/audit"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

func (s *shelf) asked() (ids []string) {
	c, _ := s.Compound("c1")
	for _, q := range c.Asked() {
		ids = append(ids, q.ID)
	}
	return ids
}

// logged counts the lines of the audit log that name an action.
func (s *shelf) logged(t *testing.T, who int64, action string) (n int) {
	t.Helper()
	err := s.Store.View(t.Context(), func(tx kv.Tx) error {
		n = 0
		for _, e := range audit.List(tx, audit.Filter{}).Entries {
			if e.Act == "audit."+action && e.Who == who {
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestQuestions_ChangedOnceByStaff(t *testing.T) {
	s := open(t)
	keys := tenancy.Question{Kind: tenancy.AsksNumber, Label: "几把钥匙？"}
	for range 2 {
		q, err := s.AddQuestion(t.Context(), "q1", manager, "c1", keys)
		if err != nil || q.ID != "q1" || !q.Added.Equal(s.now) {
			t.Fatalf("%+v, %v", q, err)
		}
	}
	for _, id := range []string{"q2", "q3"} {
		if _, err := s.AddQuestion(t.Context(), id, second, "c1", tenancy.Question{Kind: tenancy.AsksText, Label: id}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := s.MoveQuestion(t.Context(), manager, "c1", "q3", 0); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.asked(); !slices.Equal(got, []string{"q3", "q1", "q2"}) {
		t.Errorf("moved to %v", got)
	}
	for range 2 {
		if err := s.RetireQuestion(t.Context(), manager, "c1", "q1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.MoveQuestion(t.Context(), manager, "c1", "q1", 0); err != nil {
		t.Error(err)
	}
	c, _ := s.Compound("c1")
	if q, ok := c.Question("q1"); !ok || q.Label != "几把钥匙？" || !slices.Equal(s.asked(), []string{"q3", "q2"}) {
		t.Errorf("after retiring: %v, asked %v", q, s.asked())
	}
	if again, err := s.AddQuestion(t.Context(), "q1", manager, "c1", keys); err != nil || again.Active() {
		t.Errorf("adding it again brought it back: %+v, %v", again, err)
	}
	for action, want := range map[string]int{"question.add": 1, "question.move": 1, "question.retire": 1} {
		if n := s.logged(t, manager, action); n != want {
			t.Errorf("%d lines of %s", n, action)
		}
	}
	_, err := s.AddQuestion(t.Context(), "q9", landlord, "c1", keys)
	for _, err := range []error{err, s.RetireQuestion(t.Context(), admin, "c1", "q2"), s.MoveQuestion(t.Context(), landlord, "c1", "q2", 0)} {
		if !errors.Is(err, registry.ErrNotAllowed) {
			t.Errorf("who is not staff: %v", err)
		}
	}
}

func TestQuestions_AreBounded(t *testing.T) {
	s := open(t)
	add := func(n int) error {
		_, err := s.AddQuestion(t.Context(), fmt.Sprint("q", n), manager, "c1", tenancy.Question{Kind: tenancy.AsksText, Label: fmt.Sprint("问题", n)})
		return err
	}
	for n := range tenancy.MaxQuestions {
		if err := add(n); err != nil {
			t.Fatal(err)
		}
	}
	if bad := (*invalid.Error)(nil); !errors.As(add(10), &bad) || bad.Reason != "questions_full" {
		t.Errorf("the eleventh: %v", bad)
	}
	if err := s.RetireQuestion(t.Context(), manager, "c1", "q0"); err != nil {
		t.Fatal(err)
	}
	if err := add(10); err != nil {
		t.Errorf("after retiring one: %v", err)
	}
	for _, q := range []tenancy.Question{{Label: "您信教吗"}, {Label: "证明", Help: "婚育证明"}, {Label: "谁住", Options: []string{"单人", "有小孩"}}} {
		_, err := s.AddQuestion(t.Context(), "bad", second, "c1", q)
		if bad := (*invalid.Error)(nil); !errors.As(err, &bad) {
			t.Errorf("%+v is stored: %v", q, err)
		}
	}
	for n := 11; n < tenancy.MaxQuestionsEver; n++ {
		if err := s.RetireQuestion(t.Context(), manager, "c1", fmt.Sprint("q", n-1)); err != nil {
			t.Fatal(err)
		}
		if err := add(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RetireQuestion(t.Context(), manager, "c1", "q5"); err != nil {
		t.Fatal(err)
	}
	if bad := (*invalid.Error)(nil); !errors.As(add(999), &bad) || bad.Reason != "questions_ever" {
		t.Errorf("after %d: %v", tenancy.MaxQuestionsEver, bad)
	}
}

// Answers may name people: they are sealed, and the caller's copy stays.
func TestQuestions_AnswersAreSealed(t *testing.T) {
	s := open(t)
	one := letting("t1", "501")
	one.Extra = tenancy.Answers{{Question: "q1", Value: "粤B00000停车"}, {Question: "q2", Value: "2026-12-01"}}
	if _, err := s.Submit(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if one.Extra.Get("q1") != "粤B00000停车" {
		t.Errorf("the caller's answers were sealed: %v", one.Extra)
	}
	back, err := s.Tenancy(t.Context(), "t1")
	if err != nil || !slices.Equal(back.Extra, one.Extra) {
		t.Errorf("%v, %v", back.Extra, err)
	}
	raw, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("粤B00000")) || !bytes.Contains(raw, []byte(`"question":"q1"`)) {
		t.Error("the file holds the answer, or not its question")
	}
}
