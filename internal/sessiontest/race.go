package sessiontest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"

	"zuji/internal/session"
)

// The load of testIncrements.
const (
	workers    = 16
	increments = 200 // each
)

func testRacers(t *testing.T, s session.Store) {
	const races = 100
	for race := range int64(races) {
		save(t, s, race, 0, "start")
		won := make(chan string, 2)
		var wait sync.WaitGroup
		for racer := range 2 {
			wait.Go(func() {
				data := fmt.Sprint("racer ", racer)
				_, err := s.Save(t.Context(), race, 1, []byte(data))
				if err == nil {
					won <- data
				} else if !errors.Is(err, session.ErrConflict) {
					t.Errorf("Save: %v", err)
				}
			})
		}
		wait.Wait()
		close(won)
		if len(won) != 1 {
			t.Fatalf("race %d has %d winners", race, len(won))
		}
		wants(t, s, race, 2, <-won)
	}
}

// testIncrements counts in one chat from many sides. The number of the worker
// in the data keeps two equal counts apart, as a random nonce does in earnest.
func testIncrements(t *testing.T, s session.Store) {
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for range increments {
				if err := increment(t, s, byte(worker)); err != nil {
					t.Errorf("worker %d: %v", worker, err)
					return
				}
			}
		})
	}
	wait.Wait()
	st := load(t, s, 1)
	if want := int64(workers * increments); st.Rev != want || count(st) != uint64(want) {
		t.Errorf("counted to %d at revision %d, want %d", count(st), st.Rev, want)
	}
}

// increment adds one, again and again until nobody was faster.
func increment(t *testing.T, s session.Store, worker byte) error {
	for {
		st, err := s.Load(t.Context(), 1)
		if err != nil {
			return err
		}
		_, err = s.Save(t.Context(), 1, st.Rev, append(binary.BigEndian.AppendUint64(nil, count(st)+1), worker))
		if !errors.Is(err, session.ErrConflict) {
			return err
		}
	}
}

func count(st session.State) uint64 {
	if len(st.Data) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(st.Data)
}
