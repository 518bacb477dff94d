package paste

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/identity"
	"zuji/internal/invalid"
)

// reader reads one block.
type reader struct {
	b       Block
	today   calendar.Date
	line    int
	party   label // landlord, tenant or other
	pending label // a label whose value is the next token
	lines   []int // on which the tenants' last phone or document stood
	dropped Person

	depositMonths int64 // 押金：两个月
}

func (r *reader) token(s string) {
	as, turned := none, none
	for again := true; again; {
		again = false
		for _, l := range labels {
			m := l.form.FindString(s)
			if m == "" || !r.allowed(l.label, s[len(m):]) {
				continue
			}
			s, again = s[len(m):], true
			if l.label == landlord || l.label == tenant || l.label == other {
				r.party, turned = l.label, maybe
				if strings.HasSuffix(m, ":") {
					turned = name
				}
			} else {
				as = l.label
			}
			break
		}
	}
	if as == none {
		as = turned
	}
	if s = strings.Trim(s, ":-"); s == "" {
		r.pending = as
		return
	}
	if as == none {
		as = r.pending
	}
	r.pending = none
	if as == none || !r.labelled(as, s) {
		r.guess(s)
	}
}

// allowed keeps a label from eating the beginning of a value: 租 is one only
// before a term.
func (r *reader) allowed(l label, rest string) bool {
	if l != term || rest == "" || strings.HasPrefix(rest, ":") {
		return true
	}
	_, err := chinese.ParseTerm(rest)
	_, _, isRange := r.span(rest)
	_, dateErr := chinese.ParseDate(rest, r.today)
	return err == nil || isRange || dateErr == nil || beginning.MatchString(rest)
}

// labelled reads a value whose label is known.
func (r *reader) labelled(as label, s string) bool {
	switch as {
	case skip:
		return true
	case name:
		return r.name(s)
	case maybe:
		return (looksLikeName(s) || latinName.MatchString(s)) && r.name(s)
	case phone:
		return r.phone(s, true)
	case document:
		return r.document(s, true)
	case unit:
		return r.unit(s, true)
	case compound:
		if r.unit(s, false) {
			return true
		}
		r.b.Compound = s
		r.b.found++
		return true
	case moveIn:
		return r.date(s, &r.b.MoveIn, MoveIn)
	case start:
		return r.period(s) || r.date(s, &r.b.Start, Start)
	case end:
		return r.date(s, &r.b.End, End)
	case term:
		return r.period(s)
	case rent:
		return r.amount(s, &r.b.Rent, Rent)
	case deposit:
		return r.months(s) || r.amount(s, &r.b.Deposit, Deposit)
	}
	return false
}

// guess reads a value without a label.
func (r *reader) guess(s string) {
	if day, ok := strings.CutSuffix(s, "入住"); ok && r.date(day, &r.b.MoveIn, MoveIn) {
		return
	}
	if day, ok := strings.CutSuffix(s, "到期"); ok && r.date(day, &r.b.End, End) {
		return
	}
	switch {
	case r.phone(s, false), r.document(s, false), r.unit(s, false), looksLikeDate.MatchString(s) && r.period(s), r.money(s):
	case looksLikeCompound.MatchString(s):
		r.b.Compound = s
	case looksLikeName(s):
		r.name(s)
	}
}

var (
	looksLikeCompound = regexp.MustCompile(`^\p{Han}{2,10}(小区|花园|家园|新村|公寓|大厦|名苑|雅苑|佳苑|府|城|里|苑|园)([一二三四五六七八九]期)?$`)
	latinName         = regexp.MustCompile(`^[A-Za-z'.-]{2,} [A-Za-z]`)
	looksLikeDate     = regexp.MustCompile(`[年月天周]|星期|[0-9]{4}[-./]|^[0-9]{8}$`)
)

func (r *reader) problem(kind Kind, err error) bool {
	bad, ok := errors.AsType[*invalid.Error](err)
	if !ok || r.party == other {
		return ok
	}
	r.b.Problems = append(r.b.Problems, Problem{kind, bad})
	r.b.found++
	return true
}

// person returns who is being described. A new name begins a new tenant, and so
// does, on a new line, a second number of the same kind.
func (r *reader) person(full func(Person) bool) *Person {
	switch r.party {
	case landlord:
		return &r.b.Landlord
	case other:
		r.dropped = Person{}
		return &r.dropped
	}
	if last := len(r.b.Tenants) - 1; last < 0 || full(r.b.Tenants[last]) && r.lines[last] != r.line {
		r.add()
	}
	return &r.b.Tenants[len(r.b.Tenants)-1]
}

func (r *reader) add() {
	r.b.Tenants, r.lines = append(r.b.Tenants, Person{}), append(r.lines, r.line)
}

func (r *reader) count() {
	if r.party != other {
		r.b.found++
	}
}

func (r *reader) name(s string) bool {
	n, err := identity.ParseName(s)
	if err != nil || utf8.RuneCountInString(n) > 6 && !strings.ContainsAny(n, " ·") || slices.Contains(noNames, n) {
		return false
	}
	if r.party == tenant && slices.ContainsFunc(r.b.Tenants, func(p Person) bool { return p.Name == n }) {
		return true
	}
	if last := len(r.b.Tenants) - 1; r.party == tenant && last >= 0 && r.b.Tenants[last].Name != "" {
		r.add()
	}
	p := r.person(func(Person) bool { return false })
	if p.Name != "" {
		return false
	}
	p.Name = n
	if r.count(); r.party != other {
		r.b.names++
	}
	return true
}

var almostPhone = regexp.MustCompile(`^1[3-9](?:[0-9]{8}|[0-9]{10})$`)

func (r *reader) phone(s string, labelled bool) bool {
	n, err := identity.ParsePhone(s)
	if err != nil {
		return (almostPhone.MatchString(s) || labelled && strings.ContainsAny(s, "0123456789")) && r.problem(Phone, err)
	}
	p := r.person(func(p Person) bool { return p.Phone != "" })
	if p.Phone == "" {
		p.Phone = n
		r.mark()
		r.count()
	}
	return true
}

// mark keeps the line on which a number of the last tenant stood.
func (r *reader) mark() {
	if r.party == tenant {
		r.lines[len(r.lines)-1] = r.line
	}
}

func (r *reader) document(s string, labelled bool) bool {
	doc, err := identity.Detect(s, r.today)
	bad, _ := errors.AsType[*invalid.Error](err)
	switch {
	case bad == nil:
	case bad.Reason == "document", !labelled && (len(s) < 15 || len(s) > 18 || bad.Reason == "document_unclear"):
		return false
	case bad.Reason == "document_unclear":
		doc = identity.Document{Number: strings.ToUpper(s)} // the flow asks its kind
	}
	p := r.person(func(p Person) bool { return p.Document.Number != "" || p.Wrong != nil })
	if p.Document.Number != "" || p.Wrong != nil {
		return true
	}
	r.mark()
	if doc.Number == "" {
		p.Wrong = bad
		return r.problem(Document, bad)
	}
	p.Document = doc
	r.count()
	return true
}

func (r *reader) unit(s string, labelled bool) bool {
	u, err := address.ParseUnit(s)
	if err != nil {
		bad, _ := errors.AsType[*invalid.Error](err)
		return (labelled || bad.Reason == "unit_barred") && strings.ContainsAny(s, "0123456789") && r.problem(Unit, err)
	}
	r.b.Unit = u
	r.b.found++
	if before := beforeUnit.FindString(s); looksLikeCompound.MatchString(before) {
		r.b.Compound = before
	}
	return true
}

var beforeUnit = regexp.MustCompile(`^\p{Han}+`)
