package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/kv"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/internal/vault"
)

func TestRun_WrongSettingsGetOneLineAndStatus2(t *testing.T) {
	const token = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"token":             {[]string{"--token", "nonsense"}, "TELEGRAM_BOT_TOKEN must look like"},
		"webhook, no token": {[]string{"--webhook-url", "https://x.example/z"}, "needs TELEGRAM_BOT_TOKEN"},
		"webhook, no port":  {[]string{"--token", token, "--webhook-url", "https://x.example/z"}, "needs ZUJI_LISTEN"},
		"webhook, http":     {[]string{"--token", token, "--listen", ":1", "--webhook-url", "http://x.example/z"}, "must begin with https://"},
		"api":               {[]string{"--token", token, "--api-url", "localhost"}, "must begin with http"},
		"admins":            {[]string{"--admins", "bob"}, "admins"},
		"log level":         {[]string{"--log-level", "loud"}, "debug"},
		"unknown flag":      {[]string{"--colour"}, "colour"},
		"redis":             {[]string{"--token", token, "--api-url", "http://127.0.0.1:1", "--redis-url", "localhost:6379", "--data", t.TempDir()}, "REDIS_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(c.args, &out, &errs); code != exitUsage {
				t.Errorf("exit status %d, want %d", code, exitUsage)
			}
			text := errs.String()
			if !strings.Contains(text, c.want) || strings.Count(strings.TrimSpace(text), "\n") > 0 {
				t.Errorf("says %q, want one line with %q", text, c.want)
			}
			if strings.Contains(text, token) {
				t.Error("the message holds the token")
			}
		})
	}
}

func TestRun_HelpListsEverySetting(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"--help"}, &out, &errs); code != 0 {
		t.Errorf("exit status %d", code)
	}
	for _, name := range []string{"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "ZUJI_WEBHOOK_URL", "ZUJI_LISTEN", "ZUJI_OPS_LISTEN", "REDIS_URL", "ZUJI_DATA", "ZUJI_ADMINS", "ZUJI_BACKUP_DIR", "ZUJI_BACKUP_RECIPIENTS", "ZUJI_LOG"} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("--help does not name %s", name)
		}
	}
}

// filled makes a data folder with records and removes an index row behind Zuji's
// back.
func filled(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	db, err := boltkv.Open(filepath.Join(folder, "records.db"), boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.OpenOrCreate(filepath.Join(folder, "key.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	r := &registry.Registry{Store: db, Vault: keys, Holidays: calendar.NewHolidays(), Now: time.Now, Admins: []int64{1}}
	err = r.Open(t.Context())
	if err == nil {
		_, err = r.AddCompound(t.Context(), "c1", 1, tenancy.Compound{Name: "幸福花园", City: tenancy.DefaultCity})
	}
	if err == nil {
		err = r.SaveDraft(t.Context(), 2, form.Session{ID: "s1", Flow: "registration", Draft: []byte(`{}`)})
	}
	if err := errors.Join(err, db.Update(t.Context(), func(tx kv.Tx) error {
		for k := range tx.Scan("links", nil, nil) {
			return tx.Delete("links", k)
		}
		return errors.New("no link")
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	return folder
}

// does runs the program and compares its exit status and what it prints.
func does(t *testing.T, status int, want string, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(args, &out, &errs); code != status || !strings.Contains(out.String()+errs.String(), want) {
		t.Errorf("%v: status %d, want %d with %q:\n%s%s", args, code, status, want, &out, &errs)
	}
}

func TestRun_CheckRepairRekeyAndCompact(t *testing.T) {
	folder := filled(t)
	does(t, 1, "links: ", "check", "--data", folder)
	does(t, 0, "links: made anew from the records\n"+folder+" is whole", "check", "--repair", "--data", folder)
	does(t, 0, folder+" is whole", "check", "--data", folder)
	keys, err := vault.Open(filepath.Join(folder, "key.json"))
	if err != nil {
		t.Fatal(err)
	}
	old := keys.Current()
	does(t, 0, "a new key is made\n1 records are sealed with the new key\nkey "+old+" is dropped\n", "rekey", "--data", folder)
	does(t, 0, folder+" is whole", "check", "--data", folder)
	does(t, 0, "records.db: ", "compact", "--data", folder)
	does(t, 0, folder+" is whole", "check", "--data", folder)
	does(t, 1, "key file is missing", "rekey", "--data", t.TempDir())
	does(t, 1, "records.db", "compact", "--data", t.TempDir())
}

func TestNewLog_MasksNumbersAndKeepsItsLevel(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, "warn")
	log.Info("quiet")
	log.Warn("loud", "error", errors.New("read 119999199001010012 of 13800138000"))
	if text := out.String(); !strings.Contains(text, "read [document] of [phone]") || strings.Contains(text, "quiet") {
		t.Errorf("the log is %q", text)
	}
}

// The table of docs/operation.md is what the settings say.
func TestSettings_AreDocumented(t *testing.T) {
	rows := []string{"| variable | flag | default | meaning |", "|---|---|---|---|"}
	for f := range reflect.TypeFor[settings]().Fields() {
		name := f.Tag.Get("name")
		if name == "" {
			name = strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(f.Name, "$1-$2"))
		}
		byDefault := f.Tag.Get("default")
		if byDefault != "" {
			byDefault = "`" + byDefault + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | `--%s` | %s | %s |", f.Tag.Get("env"), name, byDefault, f.Tag.Get("help")))
	}
	raw, err := os.ReadFile("docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "<!-- settings -->\n")
	table, _, _ := strings.Cut(rest, "<!-- /settings -->")
	if want := strings.Join(rows, "\n") + "\n"; table != want {
		t.Errorf("docs/operation.md has other settings than main.go; it must say:\n%s", want)
	}
	var out, errs bytes.Buffer
	run([]string{"--help"}, &out, &errs)
	for _, row := range rows[2:] {
		if flag := strings.Split(row, "`")[3]; !strings.Contains(out.String(), flag) {
			t.Errorf("--help does not know %s", flag)
		}
	}
}

var (
	threatRow = regexp.MustCompile(`(?m)^\| .+ \|$`)
	testName  = regexp.MustCompile("`(Test\\w+)`")
	testFunc  = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// Each row of the threat model names tests, and the tests exist.
func TestSecurity_EveryRowNamesItsTest(t *testing.T) {
	page, err := os.ReadFile("docs/SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllStringSubmatch(string(src), -1) {
			known[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := threatRow.FindAllString(string(page), -1)[1:] // the heading
	if len(rows) < 15 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		named := testName.FindAllStringSubmatch(row, -1)
		if len(named) == 0 {
			t.Errorf("no test: %s", row)
		}
		for _, m := range named {
			if !known[m[1]] {
				t.Errorf("%s does not exist: %s", m[1], row)
			}
		}
	}
}
