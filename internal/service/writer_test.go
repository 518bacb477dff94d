package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"

	"zuji/internal/service"
	"zuji/internal/standin"
)

// writerEnv makes the test binary run Zuji, its Telegram and landlords in one
// process, so that a trace of its calls has the order of what happened.
const writerEnv = "ZUJI_TEST_WRITER"

// A writing says what the writer does.
type writing struct {
	Folder    string // of the records
	Acks      string // file that gets a line for each registration that a landlord was told of
	Landlords int
	Units     int // of each
}

// An ack is a registration that a landlord was told of.
type ack struct {
	Owner int64
	Unit  string
}

func writer(raw string) (err error) {
	var w writing
	if err := json.Unmarshal([]byte(raw), &w); err != nil {
		return err
	}
	acks, err := os.Create(w.Acks)
	if err != nil {
		return err
	}
	defer acks.Close()
	telegram := unlimited()
	defer telegram.Close()
	api := httptest.NewServer(telegram.Handler())
	defer api.Close()
	c := serving(api.URL, w.Folder)
	c.Log, c.Now = slog.New(slog.NewTextHandler(os.Stderr, nil)), time.Now
	z, err := service.Start(context.Background(), c)
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	failed := make(chan error, w.Landlords)
	for i := range w.Landlords {
		r := newRegistrar(telegram, i)
		told := func(unit string) {
			line, _ := json.Marshal(ack{r.id, unit}) // such a struct always marshals
			if _, err := acks.WriteAt(line, 0); err != nil {
				failed <- err
			}
		}
		group.Go(func() {
			if err := r.run(func(done int) bool { return done < w.Units }, told); err != nil {
				failed <- err
			}
		})
	}
	group.Wait()
	close(failed)
	if err := <-failed; err != nil {
		return err
	}
	return z.Stop(context.Background())
}

// unlimited is a Telegram with the manager, that takes whatever is sent.
func unlimited() *standin.Server {
	telegram := standin.New(standin.Options{Token: token, Username: username,
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}, WebhookRetry: time.Millisecond})
	telegram.AddUser(standin.User{ID: manager, FirstName: "李经理", LanguageCode: "zh-hans"})
	return telegram
}

// serving is how Zuji runs in a rig.
func serving(api, folder string) service.Config {
	return service.Config{Token: token, APIURL: api, Data: folder, Admins: []int64{admin}, Rates: fast, Flood: calm}
}

// copyFolder copies the files of a data folder.
func copyFolder(to, from string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, f.Name()), data, 0o600); err != nil {
			return fmt.Errorf("copy: %w", err)
		}
	}
	return nil
}
