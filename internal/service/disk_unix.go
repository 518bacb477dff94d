//go:build linux || darwin || freebsd

package service

import "golang.org/x/sys/unix"

// free returns the bytes that the disk of a folder has left, or 0.
func free(folder string) int64 {
	var s unix.Statfs_t
	if unix.Statfs(folder, &s) != nil {
		return 0
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
