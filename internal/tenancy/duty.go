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
	FileChange    DutyKind = "refile"  // 变更备案, Art. 19
	LeaseEnds     DutyKind = "expiry"
	ReportMoveOut DutyKind = "leave"   // to the police, by the city's rule
	CancelFiling  DutyKind = "cancel"  // 注销, 商品房屋租赁管理办法 Art. 19
	ReturnDeposit DutyKind = "deposit" // by the contract (住房租赁条例 Art. 10)
)

// A Duty is a date that counts.
type Duty struct {
	Kind   DutyKind
	Target calendar.Date // the last day as counted
	Latest calendar.Date // the same, moved to the next working day (Civil Code Art. 203)
	Hours  int           // set instead where the law counts hours, which never roll
}

// Duties returns the dates that count for t in city, soonest first. Of a renewal
// nobody moves in; a change counts from the day it holds; what is filed need not
// be filed again; and after the end the cancellation of the filing is due.
func (t *Tenancy) Duties(city City, h *calendar.Holidays) []Duty {
	if t.State == Ended {
		return t.afterEnd(city, h)
	}
	var all []Duty
	moved := t.MoveIn
	if t.Purpose == ToChange && t.Since.After(moved) {
		moved = t.Since
	}
	if t.Purpose != ToRenew {
		all = t.moveIn(moved, city, h)
	}
	if d, ok := t.FilingDue(city, h); ok && t.Filing.Number == "" {
		all = append(all, d)
	}
	if t.State == Indefinite {
		return all
	}
	return append(all, Duty{Kind: LeaseEnds, Target: t.End, Latest: t.End})
}

// FilingDue returns the duty to file t, or the change that it is, with the city
// (商品房屋租赁管理办法 Art. 14 and 19), done or not. There is none where the city's
// time is not known or the contract has no date.
func (t *Tenancy) FilingDue(city City, h *calendar.Holidays) (Duty, bool) {
	if city.FileDays <= 0 || t.Signed.IsZero() {
		return Duty{}, false
	}
	kind, from := FileContract, t.Signed
	if t.Filing.Refile {
		kind, from = FileChange, t.Since
	}
	target, latest := h.Deadline(from, city.FileDays)
	return Duty{Kind: kind, Target: target, Latest: latest}, true
}

func (t *Tenancy) moveIn(moved calendar.Date, city City, h *calendar.Holidays) []Duty {
	var all []Duty
	if moved.IsZero() {
		return nil
	}
	if t.Foreign() {
		all = append(all, Duty{Kind: ReportForeign, Target: moved, Latest: moved, Hours: 24})
	}
	if city.ReportDays > 0 {
		d := Duty{Kind: ReportMoveIn}
		if city.ReportWorking {
			d.Target = h.AddWorkdays(moved, city.ReportDays)
			d.Latest = d.Target
		} else {
			d.Target, d.Latest = h.Deadline(moved, city.ReportDays)
		}
		all = append(all, d)
	}
	return all
}

// afterEnd are the dates that count once the tenants have left.
func (t *Tenancy) afterEnd(city City, h *calendar.Holidays) []Duty {
	var all []Duty
	if city.ReportDays > 0 {
		d := Duty{Kind: ReportMoveOut}
		if city.ReportWorking {
			d.Target = h.AddWorkdays(t.Left, city.ReportDays)
			d.Latest = d.Target
		} else {
			d.Target, d.Latest = h.Deadline(t.Left, city.ReportDays)
		}
		all = append(all, d)
	}
	if city.FileDays > 0 && t.Filing.Number != "" {
		target, latest := h.Deadline(t.Left, city.FileDays)
		all = append(all, Duty{Kind: CancelFiling, Target: target, Latest: latest})
	}
	if t.Filing.Deposit > 0 && t.Filing.ReturnDays > 0 {
		back := t.Left.AddDays(t.Filing.ReturnDays)
		all = append(all, Duty{Kind: ReturnDeposit, Target: back, Latest: back})
	}
	return all
}

// Today returns the date of now in Shanghai.
func Today(now time.Time) calendar.Date { return calendar.DateOf(now) }
