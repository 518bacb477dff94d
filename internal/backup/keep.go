package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// How many copies are kept: the newest of each of so many days, weeks and months.
const (
	keepDays   = 7
	keepWeeks  = 4
	keepMonths = 12
)

// Last returns when the newest copy in a folder was made; the zero time if there
// is none.
func Last(folder string) (last time.Time, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return last, fmt.Errorf("read backup folder: %w", err)
	}
	for _, e := range entries {
		if at, ok := Made(e.Name()); ok && at.After(last) {
			last = at
		}
	}
	return last, nil
}

// Prune removes the copies in a folder that are not kept: the newest of each of
// the last 7 days, 4 weeks and 12 months that have one. Other files stay.
func Prune(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("prune backups: %w", err)
	}
	var all []time.Time
	for _, e := range entries {
		if at, ok := Made(e.Name()); ok {
			all = append(all, at)
		}
	}
	keep := kept(all)
	for _, at := range all {
		if !keep[at] {
			err = errors.Join(err, os.Remove(filepath.Join(folder, Name(at))))
		}
	}
	return err
}

func kept(all []time.Time) map[time.Time]bool {
	slices.SortFunc(all, func(a, b time.Time) int { return b.Compare(a) })
	keep := map[time.Time]bool{}
	for _, class := range []struct {
		most int
		of   func(time.Time) string
	}{
		{keepDays, func(t time.Time) string { return t.Format(time.DateOnly) }},
		{keepWeeks, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, w) }},
		{keepMonths, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for _, at := range all {
			if k := class.of(at); !seen[k] && len(seen) < class.most {
				seen[k] = true
				keep[at] = true
			}
		}
	}
	return keep
}
