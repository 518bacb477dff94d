package ledger

import (
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

// No column that is read or written has a forbidden subject, under any name.
func TestColumns_HaveNoForbiddenSubject(t *testing.T) {
	n := 0
	check := func(column string) {
		n++
		if word := tenancy.ForbiddenQuestion(strings.ReplaceAll(column, "_", " ")); word != "" {
			t.Errorf("column %q is about %q", column, word)
		}
	}
	for heading, field := range known {
		check(heading)
		check(string(field))
	}
	for heading := range bare {
		check(heading)
	}
	for _, ids := range columns {
		for _, id := range ids {
			check(id)
		}
	}
	if n < 300 {
		t.Errorf("only %d columns were found", n)
	}
}
