package service

import (
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot is how long the machine has been on, sleep included.
var SinceBoot = func() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) // Linux has it since 2.6.39
	return time.Duration(t.Nano())
}
