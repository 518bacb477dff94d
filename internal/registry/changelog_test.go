package registry

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Who rolls back must know which versions have another schema.
func TestSchema_EachStepStandsInTheChangelog(t *testing.T) {
	raw, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range (&Registry{}).schema() {
		if line := fmt.Sprintf("- Version %d: %s.\n", i+1, step.Name); !strings.Contains(string(raw), line) {
			t.Errorf("CHANGELOG.md has no line %q", line)
		}
	}
}
