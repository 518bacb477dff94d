package tenancy

import (
	"strconv"
	"strings"
	"time"

	"zuji/internal/calendar"
)

// An Obligation is something that a compound's property manager has to do once in
// a year, or several times.
type Obligation struct {
	Compound string         `json:"compound"`
	Kind     ObligationKind `json:"kind"`
	Due      calendar.Date  `json:"due"`
	Done     time.Time      `json:"done,omitzero"`
	By       int64          `json:"by,omitempty"`
	Note     string         `json:"note,omitempty"`
	File     string         `json:"file,omitempty"` // the chat's name for a file that shows it
}

// An ObligationKind is a kind of obligation.
type ObligationKind string

// The kinds of obligations.
const (
	AnnualLetter ObligationKind = "letter"   // 年度责任书 with street office and community
	Meeting      ObligationKind = "meeting"  // 协调会, with an agenda
	OwnersItem   ObligationKind = "owners"   // the owners' committee's yearly item; 物业管理条例 Art. 14: owners are told 15 days before
	FireCheck    ObligationKind = "fire"     // fire and gas
	PrivacyCheck ObligationKind = "privacy"  // 个人信息保护影响评估, 个人信息保护法 Art. 55
	NextHolidays ObligationKind = "holidays" // the table of next year's holidays
)

// yearly are the obligations of a year, in order.
var yearly = []struct {
	kind  ObligationKind
	month time.Month
	day   int
}{
	{AnnualLetter, time.January, 31},
	{Meeting, time.March, 31},
	{FireCheck, time.May, 31},
	{Meeting, time.June, 30},
	{Meeting, time.September, 30},
	{OwnersItem, time.October, 31},
	{FireCheck, time.November, 30},
	{NextHolidays, time.December, 10},
	{Meeting, time.December, 15},
	{PrivacyCheck, time.December, 20},
}

// YearOf returns the obligations of a compound in a year, in order, none done.
func YearOf(compound string, year int) []Obligation {
	var all []Obligation
	for _, y := range yearly {
		all = append(all, Obligation{Compound: compound, Kind: y.kind, Due: calendar.Date{Year: year, Month: y.month, Day: y.day}})
	}
	return all
}

// ID names the obligation: compound, kind and due day, joined by dots.
func (o Obligation) ID() string {
	return o.Compound + "." + string(o.Kind) + "." + strings.ReplaceAll(o.Due.String(), "-", "")
}

// ParseObligation returns the obligation that an id names, not done, or false if
// there is none of the kind on that day.
func ParseObligation(id string) (Obligation, bool) {
	part := strings.Split(id, ".")
	if len(part) != 3 || len(part[2]) != 8 {
		return Obligation{}, false
	}
	year, err := strconv.Atoi(part[2][:4])
	if err != nil {
		return Obligation{}, false
	}
	for _, o := range YearOf(part[0], year) {
		if o.ID() == id {
			return o, true
		}
	}
	return Obligation{}, false
}

// Reminded returns the first day after a date on which o is remembered: a month,
// a week and a day before it is due, and weekly once it is overdue.
func (o Obligation) Reminded(after calendar.Date) calendar.Date {
	for _, n := range []int{-30, -7, -1} {
		if d := o.Due.AddDays(n); d.After(after) {
			return d
		}
	}
	for d := o.Due.AddDays(7); ; d = d.AddDays(7) {
		if d.After(after) {
			return d
		}
	}
}
