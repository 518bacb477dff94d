package tenancy

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "redraw the life cycle in README.md")

// diagram draws the life cycle for Mermaid.
func diagram() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n    [*] --> draft\n")
	for _, r := range life {
		for _, from := range r.from {
			var who []string
			for _, a := range r.actors {
				who = append(who, string(a))
			}
			fmt.Fprintf(&b, "    %s --> %s: %s (%s)\n", from, r.to, r.move, strings.Join(who, ", "))
		}
	}
	for _, s := range States {
		last := true
		for _, r := range life {
			for _, from := range r.from {
				last = last && from != s
			}
		}
		if last {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// The README's picture of the life cycle is the one in the code.
func TestDiagram_IsInTheReadme(t *testing.T) {
	const path, from, to = "../../README.md", "<!-- life -->\n", "<!-- /life -->\n"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), from)
	was, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the life cycle")
	}
	if was == diagram() {
		return
	}
	if !*update {
		t.Fatal("README.md shows another life cycle; run go test ./internal/tenancy -update")
	}
	if err := os.WriteFile(path, []byte(before+from+diagram()+to+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
