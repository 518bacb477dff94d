package service_test

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"zuji/internal/service"
)

// insideEnv says that the test runs where it may mount: in a mount namespace of its
// own, which nobody else sees and which ends with it.
const insideEnv = "ZUJI_TEST_MAY_MOUNT"

// inside runs the test again in a mount namespace and reports whether this is that
// run. Where that is refused, as in some containers, it fails to, and says why.
func inside(t *testing.T) (bool, error) {
	if os.Getenv(insideEnv) != "" {
		return true, nil
	}
	var err error
	for _, own := range []bool{false, true} { // as root, or as anybody in a user namespace
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=30m")
		cmd.Env = append(os.Environ(), insideEnv+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
		if own {
			cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
		}
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		if err = cmd.Start(); err != nil {
			continue
		}
		failed := cmd.Wait()
		if strings.Contains(out.String(), mayNotMount) {
			err = errors.New(mayNotMount)
			continue
		}
		t.Logf("in a mount namespace:\n%s", out.String())
		if failed != nil {
			t.Errorf("in a mount namespace: %v", failed)
		}
		return false, nil
	}
	return false, err
}

// mayNotMount is said by the inner run where nothing can be mounted.
const mayNotMount = "nothing may be mounted"

// A mounted file system is small, and the test's own.
type mounted struct {
	t     *testing.T
	at    string
	image string // of an ext4, or ""
}

const mountedSize = 24 << 20 // bytes

// inMemory mounts a tmpfs, which needs no rights outside of the namespace.
func inMemory(t *testing.T) *mounted {
	t.Helper()
	m := &mounted{t: t, at: t.TempDir()}
	if err := unix.Mount("tmpfs", m.at, "tmpfs", 0, "size=24m"); err != nil {
		t.Fatalf("%s: %v", mayNotMount, err)
	}
	t.Cleanup(m.unmount)
	return m
}

// loop makes and mounts an ext4, which needs root. Its error says why it can't.
func loop(t *testing.T) (*mounted, error) {
	t.Helper()
	m := &mounted{t: t, at: t.TempDir(), image: filepath.Join(t.TempDir(), "ext4")}
	if err := os.WriteFile(m.image, nil, 0o600); err != nil {
		return nil, err
	}
	if err := os.Truncate(m.image, mountedSize); err != nil {
		return nil, err
	}
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", "-m", "0", m.image).CombinedOutput(); err != nil {
		return nil, errors.New("mkfs.ext4: " + err.Error() + string(out))
	}
	if err := m.mount(); err != nil {
		return nil, err
	}
	t.Cleanup(m.unmount)
	return m, nil
}

func (m *mounted) mount() error {
	if out, err := exec.Command("mount", "-o", "loop,errors=remount-ro", m.image, m.at).CombinedOutput(); err != nil {
		return errors.New(string(out))
	}
	return nil
}

func (m *mounted) unmount() {
	if err := unix.Unmount(m.at, 0); err != nil {
		m.t.Errorf("unmount: %v", err)
	}
}

// ballast takes all the room that there is, and remove gives it back.
func (m *mounted) ballast() (remove func()) {
	m.t.Helper()
	f, err := os.Create(filepath.Join(m.at, "ballast"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 16 {
		for chunk := make([]byte, size); err == nil; {
			_, err = f.Write(chunk)
		}
		if !errors.Is(err, unix.ENOSPC) {
			m.t.Fatalf("the ballast ends with %v", err)
		}
		err = nil
	}
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			m.t.Fatal(err)
		}
	}
}

// readOnly remounts a tmpfs that nobody writes to.
func (m *mounted) readOnly(yes bool) error {
	flags := uintptr(unix.MS_REMOUNT)
	if yes {
		flags |= unix.MS_RDONLY
	}
	return unix.Mount("", m.at, "", flags, "")
}

const realRounds = 2

