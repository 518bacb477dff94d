package bot

import (
	"strings"
	"testing"
)

func TestDivide(t *testing.T) {
	line := strings.Repeat("字", 99) + "\n"
	for _, c := range []struct {
		name, text  string
		first, rest int // characters
	}{
		{"short", "你好", 2, 0},
		{"just fits", strings.Repeat("字", 4096), 4096, 0},
		{"one line alone", strings.Repeat("字", 4097), 4097, 0},
		{"41 lines", strings.Repeat(line, 41), 3999, 100},
		{"a long line last", line + strings.Repeat("字", 4000), 99, 4000},
		{"characters of two units", "a\n" + strings.Repeat("😀", 2048), 1, 2048},
	} {
		first, rest := divide(c.text)
		if a, b := len([]rune(first)), len([]rune(rest)); a != c.first || b != c.rest {
			t.Errorf("%s: %d and %d characters, want %d and %d", c.name, a, b, c.first, c.rest)
		}
		if whole := first + "\n" + rest; rest != "" && whole != c.text {
			t.Errorf("%s: something is lost", c.name)
		}
	}
}
