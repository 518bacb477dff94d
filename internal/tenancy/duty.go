package tenancy

import (
	"time"

	"zuji/internal/calendar"
)

// A DutyKind is a kind of date that counts from an accepted tenancy.
type DutyKind string

// The kinds of duties.
const (
	FileContract  DutyKind = "file"    // 备案, 商品房屋租赁管理办法 Art. 14
	ReportMoveIn  DutyKind = "report"  // to the police, by the city's rule
	ReportForeign DutyKind = "foreign" // 24 hours, 出境入境管理法 Art. 39
	LeaseEnds     DutyKind = "expiry"
)

// A Duty is a date that counts.
type Duty struct {
	Kind   DutyKind
	Target calendar.Date // the last day as counted
	Latest calendar.Date // the same, moved to the next working day (Civil Code Art. 203)
	Hours  int           // set instead where the law counts hours, which never roll
}

// Duties returns the dates that count for t in city, soonest first.
func (t *Tenancy) Duties(city City, h *calendar.Holidays) []Duty {
	var all []Duty
	if t.Foreign() {
		all = append(all, Duty{Kind: ReportForeign, Target: t.MoveIn, Latest: t.MoveIn, Hours: 24})
	}
	if city.ReportDays > 0 {
		d := Duty{Kind: ReportMoveIn}
		if city.ReportWorking {
			d.Target = h.AddWorkdays(t.MoveIn, city.ReportDays)
			d.Latest = d.Target
		} else {
			d.Target, d.Latest = h.Deadline(t.MoveIn, city.ReportDays)
		}
		all = append(all, d)
	}
	if city.FileDays > 0 {
		target, latest := h.Deadline(t.Signed, city.FileDays)
		all = append(all, Duty{Kind: FileContract, Target: target, Latest: latest})
	}
	return append(all, Duty{Kind: LeaseEnds, Target: t.End, Latest: t.End})
}

// Today returns the date of now in Shanghai.
func Today(now time.Time) calendar.Date { return calendar.DateOf(now) }
