package ledger

import (
	"regexp"
	"strconv"
	"strings"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/identity"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Finding says what is wrong with one row.
type Finding struct {
	Row    int
	Column Field // "": the row as a whole
	Why    *invalid.Error
}

// A reader reads one row.
type reader struct {
	b     *Book
	l     line
	today calendar.Date
	found []Finding
}

func (r *reader) text(f Field) string {
	if i, ok := r.b.columns[f]; ok {
		return r.l.cell(i)
	}
	return ""
}

// wrong notes an error; it reports whether there was one.
func (r *reader) wrong(f Field, err error) bool {
	if err == nil {
		return false
	}
	bad, ok := err.(*invalid.Error)
	if !ok {
		bad = invalid.New("unreadable")
	}
	r.found = append(r.found, Finding{r.l.n, f, bad})
	return true
}

// read turns a row into a record of one row.
func (r *reader) read() Record {
	rec := Record{Rows: []int{r.l.n}, Unit: r.unit()}
	said := status(r.text(State))
	tenant := clean(r.text(Tenant)) != ""
	rec.Status = said
	switch {
	case tenant && (said == Empty || said == Owner):
		r.wrong(State, invalid.New("ledger_state_conflict"))
	case tenant, said == Let, said == Unknown && r.term():
		rec.Status = Let
		rec.Tenancy = r.tenancy(rec.Unit)
	}
	return rec
}

// term reports whether the row names a first or last day.
func (r *reader) term() bool {
	return clean(r.text(Start))+clean(r.text(End))+clean(r.text(Term)) != ""
}

// need returns a field's text, or notes that it is missing.
func (r *reader) need(f Field) (string, bool) {
	text := clean(r.text(f))
	if text == "" {
		r.wrong(f, invalid.New("ledger_missing"))
	}
	return text, text != ""
}

func (r *reader) tenancy(u address.Unit) tenancy.Tenancy {
	t := tenancy.Tenancy{Unit: u, Role: tenancy.Owner}
	t.Landlord = r.landlord()
	if t.Landlord.Kind == tenancy.Firm {
		t.Role = tenancy.Company
	}
	t.People = r.people()
	r.dates(&t)
	r.counts(&t)
	return t
}

// firm are words by which a company's name is known.
var firm = regexp.MustCompile(`公司|集团|合作社|企业|工厂|[^一-龥]?厂$|银行|学校|大学|医院|中心$|委员会|管理局|事务所|合伙|商行|经营部|(?i:ltd|inc|llc)\.?$`)

const maxFirm = 60

func (r *reader) landlord() tenancy.Party {
	p := tenancy.Party{Kind: tenancy.Individual}
	if text, ok := r.need(Landlord); ok {
		var err error
		if firm.MatchString(text) && len([]rune(text)) <= maxFirm {
			p.Kind, p.Name = tenancy.Firm, text
		} else {
			p.Name, err = name(text)
		}
		r.wrong(Landlord, err)
	}
	p.Phone = r.phone(LandlordPhone)
	number := r.text(LandlordDocument)
	switch {
	case clean(number) == "":
	case p.Kind == tenancy.Firm:
		code, _, err := identity.ParseCompanyCode(clean(number))
		if !r.wrong(LandlordDocument, err) {
			p.Code = code
		}
	default:
		d, err := document(r.text(LandlordKind), number, r.today)
		if !r.wrong(LandlordDocument, err) {
			p.Document = d
		}
	}
	return p
}

// name reads one person's name. Two in a cell are told apart by marks.
func name(text string) (string, error) {
	if parts := several.Split(text, 2); len(parts) == 2 {
		return "", invalid.New("ledger_names")
	}
	return identity.ParseName(text)
}

func (r *reader) phone(f Field) string {
	text := r.text(f)
	if clean(text) == "" {
		return ""
	}
	e164, err := phone(text)
	r.wrong(f, err)
	return e164
}

// people are the tenant of the row and those who live with them.
func (r *reader) people() []tenancy.Person {
	p := tenancy.Person{}
	if text, ok := r.need(Tenant); ok {
		var err error
		p.Name, err = name(text)
		r.wrong(Tenant, err)
	}
	p.Phone = r.phone(TenantPhone)
	if number := r.text(TenantDocument); clean(number) != "" {
		d, err := document(r.text(TenantKind), number, r.today)
		if !r.wrong(TenantDocument, err) {
			p.Document = d
		}
	}
	all := []tenancy.Person{p}
	for _, text := range strings.FieldsFunc(clean(r.text(Occupants)), func(c rune) bool { return strings.ContainsRune("、,，;；/ ", c) }) {
		other, err := identity.ParseName(text)
		if r.wrong(Occupants, err) {
			break
		}
		if other != p.Name {
			all = append(all, tenancy.Person{Name: other, Occupant: true})
		}
	}
	if len(all) > tenancy.MaxPeople {
		r.wrong(Occupants, invalid.New("ledger_people", "Max", tenancy.MaxPeople))
	}
	return all
}

func (r *reader) date(f Field) calendar.Date {
	text := clean(r.text(f))
	if text == "" {
		return calendar.Date{}
	}
	d, err := r.b.date(text, r.today)
	if err == nil {
		err = near(d, r.today)
	}
	if r.wrong(f, err) {
		return calendar.Date{}
	}
	return d
}

// dates reads the term and the other days. As in a registration, what is not
// said is assumed: signed and moved in on the first day.
func (r *reader) dates(t *tenancy.Tenancy) {
	before := len(r.found)
	t.Start, t.End = r.date(Start), r.date(End)
	if t.Start.IsZero() && t.End.IsZero() && clean(r.text(Term)) != "" {
		t.Start, t.End = r.span()
	}
	if len(r.found) == before {
		for f, d := range map[Field]calendar.Date{Start: t.Start, End: t.End} {
			if d.IsZero() {
				r.wrong(f, invalid.New("ledger_missing"))
			}
		}
	}
	if !t.Start.IsZero() && !t.End.IsZero() {
		switch {
		case !t.Start.Before(t.End):
			r.wrong(End, invalid.New("ledger_end", "Start", t.Start))
		case t.End.After(calendar.TermEnd(t.Start, 20*12)):
			r.wrong(End, invalid.New("ledger_twenty_years"))
		}
	}
	t.Signed, t.MoveIn = r.date(Signed), r.date(MoveIn)
	if t.Signed.After(r.today) {
		r.wrong(Signed, invalid.New("ledger_future", "Date", t.Signed))
	}
	if t.MoveIn.IsZero() {
		t.MoveIn = t.Start
	}
	if t.Signed.IsZero() {
		t.Signed = t.Start
		if t.Signed.After(r.today) {
			t.Signed = r.today
		}
	}
}

var between = regexp.MustCompile(`起?至|起?到|~|～|--|—|–|-`)

// maxBetween is more than two dates written with dashes have.
const maxBetween = 8

// span reads both days from one cell: 2026.1.1-2026.12.31.
func (r *reader) span() (first, last calendar.Date) {
	text := clean(r.text(Term))
	for _, at := range between.FindAllStringIndex(text, maxBetween) {
		from, err := r.b.date(strings.TrimSpace(text[:at[0]]), r.today)
		if err != nil || near(from, r.today) != nil {
			continue
		}
		until, err := chinese.ParseDateAfter(text[at[1]:], r.today, from)
		if err == nil && near(until, r.today) == nil {
			return from, until
		}
	}
	r.wrong(Term, invalid.New("ledger_span"))
	return first, last
}

var unitWords = regexp.MustCompile(`(?i:人|位|个|平方米|平米|平方|㎡|m2|m²)$`)

// The bounds of what is counted.
const (
	maxHeadcount     = 50
	minArea, maxArea = 500, 2000_00 // 1/100 m²
)

func (r *reader) counts(t *tenancy.Tenancy) {
	if text := unitWords.ReplaceAllString(clean(r.text(Headcount)), ""); text != "" {
		v, ok := chinese.Number(text)
		switch {
		case !ok || !v.IsInt() || v.Sign() <= 0 || v.Num().Int64() > maxHeadcount:
			r.wrong(Headcount, invalid.New("ledger_headcount", "Max", maxHeadcount))
		default:
			t.Headcount = int(v.Num().Int64())
		}
	}
	t.Filing.Rent, t.Filing.Deposit = r.money(Rent), r.money(Deposit)
	if text := unitWords.ReplaceAllString(clean(r.text(Area)), ""); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if area := tenancy.Area(v*100 + 0.5); err != nil || area < minArea || area > maxArea {
			r.wrong(Area, invalid.New("ledger_area"))
		} else {
			t.Filing.Area = area
		}
	}
}

// money reads an amount; none and zero are the same here.
func (r *reader) money(f Field) tenancy.Fen {
	text := clean(r.text(f))
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		if v == 0 {
			return 0
		}
		text = strconv.FormatFloat(v, 'f', 2, 64)
	}
	if text == "" {
		return 0
	}
	fen, err := chinese.ParseAmount(text)
	r.wrong(f, err)
	return tenancy.Fen(fen)
}
