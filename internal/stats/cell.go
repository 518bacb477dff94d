package stats

import "strconv"

// Least is the size of the smallest group that is shown.
const Least = 5

// A Cell is a number as it may be shown.
type Cell struct {
	Kind Kind
	N    int // of Few 0; else the number, or what it can't be less than
}

// A Kind says what is known of a Cell's number.
type Kind int

// The kinds.
const (
	Exact    Kind = iota // it is N: none, or Least and more
	Few                  // one to four
	AtLeast              // N or more, N being no less than Least
	Withheld             // nothing is said of it, though other cells show that it is N or more
)

// String returns 12, <5, ≥12 or —.
func (c Cell) String() string {
	switch c.Kind {
	case Exact:
		return strconv.Itoa(c.N)
	case Few:
		return "<" + strconv.Itoa(Least)
	case AtLeast:
		return "≥" + strconv.Itoa(c.N)
	}
	return "—"
}

// Floor returns the smallest number that c can be.
func (c Cell) Floor() int {
	if c.Kind == Few {
		return 1
	}
	return c.N
}

// cell hides n if it is a small group.
func cell(n int) Cell {
	if small(n) {
		return Cell{Kind: Few}
	}
	return Cell{N: n}
}

func small(n int) bool { return n > 0 && n < Least }

// Sum adds up cells by what they show, and nothing else.
func Sum(cells ...Cell) Cell {
	sum, hidden, only := 0, 0, Cell{}
	for _, c := range cells {
		sum += c.Floor()
		if c.Kind != Exact {
			hidden++
			only = c
		}
	}
	switch {
	case hidden == 0:
		return Cell{N: sum}
	case hidden == 1 && sum == only.Floor():
		return only
	case sum < Least:
		return Cell{Kind: Withheld, N: sum}
	}
	return Cell{Kind: AtLeast, N: sum}
}

// parts shows disjoint parts of a whole that is shown; what is in no part is not
// shown. Hidden parts, k of them, and the rest make up what the shown ones leave of
// the whole. If that is 4k or more, each hidden part may be one to four whatever
// the others are. What is left must not be a small group either. Else no part is
// shown at all, and so none of a whole that is a small group itself.
func parts(whole int, all []int) []Cell {
	left, hidden := whole, 0
	cells := make([]Cell, len(all))
	for i, n := range all {
		cells[i] = cell(n)
		left -= cells[i].N
		if small(n) {
			hidden++
		}
	}
	if !small(left) && left >= (Least-1)*hidden {
		return cells
	}
	return withheld(len(all))
}

// covering shows parts that overlap and together make up a whole that is shown.
// Where the shown parts and one for each hidden part reach the whole, each hidden
// part may be one to four whatever the others are. What a shown part leaves of the
// whole must not be a small group, and, if all are shown, nor what they have more
// than the whole, which is in several. Else no part is shown.
func covering(whole int, all []int) []Cell {
	reach, hidden, bare := 0, 0, false
	cells := make([]Cell, len(all))
	for i, n := range all {
		cells[i] = cell(n)
		reach += cells[i].Floor()
		if small(n) {
			hidden++
		} else if small(whole - n) {
			bare = true
		}
	}
	if small(whole) || !bare && (hidden > 0 && reach >= whole || hidden == 0 && !small(reach-whole)) {
		return cells
	}
	return withheld(len(all))
}

func withheld(n int) []Cell {
	cells := make([]Cell, n)
	for i := range cells {
		cells[i] = Cell{Kind: Withheld}
	}
	return cells
}

// A Share is a part of a group in percent, rounded down and up: exact where Low
// and High are equal, else between them. It is not known where the group, or one
// side of it in a group under nine, is small.
type Share struct {
	Known     bool
	Low, High int // percent
}

// String returns 92%, 87–97% or —.
func (s Share) String() string {
	switch {
	case !s.Known:
		return "—"
	case s.Low == s.High:
		return strconv.Itoa(s.Low) + "%"
	}
	return strconv.Itoa(s.Low) + "–" + strconv.Itoa(s.High) + "%"
}

// bounds are the smallest and greatest number of a part that may be told.
type bounds struct{ low, high, whole int }

// side returns what may be told of a part of a whole: the number if neither it
// nor the rest is a small group; that it, or the rest, is one to four, if the
// other side is then no small group in any case; else nothing.
func side(part, whole int) (b bounds, ok bool) {
	rest := whole - part
	switch {
	case whole < Least:
		return b, false
	case !small(part) && !small(rest):
		return bounds{part, part, whole}, true
	case whole < 2*Least-1:
		return b, false
	case small(part):
		return bounds{1, Least - 1, whole}, true
	}
	return bounds{whole - Least + 1, whole - 1, whole}, true
}

// share returns bounds in percent. An exact share is rounded to the nearest, but
// only all is 100% and only none is 0%.
func (b bounds) share() Share {
	if b.whole == 0 {
		return Share{}
	}
	if b.low == b.high {
		p := (200*b.low + b.whole) / (2 * b.whole)
		if b.low > 0 {
			p = max(p, 1)
		}
		if b.low < b.whole {
			p = min(p, 99)
		}
		return Share{Known: true, Low: p, High: p}
	}
	return Share{Known: true, Low: 100 * b.low / b.whole, High: (100*b.high + b.whole - 1) / b.whole}
}
