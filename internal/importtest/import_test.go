// Package importtest holds the tree to its direction: dependencies point inward.
package importtest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	telegram = "github.com/go-telegram/bot"
	redis    = "github.com/redis/go-redis/v9"
	bbolt    = "go.etcd.io/bbolt"
)

// only says which packages may import something; a trailing … means a whole
// tree. Package main and tests are free.
var only = map[string][]string{
	telegram:                 {"zuji/bot…", "zuji/internal/service", "zuji/internal/standin"},
	redis:                    {"zuji/internal/redisstore", "zuji/internal/redistest"},
	bbolt:                    {"zuji/internal/boltkv"},
	"github.com/nicksnyder/": {"zuji/locales"},
	"github.com/signintech/": {"zuji/internal/papers"},
	"zuji/internal/boltkv":   {"zuji/internal/service", "zuji/internal/kvtest"},
	"zuji/internal/registry": {"zuji/bot", "zuji/internal/service", "zuji/internal/demo"},
	"zuji/internal/standin":  {"zuji/internal/demo"},
	"zuji/internal/service":  {"zuji", "zuji/internal/demo"},
	"zuji/bot":               {"zuji/bot…", "zuji/internal/service"},
	"zuji/flows":             {"zuji/bot"},
	"zuji/locales":           {"zuji/bot", "zuji/internal/service", "zuji/internal/papers"},
	"github.com/prometheus/": {"zuji/internal/metrics", "zuji/internal/service"},
	"zuji/internal/metrics":  {"zuji/internal/service"},
	"net/http":               {"zuji/bot…", "zuji/internal/service", "zuji/internal/metrics", "zuji/internal/standin", "zuji/internal/demo…"},
	"zuji/internal/form":     {"zuji/flows", "zuji/locales", "zuji/bot", "zuji/internal/registry", "zuji/internal/papers", "zuji/internal/stats", "zuji/internal/charts", "zuji/internal/audit"},
	"gonum.org/v1/plot":      {"zuji/internal/charts"},
}

// pure are the packages that do no input or output.
var pure = []string{"zuji/flows", "zuji/internal/form", "zuji/internal/tenancy", "zuji/internal/calendar", "zuji/internal/chinese",
	"zuji/internal/identity", "zuji/internal/address", "zuji/internal/paste", "zuji/internal/invalid", "zuji/internal/stats", "zuji/internal/charts"}

// impure is what they must not import.
var impure = []string{"os", "net", "net/http", "database/sql", "log", "log/slog", "os/exec", "zuji/internal/kv", "zuji/internal/session"}

func TestImports_PointInward(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "zuji/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		seen++
		for _, imported := range fields[1:] {
			check(t, fields[0], imported)
		}
	}
	if seen < 25 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func check(t *testing.T, importer, imported string) {
	t.Helper()
	if slices.Contains(pure, importer) && slices.Contains(impure, imported) {
		t.Errorf("%s is pure but imports %s", importer, imported)
	}
	for what, may := range only {
		tree := strings.HasSuffix(what, "/") && strings.HasPrefix(imported, what)
		driver := strings.Contains(what, ".") && strings.HasPrefix(imported, what+"/")
		if (imported == what || tree || driver) && importer != "zuji" && !slices.ContainsFunc(may, func(p string) bool { return allows(p, importer) }) {
			t.Errorf("%s imports %s, which only %v may", importer, imported, may)
		}
	}
}

func allows(pattern, importer string) bool {
	if tree, ok := strings.CutSuffix(pattern, "…"); ok {
		return importer == tree || strings.HasPrefix(importer, tree+"/")
	}
	return importer == pattern
}
