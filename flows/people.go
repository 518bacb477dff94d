package flows

import (
	"strings"
	"unicode"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// others asks who else lives there after person i, and makes room for them.
func others(d *Draft, i int) form.Input {
	p := &d.People[i]
	in := form.Choice(&p.Next, tenancy.NobodyElse, tenancy.MoreTenant, tenancy.MoreOccupant)
	if i+1 == tenancy.MaxPeople {
		in = form.Choice(&p.Next, tenancy.NobodyElse)
	}
	return in.Reading(func(answer string) error {
		next := tenancy.More(answer)
		switch next {
		case tenancy.NobodyElse:
		case tenancy.MoreTenant, tenancy.MoreOccupant:
			if i+1 == len(d.People) {
				d.People = append(d.People, tenancy.Person{Item: nextItem(d.People)})
			}
			d.People[i+1].Occupant = next == tenancy.MoreOccupant
		default:
			return invalid.New("choose")
		}
		d.People[i].Next = next
		return nil
	})
}

// nextItem returns a name that no person of the draft has.
func nextItem(people []tenancy.Person) string {
	highest := "a"
	for _, p := range people {
		highest = max(highest, p.Item)
	}
	return string(highest[0] + 1)
}

// drop returns what removes person i, or nil for the first, who must be there.
func drop(d *Draft, i int) func() {
	if i == 0 {
		return nil
	}
	return func() {
		d.People[i-1].Next = d.People[i].Next
		if next := d.People[i-1].Next; next != tenancy.MoreTenant && next != tenancy.MoreOccupant {
			d.People[i-1].Next = tenancy.NobodyElse
		}
		d.People = append(d.People[:i:i], d.People[i+1:]...)
	}
}

// detected reports whether the document's kind follows from its number and the name
// of whom it is.
func detected(doc identity.Document, name string, today calendar.Date) bool {
	found, err := identity.Detect(doc.Number, today)
	return err == nil && found.Kind == doc.Kind && !foreignLooking(doc, name)
}

// foreignLooking reports whether what has the form of a Chinese passport may be
// another country's, since the name is in other letters. For a foreigner 24 hours
// count (出境入境管理法 Art. 39), so the kind is asked rather than guessed.
func foreignLooking(doc identity.Document, name string) bool {
	han := strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	return doc.Kind == identity.ChinesePassport && name != "" && !han
}

// once refuses a document that another person of the draft has.
func once(d *Draft, i int) func(identity.Document) error {
	return func(doc identity.Document) error {
		for j, other := range d.Living() {
			if j < i && other.Document.Number != "" && other.Document.Key() == doc.Key() {
				return invalid.New("document_twice", "Name", other.Name)
			}
		}
		return nil
	}
}
