package bot

import (
	"strings"
	"unicode/utf16"
)

// divide cuts a text that is longer than one message may be at its last line
// break that fits; most texts have no rest. No tag of a summary or card spans
// lines. Tags and entities are counted as they are written, which Telegram does
// not, so a part is never too long.
func divide(html string) (first, rest string) {
	if units(html) <= maxMessage {
		return html, ""
	}
	used, cut := 0, -1
	for i, line := 0, ""; i < len(html); i += len(line) {
		line, _, _ = strings.Cut(html[i:], "\n")
		if i+len(line) < len(html) {
			line += "\n"
		}
		if used += units(line); used > maxMessage {
			break
		}
		cut = i + len(line)
	}
	if cut < 0 {
		return html, ""
	}
	return strings.TrimRight(html[:cut], "\n"), html[cut:]
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }
