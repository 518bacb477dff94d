package boltkv

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// lockTimeout is how long Open waits for another process to let go of the file:
// long enough for one that is just ending.
const lockTimeout = time.Second

// lockedError says who holds the lock on path, as far as the system tells. f is
// the same file, opened, or nil.
func lockedError(path string, f *os.File) error {
	if pid := lockHolder(f); pid != 0 {
		return fmt.Errorf("%s is %w, process id %d: stop that one first", path, ErrLocked, pid)
	}
	return fmt.Errorf("%s is %w: stop that one first", path, ErrLocked)
}

// lockHolder returns the id of the process that has locked f, or 0 if that
// cannot be found out, as is the case outside Linux.
func lockHolder(f *os.File) int {
	if f == nil {
		return 0
	}
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer locks.Close()
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		// "1: FLOCK  ADVISORY  WRITE 4711 fd:01:262146 0 EOF"
		words := strings.Fields(lines.Text())
		if len(words) < 6 || words[1] != "FLOCK" {
			continue
		}
		// This process has the file open too, to look at it, and may hold locks on
		// others.
		pid, err := strconv.Atoi(words[4])
		if err == nil && pid > 0 && pid != os.Getpid() && hasOpen(pid, info) {
			return pid
		}
	}
	return 0
}

// hasOpen reports whether the process has the file open. The device and inode
// in /proc/locks are not compared, since they differ from Stat's on overlay
// file systems.
func hasOpen(pid int, file os.FileInfo) bool {
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return false
	}
	for _, fd := range fds {
		if other, err := os.Stat(fd); err == nil && os.SameFile(file, other) {
			return true
		}
	}
	return false
}
