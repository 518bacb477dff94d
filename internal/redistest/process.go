package redistest

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// A process is a child that does not outlive the test, even one that is killed.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

func run(path string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(path, args...), done: make(chan struct{})}
	dieWithParent(p.cmd)
	started := make(chan error)
	go func() {
		// "Parent" means the thread that started the child, so it must live as long.
		runtime.LockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
		}
		close(p.done)
	}()
	return p, <-started
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// kill ends the process, stopped or not, and waits for its end.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(os.Kill)
	<-p.done
}

func (p *process) stall() error {
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	return waitStopped(p.pid())
}

func (p *process) resume() error { return p.cmd.Process.Signal(syscall.SIGCONT) }
