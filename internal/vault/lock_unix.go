//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vault

import (
	"os"
	"syscall"
)

// lockFile waits until no other process holds the lock at path. The kernel lets
// go of it when the process ends in any way.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
