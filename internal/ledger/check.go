package ledger

import (
	"cmp"
	"slices"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Status is how a home is used.
type Status string

// The statuses.
const (
	Let     Status = "let"
	Empty   Status = "empty"
	Owner   Status = "owner" // lived in by its owner
	Unknown Status = ""
)

// A Record is what one or several rows say of one home. Several rows with the
// same term are the several tenants of one tenancy.
type Record struct {
	Rows    []int
	Unit    address.Unit
	Status  Status
	Tenancy tenancy.Tenancy // of a home that is let
}

// A Result is what a ledger says.
type Result struct {
	Records  []Record  // in the order of their first rows
	Findings []Finding // in the order of rows
	Rows     int       // all of them
	Good     int       // rows that are in a record
}

// Count is how many records have a status.
func (r *Result) Count(s Status) (n int) {
	for _, rec := range r.Records {
		if rec.Status == s {
			n++
		}
	}
	return n
}

// Check reads all rows. A home of which one row is wrong is left out with all its
// rows: half a tenancy in the register would keep the rest out for good.
func (b *Book) Check(today calendar.Date) Result {
	res := Result{Rows: len(b.rows)}
	var all []Record
	spoilt := map[address.Unit]int{} // home → a row that is wrong
	var above line
	for _, l := range b.rows {
		l = b.continued(above, l)
		above = l
		r := reader{b: b, l: l, today: today}
		rec := r.read()
		if len(r.found) > 0 {
			res.Findings = append(res.Findings, r.found...)
			if _, ok := spoilt[rec.Unit]; !ok && !rec.Unit.IsZero() {
				spoilt[rec.Unit] = l.n
			}
			continue
		}
		all = append(all, rec)
	}
	homes := map[address.Unit][]Record{}
	var order []address.Unit
	for _, rec := range all {
		if at, ok := spoilt[rec.Unit]; ok {
			res.Findings = append(res.Findings, Finding{rec.Rows[0], "", invalid.New("ledger_same_home", "Row", at)})
			continue
		}
		if _, ok := homes[rec.Unit]; !ok {
			order = append(order, rec.Unit)
		}
		homes[rec.Unit] = append(homes[rec.Unit], rec)
	}
	for _, u := range order {
		rec, found := merge(homes[u])
		res.Findings = append(res.Findings, found...)
		if rec != nil {
			finish(&rec.Tenancy)
			res.Records = append(res.Records, *rec)
			res.Good += len(rec.Rows)
		}
	}
	slices.SortStableFunc(res.Findings, func(a, b Finding) int { return cmp.Compare(a.Row, b.Row) })
	return res
}

// sharedCells are those that a merged cell gives to all its rows.
var sharedCells = []Field{Building, Entrance, Room, Address, State, Landlord, LandlordPhone, LandlordKind, LandlordDocument,
	Start, End, Term, Signed, MoveIn, Headcount, Rent, Deposit, Area}

// continued fills a row that names a tenant and nothing else with what stands
// above it: so the rows below a merged cell look.
func (b *Book) continued(above, l line) line {
	has := func(fields ...Field) bool {
		return slices.ContainsFunc(fields, func(f Field) bool {
			i, ok := b.columns[f]
			return ok && clean(l.cell(i)) != ""
		})
	}
	if above.n == 0 || above.n != l.n-1 || !has(Tenant) || has(Building, Room, Address, Landlord, Start, End, Term, State) {
		return l
	}
	cells := make([]string, len(b.Headings))
	copy(cells, l.cells)
	for _, f := range sharedCells {
		if i, ok := b.columns[f]; ok && clean(l.cell(i)) == "" {
			cells[i] = above.cell(i)
		}
	}
	return line{l.n, cells}
}

// merge makes one record of all rows of a home. Of several terms the last counts;
// rows that can't be brought together are findings, and then there is no record.
func merge(rows []Record) (*Record, []Finding) {
	var found []Finding
	note := func(rec Record, f Field, why *invalid.Error) { found = append(found, Finding{rec.Rows[0], f, why}) }
	last := rows[0]
	for _, rec := range rows[1:] {
		if rec.Status != last.Status {
			for _, rec := range rows {
				other := rows[0].Rows[0]
				if rec.Rows[0] == other {
					other = rows[1].Rows[0]
				}
				note(rec, State, invalid.New("ledger_two_states", "Row", other))
			}
			return nil, found
		}
		if rec.Tenancy.End.After(last.Tenancy.End) {
			last = rec
		}
	}
	if last.Status != Let {
		for _, rec := range rows[1:] {
			note(rec, "", invalid.New("ledger_twice", "Row", rows[0].Rows[0]))
		}
		return &rows[0], found
	}
	var whole *Record
	broken := false
	for _, rec := range rows {
		t := rec.Tenancy
		switch {
		case t.Start != last.Tenancy.Start || t.End != last.Tenancy.End:
			note(rec, Start, invalid.New("ledger_later", "Row", last.Rows[0]))
		case whole == nil:
			whole = &rec
		case t.Landlord.Name != whole.Tenancy.Landlord.Name:
			note(rec, Landlord, invalid.New("ledger_landlord", "Row", whole.Rows[0]))
			broken = true
		case twice(whole.Tenancy.People, t.People[0]):
			note(rec, Tenant, invalid.New("ledger_twice", "Row", whole.Rows[0]))
		case len(whole.Tenancy.People)+len(t.People) > tenancy.MaxPeople:
			note(rec, Tenant, invalid.New("ledger_people", "Max", tenancy.MaxPeople))
			broken = true
		default:
			join(whole, rec)
		}
	}
	if !broken {
		return whole, found
	}
	at := found[len(found)-1].Row
	for _, n := range whole.Rows {
		found = append(found, Finding{n, "", invalid.New("ledger_same_home", "Row", at)})
	}
	return nil, found
}

// twice reports whether somebody stands among people: by the document, or without
// one by the name.
func twice(people []tenancy.Person, p tenancy.Person) bool {
	return slices.ContainsFunc(people, func(o tenancy.Person) bool {
		if o.Document.Number != "" && p.Document.Number != "" {
			return o.Document.Key() == p.Document.Key()
		}
		return o.Name == p.Name && !o.Occupant
	})
}

func join(whole *Record, rec Record) {
	whole.Rows = append(whole.Rows, rec.Rows...)
	t := &whole.Tenancy
	for _, p := range rec.Tenancy.People {
		named := slices.ContainsFunc(t.People, func(o tenancy.Person) bool { return o.Occupant && o.Name == p.Name })
		if !p.Occupant {
			t.People = slices.DeleteFunc(t.People, func(o tenancy.Person) bool { return o.Occupant && o.Name == p.Name })
		}
		if !p.Occupant || !named {
			t.People = append(t.People, p)
		}
	}
	t.Headcount = max(t.Headcount, rec.Tenancy.Headcount)
	if t.Landlord.Phone == "" {
		t.Landlord.Phone = rec.Tenancy.Landlord.Phone
	}
	if t.Landlord.Document.Number == "" {
		t.Landlord.Document = rec.Tenancy.Landlord.Document
	}
	f, g := &t.Filing, rec.Tenancy.Filing
	f.Rent, f.Deposit, f.Area = cmp.Or(f.Rent, g.Rent), cmp.Or(f.Deposit, g.Deposit), cmp.Or(f.Area, g.Area)
}

// finish puts tenants before occupants and names people as a registration does.
func finish(t *tenancy.Tenancy) {
	slices.SortStableFunc(t.People, func(a, b tenancy.Person) int {
		switch {
		case a.Occupant == b.Occupant:
			return 0
		case b.Occupant:
			return -1
		}
		return 1
	})
	for i := range t.People {
		p := &t.People[i]
		p.Item, p.Next = string(rune('a'+i)), tenancy.NobodyElse
		if i+1 < len(t.People) {
			p.Next = tenancy.MoreTenant
			if t.People[i+1].Occupant {
				p.Next = tenancy.MoreOccupant
			}
		}
	}
	t.Headcount = max(t.Headcount, len(t.People))
}
