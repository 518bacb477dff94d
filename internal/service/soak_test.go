package service_test

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"zuji/internal/redistest"
	"zuji/internal/torture"
)

// How long the soak lasts in the short size, and how often harm is done.
const (
	soakTime  = 10 * time.Second
	harmEvery = 2 * time.Second
)

// People register for a while, with a bad Telegram, and every two seconds harm to
// Redis or to Zuji: nothing is lost or doubled, and neither memory nor the number
// of goroutines grows.
func TestTorture_Soak(t *testing.T) {
	rig := torture.New(t)
	telegram, config := badTelegram(t, rig)
	redis := redistest.Start(t, "--appendfsync", "always")
	proxy := redis.Proxy()
	config.RedisURL, config.OpsListen = proxy.URL(), freeAddress(t)
	log := &lines{}
	z := launched(t, config, log)
	until := time.Now().Add(time.Duration(rig.Times(1)) * soakTime)
	people, group := patients(t, rig, telegram, func(p *patient) {
		for time.Now().Before(until) && !t.Failed() {
			p.registersNext()
		}
	})
	rng := rig.Rand(4)
	var held, running []int
	for time.Now().Before(until) {
		lasts := time.Duration(100+rng.IntN(400)) * time.Millisecond
		switch n := rng.IntN(len(redistest.Toxins) + 3); {
		case n < len(redistest.Toxins):
			proxy.Poison(redistest.Toxins[n])
			time.Sleep(lasts)
			proxy.Poison(redistest.None)
		case n == len(redistest.Toxins):
			redis.Stall()
			time.Sleep(lasts)
			redis.Resume()
		case n == len(redistest.Toxins)+1:
			redis.Restart()
		default:
			_ = z.cmd.Process.Signal(syscall.SIGSTOP)
			time.Sleep(lasts)
			_ = z.cmd.Process.Signal(syscall.SIGCONT)
		}
		rig.Count("harms", 1)
		held, running = append(held, memory(t, z)), append(running, goroutines(t, config))
		time.Sleep(harmEvery - lasts)
	}
	group.Wait()
	waitPending(t, telegram)
	telegram.Faults(nil)
	most := slices.Max(running[:(len(running)+1)/2])
	atRest := quiet(t, config, most)
	t.Logf("goroutines: at most %d in the first half, %d at the end", most, atRest)
	if atRest > most+most/4+16 {
		t.Errorf("goroutines grow from %d to %d", most, atRest)
	}
	_ = z.cmd.Process.Signal(syscall.SIGTERM)
	if err := z.cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	checkHostile(t, rig, config, telegram, people)
	early, late := slices.Max(held[:(len(held)+1)/2]), slices.Max(held[len(held)/2:])
	t.Logf("memory: at most %d MB in the first half, %d MB in the second", early, late)
	if late > early+early/4+16 {
		t.Errorf("memory grows from %d to %d MB", early, late)
	}
	if t.Failed() {
		t.Logf("log:\n%s", log)
	}
}
