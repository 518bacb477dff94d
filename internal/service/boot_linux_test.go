package service_test

import (
	"testing"
	"time"

	"zuji/internal/service"
)

func TestSinceBoot_PassesAsTimeDoes(t *testing.T) {
	before, began := service.SinceBoot(), time.Now()
	time.Sleep(20 * time.Millisecond)
	passed, really := service.SinceBoot()-before, time.Since(began)
	if before <= 0 || (passed-really).Abs() > 10*time.Millisecond {
		t.Errorf("on for %v; %v passed, really %v", before, passed, really)
	}
}
