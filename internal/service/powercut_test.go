package service_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/calendar"
	"zuji/internal/registry"
	"zuji/internal/torture"
	"zuji/internal/vault"
)

// imagesEnv makes the test binary build and check images.
const imagesEnv = "ZUJI_TEST_IMAGES"

// Images are the power cuts that one process checks, in their order in time.
type images struct {
	Base    string // folder before the trace
	Trace   string
	Seed    uint64
	First   int   // number of the first
	Cuts    []int // after how many events the power goes, ascending
	Lying   bool  // the disk ignores syncs
	Garbled bool  // no trace and no cuts: a page of the base is garbled
}

const (
	acksFile     = "acks"
	recordsFile  = "records.db"
	sessionsFile = "sessions.db"
	keyFile      = "key.json"
)

// check builds the images one after the other and says what each of them is.
func (im images) check() error {
	if im.Garbled {
		return im.checkGarbled()
	}
	events, err := readTrace(im.Trace, acksFile)
	if err != nil {
		return err
	}
	d, err := readDisk(im.Base, recordsFile, sessionsFile)
	if err != nil {
		return err
	}
	d.lying = im.Lying
	folder, err := os.MkdirTemp(filepath.Dir(im.Trace), "image-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	key, err := os.ReadFile(filepath.Join(im.Base, keyFile))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, keyFile), key, 0o600)
	}
	if err != nil {
		return err
	}
	done := 0
	for i, cut := range im.Cuts {
		for ; done < cut; done++ {
			d.happen(events[done])
		}
		if err := d.cut(rand.New(rand.NewPCG(im.Seed, uint64(im.First+i))), folder); err != nil {
			return err
		}
		if err := afterCut(folder, d.acks); err != nil {
			fmt.Println("bad:", strings.ReplaceAll(err.Error(), "\n", "; "))
		} else {
			fmt.Println("ok")
		}
	}
	return nil
}

// afterCut opens a folder as Zuji does, checks everything in it, and looks for
// what landlords were told of.
func afterCut(folder string, acks []ack) error {
	for _, name := range []string{recordsFile, sessionsFile} {
		if err := boltkv.CheckFile(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	keys, err := vault.Open(filepath.Join(folder, keyFile))
	if err != nil {
		return err
	}
	db, err := boltkv.Open(filepath.Join(folder, recordsFile), boltkv.Options{AppendTables: registry.AppendOnly})
	if err != nil {
		return err
	}
	r := &registry.Registry{Store: db, Vault: keys, Holidays: calendar.NewHolidays(), Now: time.Now}
	err = r.Open(context.Background())
	if err == nil {
		var wrong []registry.Fault
		if wrong, err = r.Verify(context.Background()); len(wrong) > 0 {
			err = fmt.Errorf("%v", wrong)
		}
	}
	if err == nil {
		err = hold(r, acks)
	}
	return errors.Join(err, db.Close())
}

// hold compares the register with what landlords were told of.
func hold(r *registry.Registry, acks []ack) error {
	units, receipts := map[ack]bool{}, map[string]bool{}
	owners := map[int64]bool{}
	for _, a := range acks {
		owners[a.Owner] = true
	}
	for owner := range owners {
		mine, err := r.Mine(context.Background(), owner, 10_000)
		if err != nil {
			return err
		}
		for _, t := range mine {
			a := ack{owner, fmt.Sprintf("%s-%s-%s", t.Unit.Building, t.Unit.Entrance, t.Unit.Room)}
			if receipts[t.Receipt] || units[a] || len(t.History) != 1 {
				return fmt.Errorf("registration %s of %v is there twice", t.Receipt, a)
			}
			receipts[t.Receipt], units[a] = true, true
		}
	}
	for _, a := range acks {
		if !units[a] {
			return fmt.Errorf("registration %v is lost", a)
		}
	}
	return nil
}

// patienceImage is how long one image may take; one that takes longer is damaged.
const patienceImage = 10 * time.Second

// verdicts runs checking processes until there is a verdict on each image: "ok",
// or what is wrong. A process that ends or hangs has met a damaged one.
func verdicts(t *testing.T, im images) (all []string) {
	first, cuts := im.First, im.Cuts
	for len(all) < len(cuts) {
		im.First, im.Cuts = first+len(all), cuts[len(all):]
		raw, err := json.Marshal(im)
		if err != nil {
			t.Error(err)
			return all
		}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), imagesEnv+"="+string(raw))
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Error(err)
			return all
		}
		late := time.AfterFunc(patienceImage, func() { _ = cmd.Process.Kill() })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			all = append(all, lines.Text())
			late.Reset(patienceImage)
		}
		err = cmd.Wait()
		late.Stop()
		if err != nil {
			all = append(all, "bad: the checking process: "+err.Error())
		}
	}
	return all
}

