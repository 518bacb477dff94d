package boltkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	bolterrors "go.etcd.io/bbolt/errors"
)

// What Open and Update wrap, so that a caller can tell the cases apart. The
// whole error is one line for the operator.
var (
	// ErrLocked: another process has the file open.
	ErrLocked = errors.New("in use by another process")

	// ErrDamaged: the file cannot be what was written.
	ErrDamaged = errors.New("damaged: restore it from a backup")

	// ErrForeign: the file was not made by Zuji.
	ErrForeign = errors.New("not a Zuji database")

	// ErrFull: the disk, the quota or Options.MaxSize has no room. The transaction
	// did not happen, and the store goes on when there is room again.
	ErrFull = errors.New("no room on the disk")

	// ErrFailed: an earlier commit failed with its outcome open. Nothing can be
	// written until the process is restarted.
	ErrFailed = errors.New("records cannot be written after a failed commit: restart Zuji")
)

// noRoom reports whether a bbolt commit was refused for want of space before
// its meta page was written. A failed sync is never such a case: after it, the
// state of the file is unknown, whatever the reason given.
func noRoom(err error) bool {
	if errors.Is(err, bolterrors.ErrMaxSizeReached) {
		return true
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok && pe.Op == "write" {
		return isNoRoom(pe.Err)
	}
	// bbolt gives the cause of a refused Truncate as text only.
	if text, ok := strings.CutPrefix(err.Error(), "file resize error: "); ok {
		for _, e := range roomErrors {
			if strings.HasSuffix(text, e.Error()) {
				return true
			}
		}
	}
	return false
}

var roomErrors = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}

func isNoRoom(err error) bool {
	for _, e := range roomErrors {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// openError puts what the system said about making or opening path into one
// line that says what to do.
func openError(path string, err error) error {
	switch {
	case isNoRoom(err):
		return fmt.Errorf("create %s: %w: %w", path, ErrFull, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s cannot be written, mount its file system for writing: %w", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s cannot be written by user id %d, give it the file and its folder: %w", path, os.Geteuid(), err)
	default:
		return fmt.Errorf("open %s: %w", path, err)
	}
}
