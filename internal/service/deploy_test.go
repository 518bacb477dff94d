package service_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"zuji/internal/redistest"
	"zuji/internal/service"
)

// deployed reads a file of the folder deploy.
func deployed(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A shown is what the exposition has: names, and the labels' values by name.
type shown map[string]map[string][]string

var (
	sample   = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? `)
	label    = regexp.MustCompile(`([a-zA-Z_]+)(=~|!=|!~|=)"([^"]*)"`)
	selector = regexp.MustCompile(`\b((?:zuji|go|process|promhttp)_[a-z0-9_]+)(?:\{([^}]*)\})?`)
	grouping = regexp.MustCompile(`\bby \(([^)]*)\)`)
)

// exposition is what a world shows after a conversation.
func exposition(t *testing.T) shown {
	t.Helper()
	redis := redistest.Start(t)
	operated := ops(t)
	w := newWorld(t, func(c *service.Config) { operated(c); c.RedisURL = redis.URL() })
	_, text := page(t, w.config.OpsListen, "/metrics")
	all := shown{}
	for line := range strings.Lines(text) {
		m := sample.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(line, "#") {
			continue
		}
		if all[m[1]] == nil {
			all[m[1]] = map[string][]string{}
		}
		for _, l := range label.FindAllStringSubmatch(m[2], -1) {
			all[m[1]][l[1]] = append(all[m[1]][l[1]], l[3])
		}
	}
	if len(all) < 30 {
		t.Fatalf("only %d names are shown", len(all))
	}
	return all
}

// faults are the names, labels and values of a query that are never shown.
func (s shown) faults(query string) (wrong []string) {
	found := selector.FindAllStringSubmatch(query, -1)
	for _, m := range found {
		labels, ok := s[m[1]]
		if !ok {
			wrong = append(wrong, m[1])
			continue
		}
		for _, l := range label.FindAllStringSubmatch(m[2], -1) {
			if l[1] == "job" { // Prometheus adds it
				continue
			}
			matches := regexp.MustCompile("^(?:" + l[3] + ")$").MatchString
			if !slices.ContainsFunc(labels[l[1]], matches) {
				wrong = append(wrong, m[1]+"{"+l[0]+"}")
			}
		}
		for _, g := range grouping.FindAllStringSubmatch(query, -1) {
			for name := range strings.SplitSeq(g[1], ",") {
				if labels[strings.TrimSpace(name)] == nil {
					wrong = append(wrong, m[1]+" by "+name)
				}
			}
		}
	}
	if len(found) == 0 && !strings.HasPrefix(query, "up{") {
		wrong = append(wrong, "no name at all: "+query)
	}
	return wrong
}

func TestDeploy_DashboardAsksForWhatIsShown(t *testing.T) {
	var board struct {
		Inputs []struct{ Name string } `json:"__inputs"`
		Title  string
		Panels []struct {
			ID      int
			Type    string
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal([]byte(deployed(t, "grafana-dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	s := exposition(t)
	asked, ids := map[string]bool{}, map[int]bool{}
	for _, p := range board.Panels {
		if ids[p.ID] || p.Title == "" || p.GridPos.X+p.GridPos.W > 24 || p.GridPos.W == 0 {
			t.Errorf("panel %d %q has no id, title or place of its own", p.ID, p.Title)
		}
		ids[p.ID] = true
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %q asks for nothing", p.Title)
		}
		for _, target := range p.Targets {
			for _, wrong := range s.faults(target.Expr) {
				t.Errorf("panel %q asks for %s, which is never shown", p.Title, wrong)
			}
			for _, m := range selector.FindAllStringSubmatch(target.Expr, -1) {
				asked[base(m[1])] = true
			}
		}
	}
	for name := range s {
		if strings.HasPrefix(name, "zuji_") && !asked[base(name)] {
			t.Errorf("no panel shows %s", name)
		}
	}
	if len(board.Inputs) != 1 || board.Inputs[0].Name != "DS_PROMETHEUS" {
		t.Error("the dashboard does not ask for its data source")
	}
}

// base is the name of a histogram's series without what tells them apart.
func base(name string) string {
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

func TestDeploy_AlertsAskForWhatIsShownAndSayWhatToDo(t *testing.T) {
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	s := exposition(t)
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "operation.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			n++
			for _, wrong := range s.faults(r.Expr) {
				t.Errorf("%s asks for %s, which is never shown", r.Alert, wrong)
			}
			if r.Annotations["summary"] == "" || r.Annotations["action"] == "" || !slices.Contains([]string{"critical", "warning"}, r.Labels["severity"]) {
				t.Errorf("%s lacks a summary, an action or a severity", r.Alert)
			}
			if row := "| `" + r.Alert + "` | " + r.Annotations["summary"] + " | "; !strings.Contains(string(doc), row) {
				t.Errorf("docs/operation.md has no row %q", row)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d alerts", n)
	}
}

// A whole story runs with the rights that the compose file gives Zuji in Redis,
// and nobody gets in without the password.
func TestDeploy_RedisRightsAreEnough(t *testing.T) {
	const password = "made-up-0123456789abcdef"
	hash := sha256.Sum256([]byte(password))
	acl := strings.Replace(deployed(t, "redis.acl.example"), "HASH", hex.EncodeToString(hash[:]), 1)
	if !strings.Contains(acl, "user default off\n") {
		t.Error("whoever has no password gets in")
	}
	// The test's own helper looks at the server as the default user.
	acl = strings.Replace(acl, "user default off\n", "user default on nopass ~* +@all\n", 1)
	path := filepath.Join(t.TempDir(), "users.acl")
	if err := os.WriteFile(path, []byte(acl), 0o600); err != nil {
		t.Fatal(err)
	}
	redis := redistest.Start(t, "--aclfile", path, "--maxmemory-policy", "noeviction", "--appendfsync", "everysec")
	w := newWorld(t, func(c *service.Config) { c.RedisURL = "redis://zuji:" + password + "@" + redis.Addr + "/0" })
	tellStory(w)
	for _, line := range []string{"redis should be", "wait for redis", "NOPERM"} {
		if strings.Contains(w.logs.String(), line) {
			t.Errorf("the log says %q: %s", line, w.logs)
		}
	}
}

// The compose file publishes nothing of Redis, nothing but loopback, and closes
// what the services do not need.
func TestDeploy_ComposeIsClosed(t *testing.T) {
	var file struct {
		Services map[string]struct {
			Ports    []string
			ReadOnly bool     `yaml:"read_only"`
			CapDrop  []string `yaml:"cap_drop"`
			Security []string `yaml:"security_opt"`
			Networks []string
			User     string
		}
		Networks map[string]struct{ Internal bool }
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "compose.yml")), &file); err != nil {
		t.Fatal(err)
	}
	for name, s := range file.Services {
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.Security, "no-new-privileges:true") {
			t.Errorf("%s is open: %+v", name, s)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s publishes %s", name, p)
			}
		}
	}
	redis := file.Services["redis"]
	if len(redis.Ports) != 0 || !slices.Equal(redis.Networks, []string{"sessions"}) || !file.Networks["sessions"].Internal {
		t.Errorf("redis is within reach: %+v", redis)
	}
	if strings.HasPrefix(file.Services["zuji"].User, "0") || file.Services["zuji"].User == "" {
		t.Error("zuji runs as root")
	}
}
