package redistest

import (
	"context"
	"fmt"
	"strings"
)

// readInfo reads the "name:value" lines of INFO.
func readInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info
}

// field returns a value of an answer that is a map (RESP3) or a list of names
// and values (RESP2).
func field(answer any, name string) string {
	switch a := answer.(type) {
	case map[any]any:
		return fmt.Sprint(a[name])
	case []any:
		for i := 0; i+1 < len(a); i += 2 {
			if a[i] == name {
				return fmt.Sprint(a[i+1])
			}
		}
	}
	return ""
}

// Calls returns how often each command has run on the server, among them those
// that scripts ran, but not INFO itself.
func (s *Server) Calls() map[string]int {
	s.t.Helper()
	text, err := s.tell.Info(context.Background(), "commandstats").Result()
	if err != nil {
		s.t.Fatal(err)
	}
	calls := map[string]int{}
	for name, value := range readInfo(text) {
		name = strings.TrimPrefix(name, "cmdstat_")
		var n int
		if _, err := fmt.Sscanf(value, "calls=%d,", &n); err == nil && name != "info" {
			calls[name] = n
		}
	}
	return calls
}
