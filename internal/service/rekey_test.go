package service_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/failpoint"
	"zuji/internal/redistest"
	"zuji/internal/service"
	"zuji/internal/tenancy"
	"zuji/internal/vault"
)

// rekeyEnv makes the test binary do zuji rekey on a folder: the process that is
// killed.
const rekeyEnv = "ZUJI_TEST_REKEY"

// rekeyEndEnv is how many commits it comes by, before and after each, until it is
// killed.
const rekeyEndEnv = "ZUJI_TEST_REKEY_END"

func rekeyChild(folder string) int {
	left, err := strconv.Atoi(os.Getenv(rekeyEndEnv))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	failpoint.Arm(func(p failpoint.Place) error {
		if p == failpoint.BeforeCommit || p == failpoint.AfterCommit {
			if left--; left < 0 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {} // until it arrives
			}
		}
		return nil
	})
	done, err := service.RekeyFolder(context.Background(), folder, time.Now)
	if err != nil || done.InUse {
		fmt.Println(err, done)
		return 1
	}
	return 0
}

// keysOf returns the current key's id of a folder and those of the others.
func keysOf(t *testing.T, folder string) (current string, others []string) {
	t.Helper()
	v, err := vault.Open(filepath.Join(folder, "key.json"))
	if err != nil {
		t.Fatal(err)
	}
	return v.Current(), v.Retired()
}

func whole(t *testing.T, folder string) {
	t.Helper()
	if wrong, err := service.CheckFolder(context.Background(), folder); err != nil || len(wrong) > 0 {
		t.Errorf("the folder is not whole: %v %v", wrong, err)
	}
}

// crowded fills a folder with homes and an open conversation.
func crowded(w *world, homes int) {
	w.t.Helper()
	for n := range homes {
		one := w.ordinary()
		one.ID = fmt.Sprintf("H%d", n)
		one.Unit = address.Unit{Building: "7", Entrance: "1", Room: fmt.Sprint(101 + n)}
		if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
			w.t.Fatal(err)
		}
	}
	p := w.as(stranger)
	p.start("")
	p.presses("登记出租")
	p.asked("同意这样处理吗")
}

// rekeyed runs zuji rekey on a folder, kills it at the nth place, and reports
// whether it came to its end before.
func rekeyed(t *testing.T, folder string, n int) (ended bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), rekeyEnv+"="+folder, rekeyEndEnv+"="+strconv.Itoa(n))
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState.Exited() {
		t.Fatalf("%v: %s", err, out)
	}
	return err == nil
}

// zuji rekey is killed before and after each of its commits and run again: no
// second key is made, in the end everything opens, also the conversation that was
// open, and the old key is gone.
func TestRekeyFolder_KilledGoesOn(t *testing.T) {
	w := newWorld(t, nil)
	crowded(w, 60)
	w.stop()
	folder := w.config.Data
	first, _ := keysOf(t, folder)
	fresh, midway, kills := "", 0, 0
	for n := 0; !rekeyed(t, folder, n); n++ {
		kills++
		current, others := keysOf(t, folder)
		if current == first {
			continue
		}
		if fresh == "" {
			fresh = current
		}
		if current != fresh || len(others) > 1 {
			t.Fatalf("killed at place %d, it made a second key before the first change was through: others are %d", n, len(others))
		}
		midway += len(others)
	}
	if midway < 4 {
		t.Errorf("only %d of %d kills left two keys", midway, kills)
	}
	current, others := keysOf(t, folder)
	if current == first || current != fresh || len(others) > 0 {
		t.Errorf("the key is %s, it was %s, others are %v", current, first, others)
	}
	whole(t, folder)
	if raw, err := os.ReadFile(filepath.Join(folder, "key.json")); err != nil || strings.Contains(string(raw), first) {
		t.Errorf("the key file still has the old key: %v", err)
	}
	w.start()
	w.as(stranger).presses("✅ 同意")
	w.as(stranger).asked("哪一栋")
	t.Logf("%d kills, %d of them left two keys", kills, midway)
}

// Made while Zuji runs, the new key is used from the next start on; Zuji seals
// again while it serves, and drops the old key when nothing can have it any more.
func TestRekeyFolder_WhileZujiRuns(t *testing.T) {
	w, now := at(t)
	w.register()
	first, _ := keysOf(t, w.config.Data)
	for _, made := range []bool{true, false} {
		done, err := service.RekeyFolder(context.Background(), w.config.Data, now.Now)
		if err != nil || !done.InUse || done.New != made {
			t.Fatalf("%+v, %v", done, err)
		}
	}
	li := w.as(manager)
	li.says("/queue")
	li.asked("3栋1单元502室")
	w.stop()
	w.start()
	w.zuji.TidyUp(context.Background())
	if _, others := keysOf(t, w.config.Data); len(others) != 1 || others[0] != first {
		t.Fatalf("the old key did not wait: %v", others)
	}
	li.says("/queue")
	li.asked("3栋1单元502室")
	now.add(2 * time.Hour)
	w.zuji.TidyUp(context.Background())
	if current, others := keysOf(t, w.config.Data); len(others) > 0 || current == first {
		t.Fatalf("the old key is still there: %v", others)
	}
	if one, err := w.zuji.Registry.Tenancy(context.Background(), "T1"); err != nil || one.State != tenancy.Submitted {
		t.Errorf("%v %v", one.State, err)
	}
	w.stop()
	whole(t, w.config.Data)
}

// Conversations in Redis can't be sealed again: the old key stays until they have
// expired.
func TestRekeyFolder_RedisKeepsTheOldKeyForThirtyDays(t *testing.T) {
	now := &clock{}
	now.set(day.At(10, 0))
	redis := redistest.Start(t)
	w := newWorld(t, func(c *service.Config) { c.Now, c.RedisURL = now.Now, redis.URL() })
	w.register()
	p := w.as(stranger)
	p.start("")
	p.presses("登记出租")
	p.asked("同意这样处理吗")
	w.stop()
	done, err := service.RekeyFolder(context.Background(), w.config.Data, now.Now)
	if err != nil || !done.New || done.Records == 0 || !done.Until.Equal(now.Now().AddDate(0, 0, 30)) {
		t.Fatalf("%+v, %v", done, err)
	}
	w.start()
	p.presses("✅ 同意")
	p.asked("哪一栋")
	now.days(29)
	w.zuji.TidyUp(context.Background())
	if _, others := keysOf(t, w.config.Data); len(others) != 1 {
		t.Errorf("after 29 days the other keys are %v", others)
	}
	now.days(2)
	w.zuji.TidyUp(context.Background())
	if _, others := keysOf(t, w.config.Data); len(others) != 0 {
		t.Errorf("after 31 days the other keys are %v", others)
	}
}
