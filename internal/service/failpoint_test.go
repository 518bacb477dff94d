package service_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"zuji/internal/failpoint"
	"zuji/internal/redistest"
	"zuji/internal/service"
	"zuji/internal/standin"
)

// A fault is what is to happen at a place.
type fault struct {
	Place failpoint.Place
	Do    action
	Nth   int // time that the place is reached
	Stall time.Duration
}

type action string

const (
	fail  action = "error"
	panik action = "panic"
	exit7 action = "exit"
	stall action = "stall"
)

var actions = []action{fail, panik, exit7, stall}

func (f fault) String() string { return fmt.Sprintf("%s at the %d. time %s", f.Do, f.Nth, f.Place) }

// obey arms the faults that are read from in, one a line, and says when one is met.
// It sets the clock at a line that says so, and closes begin at an empty one.
func obey(in io.Reader, begin chan<- struct{}) {
	go func() {
		for lines := bufio.NewScanner(in); lines.Scan(); {
			if len(lines.Bytes()) == 0 {
				close(begin)
				continue
			}
			if by, ok := strings.CutPrefix(lines.Text(), "clock "); ok {
				d, err := time.ParseDuration(by)
				if err != nil {
					fmt.Println(err)
					return
				}
				wrongBy.Store(int64(d))
				continue
			}
			var f fault
			if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
				fmt.Println(err)
				return
			}
			f.arm()
		}
	}()
}

func (f fault) arm() {
	var reached atomic.Int64
	failpoint.Arm(func(p failpoint.Place) error {
		if p != f.Place || reached.Add(1) != int64(f.Nth) {
			return nil
		}
		fmt.Println("fired")
		switch f.Do {
		case fail:
			return errors.New("failpoint")
		case panik:
			panic("failpoint")
		case exit7:
			os.Exit(7)
		}
		time.Sleep(f.Stall)
		return nil
	})
}

// The places that Zuji comes by while it serves, and those of one setup only.
var (
	everywhere = []failpoint.Place{
		failpoint.BeforeCommit, failpoint.AfterCommit, failpoint.BeforeCall, failpoint.AfterCall,
		failpoint.BeforeUpdate, failpoint.AfterUpdate, failpoint.BeforeClaim, failpoint.AfterClaim, failpoint.BeforeSettle,
	}
	withRedis   = []failpoint.Place{failpoint.BeforeRedis, failpoint.AfterRedis}
	withBackups = []failpoint.Place{failpoint.BeforeSnapshot, failpoint.BeforeName, failpoint.AfterName}
	atTheEnd    = []failpoint.Place{failpoint.BeforeCommit, failpoint.AfterCommit, failpoint.BeforeFreelist}
	atTheStart  = []failpoint.Place{failpoint.BeforeCommit, failpoint.AfterCommit, failpoint.BeforeTick, failpoint.BeforeCall, failpoint.AfterCall}
)

// growing is bbolt's place before a file grows.
const growing failpoint.Place = "resizeFileError"

// stalled is how long a stall lasts: longer than most calls are waited for, in
// the long size.
func stalled(factor int) time.Duration {
	if factor > 1 {
		return 5 * time.Second
	}
	return 300 * time.Millisecond
}

// Whatever fails wherever while landlords register, Zuji goes on or starts again
// clean: every registration exists exactly once, and no notice comes three times.
func TestTorture_Failpoints(t *testing.T) {
	if !t.Run("polling, backups", func(t *testing.T) {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		failpoints(t, slices.Concat(everywhere, withBackups), func(c *service.Config) {
			c.BackupDir, c.BackupTo = t.TempDir(), id.Recipient().String()
		})
	}) {
		return
	}
	t.Run("webhook, redis", func(t *testing.T) {
		redis := redistest.Start(t, "--appendfsync", "always")
		failpoints(t, slices.Concat(everywhere, withRedis), func(c *service.Config) {
			webhook(t)(c)
			c.RedisURL = redis.URL()
		})
	})
}

