package ledger

import (
	"strings"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// A Recipient is for whom an extract of the register is made. Each gets the
// smallest set of columns that its task needs (个人信息保护法 Art. 6).
type Recipient string

// The recipients: the residents' committee 社区居委会 counts homes and heads, the
// police station 派出所 registers who lives there (住房租赁条例 Art. 37).
const (
	Community Recipient = "community"
	Police    Recipient = "police"
)

// Recipients are all recipients.
var Recipients = []Recipient{Community, Police}

// widths are the columns of an extract, in letters.
var widths = map[string]float64{"unit": 22, "status": 10, "start": 12, "end": 12, "headcount": 10,
	"part": 10, "name": 14, "kind": 22, "number": 24, "phone": 16, "move_in": 12}

// columns are the ids of each recipient's columns, from the left.
var columns = map[Recipient][]string{
	Community: strings.Fields("unit status start end headcount"),
	Police:    strings.Fields("unit part name kind number phone start end move_in"),
}

// Columns returns a recipient's columns; head says what a column is called.
func (r Recipient) Columns(head func(id string) string) []Column {
	var all []Column
	for _, id := range columns[r] {
		all = append(all, Column{Head: head(id), Width: widths[id]})
	}
	return all
}

// Names say what stands in an extract in words.
type Names struct {
	Status func(Status) string
	Part   func(occupant bool) string
	Kind   func(p tenancy.Person) string // of the document, "" without one
	Phone  func(e164 string) string
}

// Rows returns what a recipient gets of one home: the committee a row, the police
// a row for each person.
func (r Recipient) Rows(rec Record, n Names) [][]any {
	t := rec.Tenancy
	if r == Community {
		headcount := any(t.Headcount)
		if rec.Status != Let {
			headcount = ""
		}
		return [][]any{{rec.Unit.String(), n.Status(rec.Status), day(t.Start), day(t.End), headcount}}
	}
	if rec.Status != Let {
		return nil
	}
	var all [][]any
	for _, p := range t.Living() {
		all = append(all, []any{rec.Unit.String(), n.Part(p.Occupant), p.Name, n.Kind(p), p.Document.Number, n.Phone(p.Phone), day(t.Start), day(t.End), day(t.MoveIn)})
	}
	return all
}

// day leaves no date empty.
func day(d calendar.Date) any {
	if d.IsZero() {
		return ""
	}
	return d
}
