package stats

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Fault is a kind of thing that is wrong with a tenancy in force.
type Fault string

// The faults.
const (
	Missing   Fault = "missing"   // an answer that every registration needs is not there
	Overdue   Fault = "overdue"   // the lease is over, and nobody has said what follows
	Duplicate Fault = "duplicate" // two tenancies are in force for one unit
	Failed    Fault = "failed"    // an answer would be refused today
)

// Faults are all faults, in the order in which they are reported.
var Faults = []Fault{Missing, Overdue, Duplicate, Failed}

// A Finding is one fault of one tenancy. It holds no answer, only the answer's
// name.
type Finding struct {
	Fault    Fault
	Compound string // its id
	Tenancy  string // its id
	Receipt  string
	Unit     string // as it is shown

	// Field is the name of the answer in question, as the registration's fields
	// are called (tenant_document.a), of Missing and Failed.
	Field   string
	Problem *invalid.Error // of Failed

	Since calendar.Date // of Overdue: the lease's last day
	Other string        // of Duplicate: receipt of another tenancy of the unit

	Ask Ask
}

// Ask says who can put a fault right.
type Ask struct {
	Landlord int64 // the person who registered it; 0: the compound's manager
}

// Manager reports whether the compound's manager is to be asked: the landlord has
// not taken over what the desk entered, or can't put it right.
func (a Ask) Manager() bool { return a.Landlord == 0 }

// A Report is the data-quality report of some compounds. Its findings are the
// manager's list of work, for those alone who may open each of the tenancies.
// Everybody else gets Counts.
type Report struct {
	Today    calendar.Date
	Findings []Finding                 // by compound, unit and receipt
	Counts   map[string]map[Fault]Cell // by compound: tenancies with the fault
}

// Of returns the findings of one compound.
func (r Report) Of(compound string) []Finding {
	var all []Finding
	for _, f := range r.Findings {
		if f.Compound == compound {
			all = append(all, f)
		}
	}
	return all
}

// Quality holds all tenancies in force of the compounds in o against what a
// registration needs, in one pass. It returns the first error of all, wrapped.
func Quality(all iter.Seq2[tenancy.Tenancy, error], o Options) (Report, error) {
	r := &reporter{Options: o, places: map[string]*tenancy.Compound{}, held: map[string]holder{}}
	for i := range o.Compounds {
		r.places[o.Compounds[i].ID] = &o.Compounds[i]
	}
	for t, err := range all {
		if err != nil {
			return Report{}, fmt.Errorf("report on tenancies: %w", err)
		}
		if place := r.places[t.Compound]; place != nil && t.State.InForce() {
			r.add(&t, place)
		}
	}
	slices.SortStableFunc(r.found, order)
	return Report{Today: o.Today, Findings: r.found, Counts: r.counts()}, nil
}

// A reporter gathers findings.
type reporter struct {
	Options
	places map[string]*tenancy.Compound
	held   map[string]holder // by unit
	found  []Finding
}

// A holder is the first tenancy that was seen in force for a unit.
type holder struct {
	finding Finding
	told    bool
}

func (r *reporter) add(t *tenancy.Tenancy, place *tenancy.Compound) {
	base := Finding{Compound: t.Compound, Tenancy: t.ID, Receipt: t.Receipt, Unit: t.Unit.String(), Ask: Ask{Landlord: t.Owner}}
	for _, field := range missing(t, place) {
		f := base
		f.Fault, f.Field = Missing, field
		r.found = append(r.found, f)
	}
	if t.State != tenancy.Indefinite && !t.End.IsZero() && t.End.Before(r.Today) {
		f := base
		f.Fault, f.Since = Overdue, t.End
		r.found = append(r.found, f)
	}
	r.duplicate(t, base)
	for _, c := range checks(t, r.Today) {
		if bad := (*invalid.Error)(nil); errors.As(c.err, &bad) {
			f := base
			f.Fault, f.Field, f.Problem = Failed, c.field, bad
			r.found = append(r.found, f)
		}
	}
}

// duplicate reports both tenancies of a unit; the manager knows which is real.
func (r *reporter) duplicate(t *tenancy.Tenancy, f Finding) {
	if t.Unit.IsZero() {
		return
	}
	f.Fault, f.Ask = Duplicate, Ask{}
	first, taken := r.held[t.UnitKey()]
	if !taken {
		r.held[t.UnitKey()] = holder{finding: f}
		return
	}
	f.Other = first.finding.Receipt
	r.found = append(r.found, f)
	if !first.told {
		first.finding.Other, first.told = t.Receipt, true
		r.found = append(r.found, first.finding)
		r.held[t.UnitKey()] = first
	}
}

// order puts findings of one compound, unit and tenancy together.
func order(a, b Finding) int {
	return cmp.Or(strings.Compare(a.Compound, b.Compound), strings.Compare(a.Unit, b.Unit), strings.Compare(a.Receipt, b.Receipt),
		strings.Compare(a.Tenancy, b.Tenancy), cmp.Compare(slices.Index(Faults, a.Fault), slices.Index(Faults, b.Fault)))
}

// counts counts the tenancies with each fault.
func (r *reporter) counts() map[string]map[Fault]Cell {
	type one struct {
		tenancy string
		fault   Fault
	}
	seen := map[one]bool{}
	raw := map[string]map[Fault]int{}
	for id := range r.places {
		raw[id] = map[Fault]int{}
	}
	for _, f := range r.found {
		if !seen[one{f.Tenancy, f.Fault}] {
			seen[one{f.Tenancy, f.Fault}] = true
			raw[f.Compound][f.Fault]++
		}
	}
	shown := map[string]map[Fault]Cell{}
	for id, counts := range raw {
		shown[id] = map[Fault]Cell{}
		for _, fault := range Faults {
			shown[id][fault] = cell(counts[fault])
		}
	}
	return shown
}
