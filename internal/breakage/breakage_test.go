// Package breakage takes the defences of Zuji out, one at a time, and sees that
// the tests named for them in docs/SECURITY.md and docs/reliability.md fail.
package breakage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A breakage is a change of one source file that a test must notice.
type breakage struct {
	name     string // what no longer holds
	file     string // from the root
	old, new string // old occurs once in the file
	pkg      string // folder whose tests must notice, from the root
	tests    string // their names, separated by blanks: each must fail; settings like ZUJI_TORTURE=3 may stand among them
	apart    bool   // in a copy of the tree, since the test reads or writes there
}

// all are the breakages, in the order of the pages.
func all() []breakage { return slices.Concat(security, rigs, tortures) }

const root = "../.."

// broken returns the file with its change.
func (b breakage) broken() (string, error) {
	src, err := os.ReadFile(filepath.Join(root, b.file))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(src), b.old); n != 1 || b.old == b.new {
		return "", fmt.Errorf("%s: what is to be changed occurs %d times in %s", b.name, n, b.file)
	}
	return strings.Replace(string(src), b.old, b.new, 1), nil
}

var testName = regexp.MustCompile("`(Test\\w+)`")

// The list does not rot: what it changes is still there, and each test of
// docs/SECURITY.md is seen to fail by one breakage at least.
func TestBreakages_CoverTheThreatModel(t *testing.T) {
	caught := map[string]bool{}
	for _, b := range all() {
		if _, err := b.broken(); err != nil {
			t.Error(err)
		}
		names, _ := b.named()
		for _, name := range names {
			caught[name] = true
		}
	}
	page, err := os.ReadFile(filepath.Join(root, "docs/SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := testName.FindAllStringSubmatch(string(page), -1)
	if len(named) < 50 {
		t.Fatalf("docs/SECURITY.md names %d tests", len(named))
	}
	for _, m := range named {
		if !caught[m[1]] {
			t.Errorf("no breakage is caught by %s", m[1])
		}
	}
}

// ZUJI_BREAKAGES is a regular expression of the breakages to try; without it one
// quick one shows that the trying works.
func TestBreakages_AreCaught(t *testing.T) {
	which := os.Getenv("ZUJI_BREAKAGES")
	if which == "" {
		which = "^a log line shows a number$"
	}
	chosen := regexp.MustCompile(which)
	tried := 0
	for _, b := range all() {
		if !chosen.MatchString(b.name) && !chosen.MatchString(b.tests) {
			continue
		}
		tried++
		t.Run(b.name, func(t *testing.T) {
			t.Parallel() // a test that fails mostly waits
			began := time.Now()
			out, err := b.try(t)
			if err == nil {
				err = b.judge(out)
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out[max(0, len(out)-3000):])
			}
			t.Logf("| %s | %s | %.0f s |", b.name, b.tests, time.Since(began).Seconds())
		})
	}
	if tried == 0 {
		t.Errorf("no breakage is called %q", which)
	}
}

// fuzzed is how many inputs a fuzz target gets, as in make fuzz.
const fuzzed = "20000x"

// named are the tests of b, and the settings that they need.
func (b breakage) named() (tests, env []string) {
	for _, word := range strings.Fields(b.tests) {
		if strings.Contains(word, "=") {
			env = append(env, word)
		} else {
			tests = append(tests, word)
		}
	}
	return tests, env
}

// try runs the tests with the file changed as the compiler sees it, or in a copy;
// the tree stays as it is.
func (b breakage) try(t *testing.T) (out string, err error) {
	src, err := b.broken()
	if err != nil {
		return "", err
	}
	top, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	dir := t.TempDir()
	names, env := b.named()
	args := []string{"test", "-vet=off", "-count=1", "-timeout", "7m"}
	if which := "^(" + strings.Join(names, "|") + ")$"; strings.HasPrefix(names[0], "Fuzz") {
		args = append(args, "-run", "^$", "-fuzz", which, "-fuzztime", fuzzed, "-fuzzminimizetime", "1x")
	} else {
		args = append(args, "-run", which)
	}
	if b.apart {
		err = errors.Join(copyTree(dir, top), os.WriteFile(filepath.Join(dir, b.file), []byte(src), 0o600))
		top = dir
	} else {
		list, encoding := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(top, b.file): filepath.Join(dir, "broken.go")}})
		overlay := filepath.Join(dir, "overlay.json")
		err = errors.Join(encoding, os.WriteFile(filepath.Join(dir, "broken.go"), []byte(src), 0o600), os.WriteFile(overlay, list, 0o600))
		args = append(args, "-overlay", overlay)
	}
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+b.pkg)...)
	cmd.Dir, cmd.Env = top, append(os.Environ(), env...)
	raw, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		err = nil // as it should: judge reads how
	}
	return string(raw), err
}

// copyTree copies the sources and what they embed.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains([]string{".git", "artefacts", "data"}, d.Name()) {
			return fs.SkipDir
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		at := filepath.Join(to, strings.TrimPrefix(path, from))
		return errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, raw, 0o600))
	})
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: ((?:Test|Fuzz)\w+) `)

// judge returns an error unless each test of b ran and failed.
func (b breakage) judge(out string) error {
	if strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]") {
		return fmt.Errorf("%s with the change does not compile", b.file)
	}
	failed := map[string]bool{}
	for _, m := range failedTest.FindAllStringSubmatch(out, -1) {
		failed[m[1]] = true
	}
	names, _ := b.named()
	for _, name := range names {
		if !failed[name] {
			return fmt.Errorf("%s does not notice", name)
		}
	}
	return nil
}

func TestJudge_TakesOnlyTestsThatFailed(t *testing.T) {
	b := breakage{tests: "ZUJI_TORTURE=3 TestA TestB"}
	const a, both = "--- FAIL: TestA (0.00s)\n", "--- FAIL: TestA (0.00s)\n    x_test.go:1: y\n--- FAIL: TestB (1.00s)\n"
	for out, caught := range map[string]bool{
		both: true, a: false, "ok  \tzuji\t0.1s\n": false, "": false,
		both + "FAIL\tzuji [build failed]\n": false, "panic: test timed out after 2m0s\n\trunning tests:\n\t\tTestA (2m0s)\n": false,
	} {
		if err := b.judge(out); (err == nil) != caught {
			t.Errorf("%q: %v", out, err)
		}
	}
}