// traced runs the writer under strace and returns the folder before and the trace.
func traced(t *testing.T, landlords, units int) (base, trace string) {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "data")
	base, trace = filepath.Join(dir, "base"), filepath.Join(dir, "trace")
	telegram := unlimited()
	defer telegram.Close()
	api := httptest.NewServer(telegram.Handler())
	defer api.Close()
	prepare(t, serving(api.URL, folder), telegram)
	if err := copyFolder(base, folder); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(writing{Folder: folder, Acks: filepath.Join(dir, acksFile), Landlords: landlords, Units: units})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("strace", "-f", "-y", "-xx", "-s", "33554432", "--seccomp-bpf", "-o", trace,
		"-e", "trace=pwrite64,fdatasync,fsync,ftruncate", "-e", "signal=none", os.Args[0])
	cmd.Env = append(os.Environ(), writerEnv+"="+string(raw))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the writer: %v\n%s", err, out)
	}
	return base, trace
}

// checkCuts checks n images of a trace, cut after event from or later, and returns
// what was wrong with them, by image.
func checkCuts(t *testing.T, im images, n, from, events int) (bad map[int]string) {
	t.Helper()
	r := rand.New(rand.NewPCG(im.Seed, 0))
	var cuts []int
	for range n {
		cuts = append(cuts, from+1+r.IntN(events-from))
	}
	slices.Sort(cuts)
	const processes = 2
	bad = map[int]string{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for p := range processes {
		part := im
		part.First = 1 + p*n/processes
		part.Cuts = cuts[p*n/processes : (p+1)*n/processes]
		group.Go(func() {
			for i, v := range verdicts(t, part) {
				if v != "ok" {
					mu.Lock()
					bad[part.First+i] = fmt.Sprintf("image %d, after event %d: %s", part.First+i, part.Cuts[i], v)
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	return bad
}

// The sizes in go test.
const (
	cutLandlords = 6
	cutUnits     = 2
	cutImages    = 1250
	cutLies      = 20
)

// Whenever the power is cut, the records open, nothing in them is wrong, and what
// a landlord was told of is there; whatever of the unsynced writes reached the
// disk, in whatever order, torn between sectors. A disk that says it has synced and
// has not is found out.
func TestTorture_PowerCut(t *testing.T) {
	rig := torture.New(t)
	base, trace := traced(t, cutLandlords*min(torture.Factor(), 4), cutUnits)
	events, err := readTrace(trace, acksFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		switch e.kind {
		case wrote:
			rig.Count("writes", 1)
		case synced:
			rig.Count("syncs", 1)
		case acked:
			rig.Count("acked registrations", 1)
		}
	}
	im := images{Base: base, Trace: trace, Seed: rig.Seed}
	n := rig.Times(cutImages)
	rig.Count("images", n)
	bad := checkCuts(t, im, n, 0, len(events))
	rig.Count("bad", len(bad))
	for _, v := range bad {
		t.Error(v)
	}

	im.Lying = true
	n = rig.Times(cutLies)
	bad = checkCuts(t, im, n, len(events)*3/4, len(events)) // most has been written by then
	rig.Count("images of a lying disk", n)
	rig.Count("of them found out", len(bad))
	if len(bad) < n*8/10 {
		t.Errorf("of %d images of a disk that ignores syncs only %d are found damaged", n, len(bad))
	}
}
