//go:build !linux

package service

import "time"

// SinceBoot is nil where nothing tells how long the machine has been on.
var SinceBoot func() time.Duration
