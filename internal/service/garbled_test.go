package service_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/boltkv"
	"zuji/internal/service"
)

// The ways in which a disk garbles a file: in whole pages, or less of one.
var garblings = []struct {
	name  string
	whole bool
	do    func(r *rand.Rand, data, page []byte)
}{
	{"a page of noise", true, func(r *rand.Rand, _, page []byte) { noise(r, page) }},
	{"a page of zeros", true, func(_ *rand.Rand, _, page []byte) { clear(page) }},
	{"another page in its place", true, func(r *rand.Rand, data, page []byte) {
		copy(page, data[r.IntN(len(data)/pageSize)*pageSize:][:pageSize])
	}},
	{"a sector of noise", false, func(r *rand.Rand, _, page []byte) {
		noise(r, page[r.IntN(pageSize/sector)*sector:][:sector])
	}},
	{"the beginning of a page", false, func(r *rand.Rand, _, page []byte) { noise(r, page[:1+r.IntN(64)]) }},
	{"a byte", false, func(r *rand.Rand, _, page []byte) { page[r.IntN(pageSize)] = byte(r.Uint32()) }},
	{"a bit of the beginning", false, func(r *rand.Rand, _, page []byte) { page[r.IntN(128)] ^= 1 << r.IntN(8) }},
}

func noise(r *rand.Rand, page []byte) {
	for i := range page {
		page[i] = byte(r.Uint32())
	}
}

// checkGarbled says of one image after the other what becomes of it.
func (im images) checkGarbled() error {
	for i := range im.Cuts {
		verdict, err := im.garbled(im.First + i)
		if err != nil {
			verdict = "bad: " + strings.ReplaceAll(err.Error(), "\n", "; ")
		}
		fmt.Println(verdict)
	}
	return nil
}

// garbled says what becomes of a folder one of whose files is garbled: how it was,
// and then what zuji check says of it, and what Zuji says that starts on it.
func (im images) garbled(n int) (string, error) {
	// Each has a folder of its own: a file on which bbolt has panicked stays locked.
	folder, err := os.MkdirTemp(filepath.Dir(im.Base), "image-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	r := rand.New(rand.NewPCG(im.Seed, uint64(n)))
	name := recordsFile
	if r.IntN(8) == 0 {
		name = sessionsFile
	}
	good, err := os.ReadFile(filepath.Join(im.Base, name))
	if err != nil {
		return "", err
	}
	way := garblings[r.IntN(len(garblings))]
	data := bytes.Clone(good)
	at := r.IntN(len(data)/pageSize) * pageSize
	way.do(r, good, data[at:][:pageSize])
	lay := func() error {
		err := copyFolder(folder, im.Base)
		return errors.Join(err, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	if err := lay(); err != nil {
		return "", err
	}
	verdict := "found"
	wrong, err := service.CheckFolder(context.Background(), folder)
	if err == nil && len(wrong) == 0 {
		verdict = "unnoticed"
		if same(filepath.Join(im.Base, name), filepath.Join(folder, name)) {
			verdict = "fine"
		}
	} else if err != nil {
		if err := advises(err); err != nil {
			return "", err
		}
	}
	if n%startedEvery == 0 {
		if err := lay(); err != nil {
			return "", err
		}
		start, err := begun(folder)
		if err != nil {
			return "", err
		}
		verdict += ", " + start
	}
	what := "parts of a page "
	if way.whole && at >= 2*pageSize {
		what = "pages "
	}
	return fmt.Sprintf("%s%s: %s, page %d of %s", what, verdict, way.name, at/pageSize, name), nil
}

// advises returns what is wrong with an error that is to be one line for the
// operator, with what to do.
func advises(err error) error {
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "restore") && !errors.Is(err, boltkv.ErrForeign) && !strings.Contains(text, "newer Zuji") {
		return fmt.Errorf("no instruction: %w", err)
	}
	return nil
}

// same reports whether two files hold the same records.
func same(one, other string) bool {
	a, errA := contents(one)
	b, errB := contents(other)
	return errA == nil && errB == nil && a == b
}

func contents(path string) (string, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer db.Close()
	var all strings.Builder
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			fmt.Fprintf(&all, "%q\n", name)
			return b.ForEach(func(k, v []byte) error { fmt.Fprintf(&all, "%q %q\n", k, v); return nil })
		})
	})
	return all.String(), err
}

// begun starts Zuji on a folder, lets it read everything, and says how far it came.
func begun(folder string) (string, error) {
	telegram := unlimited()
	defer telegram.Close()
	api := httptest.NewServer(telegram.Handler())
	defer api.Close()
	c := serving(api.URL, folder)
	c.Log, c.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(context.Background(), c)
	if err != nil {
		return "does not start", advises(err)
	}
	wrong, err := z.Registry.Verify(context.Background())
	ctx, cancel := context.WithTimeout(context.Background(), patienceImage)
	defer cancel()
	if stopped := z.Stop(ctx); err != nil || stopped != nil || len(wrong) > 0 {
		return "serves what it can", nil
	}
	return "serves", nil
}

// The images of the test in go test, half of them of a folder that was in use when
// the power went, and at every how many of them Zuji is started: it syncs.
const (
	garbledImages = 160
	startedEvery  = 8
)

// Whatever page of the files is garbled, zuji check and Zuji itself neither hang
// nor crash: they say in one line what to do, or nothing that is held is touched. A
// page that was garbled whole is always found.
func TestTorture_Garbled(t *testing.T) {
	r := startRig(t, fullLandlords, nil)
	p := r.launch()
	r.progress(10)
	killed, stopped := filepath.Join(t.TempDir(), "killed"), filepath.Join(t.TempDir(), "stopped")
	p.kill()
	snap(t, killed, r.config.Data)
	r.finish(r.launch())
	snap(t, stopped, r.config.Data)
	var group sync.WaitGroup
	for i, base := range []string{killed, stopped} {
		n := r.rig.Times(garbledImages) / 2
		im := images{Base: base, Seed: r.rig.Seed, First: 1 + i*n, Cuts: make([]int, n), Garbled: true}
		group.Go(func() {
			for k, v := range verdicts(t, im) {
				class, _, _ := strings.Cut(v, ":")
				switch {
				case class == "bad", strings.HasPrefix(class, "pages unnoticed"):
					t.Errorf("image %d of %s: %s", im.First+k, filepath.Base(base), v)
				case strings.Contains(class, "unnoticed"):
					t.Logf("image %d of %s: %s", im.First+k, filepath.Base(base), v)
				}
				r.rig.Count(class, 1)
			}
		})
	}
	group.Wait()
}

// snap copies a data folder, without the room that the files have not used yet.
func snap(t *testing.T, to, from string) {
	t.Helper()
	if err := copyFolder(to, from); err != nil {
		t.Fatal(err)
	}
	shrink(t, to)
}

// shrink takes the room that files have not used yet from them.
func shrink(t *testing.T, folder string) {
	t.Helper()
	for _, name := range []string{recordsFile, sessionsFile} {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); err != nil {
			continue // the sessions lie in Redis
		}
		db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		var size int64
		err = db.View(func(tx *bolt.Tx) error { size = tx.Size(); return nil })
		if err := errors.Join(err, db.Close(), os.Truncate(path, size)); err != nil {
			t.Fatal(err)
		}
	}
}