const failLandlords = 6

// failpoints meets each place with two of the actions, in the long size with all
// of them again and again.
func failpoints(t *testing.T, places []failpoint.Place, change func(*service.Config)) {
	r := startRig(t, failLandlords, change)
	r.telegram.AddUser(standin.User{ID: admin, FirstName: "管理员", LanguageCode: "zh-hans"})
	random := r.rig.Rand(0)
	var all []fault
	for range max(1, r.rig.Times(1)/4) {
		for i, place := range places {
			chosen := actions
			if r.rig.Times(1) == 1 {
				chosen = []action{actions[(int(r.rig.Seed%4)+i)%4], exit7}[:1+i%2]
			}
			for _, do := range chosen {
				all = append(all, fault{place, do, 1 + random.IntN(4), stalled(r.rig.Times(1))})
			}
		}
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	p := r.launch()
	for _, f := range all {
		p = r.meet(p, f)
	}
	p = r.ending(p, random)
	r.starting(p, random)
}

// meet arms a fault, waits until Zuji has met it, and sees that it goes on, or
// starts it again.
func (r *rigged) meet(p *process, f fault) *process {
	r.t.Helper()
	backup := slices.Contains(withBackups, f.Place)
	if backup {
		f.Nth = 1
	}
	for {
		order, _ := json.Marshal(f) // such a struct always marshals
		_, _ = p.in.Write(append(order, '\n'))
		if backup {
			if _, err := r.telegram.As(admin).Send("/backup"); err != nil {
				r.t.Fatal(err)
			}
		}
		select {
		case <-p.fired:
			r.rig.Count("faults", 1)
			r.rig.Count("faults of kind "+string(f.Do), 1)
			return r.survive(p, f)
		case <-p.ended: // the fault before this one
			p = r.again(p)
		case <-time.After(stuck):
			r.t.Fatalf("never reached: %s\n%s", f, r.chats())
		}
	}
}

// survive waits until landlords get on, by Zuji or by the one started after it.
func (r *rigged) survive(p *process, f fault) *process {
	r.t.Helper()
	before := r.registered.Load()
	for since := time.Now(); r.registered.Load() == before; time.Sleep(2 * time.Millisecond) {
		select {
		case <-p.ended:
			p = r.again(p)
		default:
		}
		if time.Since(since) > stuck {
			r.t.Fatalf("nobody gets on after: %s\n%s", f, r.chats())
		}
	}
	return p
}

// again starts Zuji after it has ended.
func (r *rigged) again(p *process) *process {
	r.t.Helper()
	_ = p.cmd.Wait()
	r.rig.Count("restarts", 1)
	return r.launch()
}

// ending makes the stop itself fail.
func (r *rigged) ending(p *process, random *rand.Rand) *process {
	r.t.Helper()
	for _, place := range atTheEnd {
		order, _ := json.Marshal(fault{place, actions[random.IntN(3)], 1, 0})
		_, _ = p.in.Write(append(order, '\n'))
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(stuck, p.kill)
		_ = p.cmd.Wait()
		if !late.Stop() {
			r.t.Errorf("Zuji does not stop after a fault %s", place)
		}
		r.rig.Count("faults at a stop", 1)
		p = r.launch()
	}
	return p
}

// starting makes starts fail, and lets the landlords finish.
func (r *rigged) starting(p *process, random *rand.Rand) {
	r.t.Helper()
	for _, place := range atTheStart {
		p.kill()
		nth := 1 + random.IntN(2)
		if place == growing {
			nth = 1
			shrink(r.t, r.config.Data)
		}
		p = loaded(r.t, r.config, r.log)
		order, _ := json.Marshal(fault{place, actions[random.IntN(3)], nth, 0})
		_, _ = p.in.Write(append(order, '\n'))
		p.begin()
		p = r.survive(p, fault{Place: place})
		r.rig.Count("faults at a start", 1)
	}
	p.kill()
	r.finish(r.launch())
}
