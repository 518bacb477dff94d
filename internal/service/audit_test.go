package service_test

import (
	"strings"
	"testing"
)

// An administrator sees who did what, gets the seal of the log as a file, and
// nobody else does.
func TestAudit(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	boss := w.as(admin)
	boss.says("/audit")
	boss.asked("记录完整，没有被删改")
	if m := boss.sees("操作记录"); !strings.Contains(m.Text, "受理") || strings.Contains(m.Text, "王建国") {
		t.Errorf("the log reads:\n%s", m.Text)
	}
	boss.presses("🔏 导出签名凭证")
	w.settled()
	all := boss.app.Messages(0)
	last := all[len(all)-1]
	if last.Document == nil {
		t.Fatalf("no file: %+v", last)
	}
	if _, data, err := boss.app.File(last.Document.FileID); err != nil || !strings.Contains(string(data), "signature: ") {
		t.Errorf("%s, %v", data, err)
	}
	li := w.as(manager)
	li.says("/audit")
	li.asked("这个操作您不能用")
	for _, data := range []string{"a:audit:0", "a:ahead:"} {
		li.forges(data)
	}
	if c := li.chat(); strings.Contains(c, "记录完整") {
		t.Errorf("a manager sees:\n%s", c)
	}
}
