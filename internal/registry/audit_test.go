package registry_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// Every act that the register logs has its place in the audit log: one that has
// not would be refused, and the act with it.
func TestAudit_KnowsEveryAct(t *testing.T) {
	literal := regexp.MustCompile(`(?:r\.log\([^"\n]*|asStaff\([^"\n]*|changeOwn\([^"\n]*|changeHome\([^"\n]*|changeQuestions\([^"\n]*|enqueue\([^"\n]*)"([a-z]+\.[a-z]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range literal.FindAllSubmatch(src, -1) {
			n++
			if _, ok := audit.Acts["audit."+string(found[1])]; !ok {
				t.Errorf("%s logs %s, which the audit log does not know", f, found[1])
			}
		}
	}
	if n < 25 {
		t.Errorf("only %d acts were found", n)
	}
	for _, m := range []tenancy.Move{tenancy.Submit, tenancy.Return, tenancy.Resubmit, tenancy.Accept, tenancy.Reject, tenancy.Withdraw,
		tenancy.File, tenancy.Expire, tenancy.Continue, tenancy.Change, tenancy.Renew, tenancy.End, tenancy.Close} {
		if _, ok := audit.Acts["audit.tenancy."+string(m)]; !ok {
			t.Errorf("the audit log does not know the move %s", m)
		}
	}
}

// The log of before is moved into the chain, once.
func TestAudit_TheOldLogIsMoved(t *testing.T) {
	s := open(t)
	begun, err := s.AuditPage(t.Context(), audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	old := []string{
		`{"at":"2026-11-01T02:00:00Z","actor":1002,"action":"tenancy.accept","on":"ABCDEFGHIJKL"}`,
		`{"at":"2026-11-01T03:00:00Z","actor":1001,"action":"remind.done.report","on":"ABCDEFGHIJKL"}`,
		`{"at":"2026-11-02T02:00:00Z","actor":1002,"action":"register.extract","on":"ABCDEFGHIJKL|police|12"}`,
		`{"at":"2026-11-02T03:00:00Z","actor":1002,"action":"home.set","on":"ABCDEFGHIJKL|别墅-1"}`,
	}
	err = s.Store.Update(t.Context(), func(tx kv.Tx) error {
		for i, line := range old {
			if err := tx.Put("audit", []byte{0, 0, 0, 0, 0, 0, 0, byte(i + 1)}, []byte(line)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.ChainAudit(t.Context(), s.Store); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.AuditPage(t.Context(), audit.Filter{})
	if err != nil || len(p.Entries) != len(begun.Entries)+len(old) {
		t.Fatalf("%d entries, %v", len(p.Entries), err)
	}
	if e := p.Entries[1]; e.Act != "audit.register.extract" || strings.Join(e.Args, " ") != "police 12" {
		t.Errorf("%+v", e)
	}
	if faults, err := s.AuditFaults(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("%v %v", faults, err)
	}
}
