//go:build !linux

package redistest

import "os/exec"

func dieWithParent(*exec.Cmd) {}

func waitStopped(int) error { return nil }
