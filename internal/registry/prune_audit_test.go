package registry_test

import (
	"errors"
	"fmt"
	"testing"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/registry"
)

// After three years an entry of the audit log is removed, on one occasion a day;
// what is left is a whole log, which says that it was pruned.
func TestPruneAudit_AfterThreeYears(t *testing.T) {
	s := open(t)
	entries := func() (n int, first audit.Entry) {
		p, err := s.AuditPage(t.Context(), audit.Filter{})
		if err != nil || len(p.Entries) == 0 {
			t.Fatal(p, err)
		}
		return len(p.Entries), p.Entries[len(p.Entries)-1]
	}
	prunes := func(want int) {
		t.Helper()
		n, err := s.PruneAudit(t.Context())
		faults, checked := s.AuditFaults(t.Context())
		if n != want || errors.Join(err, checked) != nil || len(faults) > 0 {
			t.Errorf("removed %d, want %d: %v, log %v %v", n, want, err, faults, checked)
		}
	}
	early, _ := entries()
	s.now = s.now.AddDate(0, 0, 1)
	if _, err := s.Submit(t.Context(), letting("t1", "501")); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(registry.AuditYears, 0, -1) // three years after the first
	prunes(0)
	s.now = s.now.AddDate(0, 0, 1)
	prunes(early)
	prunes(0)
	if n, first := entries(); n != 2 || first.Act != "audit.tenancy.submit" {
		t.Errorf("%d entries are left, the first is %s", n, first.Act)
	}
	s.now = s.now.AddDate(0, 0, 1)
	prunes(1)
	if n, first := entries(); n != 2 || first.Act != "audit.retention.run" || first.Args[1] != fmt.Sprint(early) {
		t.Errorf("%d entries are left, the first is %s %v", n, first.Act, first.Args)
	}
}

// Retention does not clear traces away.
func TestPruneAudit_KeepsWhatWasTamperedWith(t *testing.T) {
	s := open(t)
	if err := s.Store.Update(t.Context(), func(tx kv.Tx) error { return spoilt("audit_log")(tx) }); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(registry.AuditYears, 0, 1)
	if n, err := s.PruneAudit(t.Context()); n != 0 || !errors.Is(err, audit.ErrTampered) {
		t.Errorf("removed %d, %v", n, err)
	}
}