// The room of a real file system ends while landlords register, and later the file
// system takes no writes at all. People are told, nothing that was acknowledged is
// lost, and all goes on: by itself when there is room, and with a start when the
// file system can be written again. Where nothing can be mounted, the limit on file
// sizes stands for the full disk.
func TestTorture_RealDisk(t *testing.T) {
	may, err := inside(t)
	if err != nil {
		t.Logf("nothing can be mounted here (%v): no real disk was filled, and none made read-only; run with a limit on file sizes instead", err)
		fullDisk(t, "webhook")
		return
	}
	if !may {
		return // it ran there
	}
	t.Run("tmpfs", func(t *testing.T) {
		m := inMemory(t)
		var f front
		r := startRig(t, fullLandlords, func(c *service.Config) { m.hold(c, t); f.behind(t, c) })
		p := r.launch()
		random := r.rig.Rand(0)
		for range r.rig.Times(realRounds) {
			r.overfill(m, random, &f)
		}
		r.startReadOnly(m, p)
		if f.careless.Load() > 0 {
			t.Errorf("%d refusals have no Retry-After", f.careless.Load())
		}
	})
	t.Run("ext4", func(t *testing.T) {
		m, err := loop(t)
		if err != nil {
			t.Logf("no ext4 can be mounted here (%v): none was filled or failed", err)
			return
		}
		r := startRig(t, fullLandlords, func(c *service.Config) { m.hold(c, t) })
		p := r.launch()
		for range r.rig.Times(realRounds) / 2 {
			r.overfill(m, r.rig.Rand(0), nil)
			p = r.failDisk(m, p)
		}
		r.finish(p)
	})
}

// hold puts the data folder on the file system.
func (m *mounted) hold(c *service.Config, t *testing.T) {
	c.Data, c.OpsListen = filepath.Join(m.at, "data"), freeAddress(t)
}

// overfill fills the file system while landlords register, and makes room.
func (r *rigged) overfill(m *mounted, random *rand.Rand, f *front) {
	r.t.Helper()
	r.progress(int64(random.IntN(4)))
	told := r.told("没有存上")
	var refused int64
	if f != nil {
		refused = f.refused.Load()
	}
	remove := m.ballast()
	r.until("a landlord hears that it is not saved", func() bool { return r.told("没有存上") > told })
	becomes(r.t, r.config.OpsListen, "/readyz", http.StatusServiceUnavailable, "no room on the disk")
	becomes(r.t, r.config.OpsListen, "/healthz", http.StatusOK, "ok")
	if f != nil {
		r.until("Telegram is told to come again", func() bool { return f.refused.Load() > refused })
		r.rig.Count("webhook calls refused", int(f.refused.Load()-refused))
	}
	remove()
	r.progress(2)
	r.rig.Count("times full", 1)
	r.rig.Count("times told", r.told("没有存上")-told)
}

// startReadOnly stops Zuji, sees that it says in one line why it does not start on
// what cannot be written, and that it does afterwards.
func (r *rigged) startReadOnly(m *mounted, p *process) {
	r.t.Helper()
	if err := m.readOnly(true); !errors.Is(err, unix.EBUSY) {
		r.t.Errorf("a remount under a Zuji that serves: %v, want it refused", err)
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		r.t.Errorf("SIGTERM: %v", err)
	}
	if err := m.readOnly(true); err != nil {
		r.t.Fatal(err)
	}
	r.refusesReadOnly()
	if err := m.readOnly(false); err != nil {
		r.t.Fatal(err)
	}
	r.finish(r.launch())
}

// refusesReadOnly starts Zuji where it cannot write.
func (r *rigged) refusesReadOnly() {
	r.t.Helper()
	before := r.log.String()
	p := launch(r.t, r.config, r.log)
	<-p.ready
	if p.serving.Load() {
		r.t.Fatal("Zuji serves where it cannot write")
	}
	_ = p.cmd.Wait()
	said := strings.TrimPrefix(r.log.String(), before)
	if strings.Count(said, "\n") != 1 || !strings.Contains(said, "read-only file system") || !strings.Contains(said, "mount") {
		r.t.Errorf("started where it cannot write, Zuji says:\n%s", said)
	}
	r.rig.Count("starts refused", 1)
}

// failDisk lets the file system meet an error, after which the kernel lets nobody
// write to it. Zuji ends; once it is mounted anew, a start goes on.
func (r *rigged) failDisk(m *mounted, p *process) *process {
	r.t.Helper()
	r.progress(1)
	device, err := exec.Command("findmnt", "-n", "-o", "SOURCE", m.at).Output()
	if err != nil {
		r.t.Fatal(err)
	}
	trigger := filepath.Join("/sys/fs/ext4", filepath.Base(strings.TrimSpace(string(device))), "trigger_fs_error")
	if err := os.WriteFile(trigger, []byte("1"), 0); err != nil {
		r.t.Fatal(err)
	}
	r.until("Zuji ends", func() bool {
		select {
		case <-p.ended:
			return true
		default:
			return false
		}
	})
	if err := p.cmd.Wait(); err == nil {
		r.t.Error("Zuji ended as if all were well")
	}
	r.refusesReadOnly()
	m.unmount()
	if err := m.mount(); err != nil {
		r.t.Fatal(err)
	}
	r.rig.Count("times read-only while serving", 1)
	p = r.launch()
	r.progress(1)
	return p
}
