package redisstore_test

import (
	"strings"
	"testing"

	"zuji/internal/redisstore"
	"zuji/internal/redistest"
)

// expectWarnings checks that Check gives as many warnings as parts, each with
// its part.
func expectWarnings(t *testing.T, s *redisstore.Store, parts ...string) {
	t.Helper()
	got, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(parts) {
		t.Fatalf("warnings %q, want %d", got, len(parts))
	}
	for i, part := range parts {
		if !strings.Contains(got[i], part) {
			t.Errorf("warning %q lacks %q", got[i], part)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name     string
		args     []string
		warnings []string
	}{
		{"a good configuration", []string{"--appendfsync", "everysec"}, nil},
		{"no append-only file", []string{"--appendonly", "no"}, []string{"set appendonly yes"}},
		{"append-only file left to the system", []string{"--appendfsync", "no"}, []string{"set appendfsync everysec"}},
		{"sessions have a time to live, so volatile ones go too", []string{"--maxmemory-policy", "volatile-ttl"}, []string{"volatile-ttl"}},
		{"all keys may go", []string{"--maxmemory-policy", "allkeys-lru", "--appendonly", "no"}, []string{"appendonly yes", "allkeys-lru"}},
		{"CONFIG forbidden", []string{"--rename-command", "CONFIG", "", "--appendonly", "no"}, []string{"appendonly yes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := redistest.Start(t, c.args...)
			expectWarnings(t, open(t, r.URL(), redisstore.Options{}), c.warnings...)
		})
	}
}

func TestCheckDoesNotFaultAServerThatTellsNothing(t *testing.T) {
	r := redistest.Start(t, "--appendonly", "no")
	r.Do("ACL", "SETUSER", "bot", "on", ">x", "~*", "+@all", "-config", "-info")
	expectWarnings(t, open(t, "redis://bot:x@"+r.Addr, redisstore.Options{}))
}
