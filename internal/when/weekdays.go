package when

import (
	"errors"
	"iter"
	"time"
)

// Weekdays is a set of days of the week. In text it is their numbers, Monday
// being 1: 135.
type Weekdays uint8

// WeekdaysOf returns the set of days.
func WeekdaysOf(days ...time.Weekday) (w Weekdays) {
	for _, d := range days {
		w |= 1 << ((d + 6) % 7)
	}
	return w
}

// Has reports whether d is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w&WeekdaysOf(d) != 0 }

// All yields the days from Monday on.
func (w Weekdays) All() iter.Seq[time.Weekday] {
	return func(yield func(time.Weekday) bool) {
		for i := range time.Weekday(7) {
			if d := (i + 1) % 7; w.Has(d) && !yield(d) {
				return
			}
		}
	}
}

// MarshalText writes 135 for Monday, Wednesday and Friday.
func (w Weekdays) MarshalText() (text []byte, err error) {
	for d := range w.All() {
		text = append(text, '1'+byte((d+6)%7))
	}
	return text, nil
}

// UnmarshalText reads what MarshalText wrote.
func (w *Weekdays) UnmarshalText(text []byte) error {
	var set Weekdays
	for _, c := range text {
		if c < '1' || c > '7' {
			return errors.New("weekdays are not of the form 135")
		}
		set |= 1 << (c - '1')
	}
	*w = set
	return nil
}
