package remind

import (
	"slices"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// Rules are all reminders that follow from the register, in the order in which a
// digest lists them.
var Rules = []Rule{
	// 出境入境管理法 Art. 39: 24 hours after moving in.
	{Kind: "foreign", To: Landlord, While: movingIn, Begin: registered, Due: foreign, After: hours(0, 6, 20), Urgent: true, Legal: true},
	{Kind: "foreign_late", To: Staff, While: notDone("foreign", movingIn), Begin: registered, Due: foreign, After: hours(24), Urgent: true, Legal: true},

	// The city's rule, e.g. 浙江省流动人口居住登记条例: 3 working days.
	{Kind: "report", To: Landlord, While: movingIn, Begin: registered, Due: duty(tenancy.ReportMoveIn), Days: []int{-1, 0, 1, 3}, Legal: true},
	{Kind: "report_late", To: Staff, While: notDone("report", movingIn), Begin: registered, Due: duty(tenancy.ReportMoveIn), Days: []int{1, 4}, Legal: true},

	// The review: 3 working days at most; then it goes up.
	{Kind: "review", To: Staff, While: in(tenancy.Submitted), Begin: submitted, Due: day(submitted), Work: []int{1, 2, 3, 4, 5}, Every: 7},
	{Kind: "review_late", To: Admins, While: in(tenancy.Submitted), Begin: submitted, Due: day(submitted), Work: []int{3, 5}, Every: 7, Times: 4},
	{Kind: "returned", To: Landlord, While: in(tenancy.ToCorrect), Begin: reviewed, Due: day(reviewed), Days: []int{1, 3, 7}, Every: 14, Times: 4},

	{Kind: "confirm", To: Tenants, While: unconfirmed, Begin: registered, Due: day(registered), Days: []int{1, 3}},
	{Kind: "unconfirmed", To: Landlord, While: unconfirmed, Begin: registered, Due: day(registered), Days: []int{3}},

	// 商品房屋租赁管理办法 Art. 14: 30 days from signing.
	{Kind: "file", To: Landlord, While: unfiled, Begin: registered, Due: duty(tenancy.FileContract, tenancy.FileChange), Days: []int{-15, -7, -3, -1, 0, 3, 10}, Every: 7, Times: 4, Legal: true},
	{Kind: "file_late", To: Staff, While: notDone("file", unfiled), Begin: registered, Due: duty(tenancy.FileContract, tenancy.FileChange), Days: []int{10}, Legal: true},
	{Kind: "file_stuck", To: Admins, While: notDone("file", unfiled), Begin: registered, Due: duty(tenancy.FileContract, tenancy.FileChange), Days: []int{30}, Legal: true},

	{Kind: "expiry", To: Landlord, While: inTerm, Begin: registered, Due: end, Days: []int{-30, -7, -1, 0}},
	{Kind: "expiry_early", To: Landlord, While: inTerm, Begin: registered, Due: longEnd, Days: []int{-90}},
	{Kind: "expiring", To: Staff, While: inTerm, Begin: registered, Due: end, Days: []int{-30}},
	{Kind: "over", To: Landlord, While: in(tenancy.Holding), Begin: expired, Due: end, Days: []int{1, 7, 20, 27, 30}, Every: 30, Times: 6},
	{Kind: "over_late", To: Staff, While: in(tenancy.Holding), Begin: expired, Due: end, Days: []int{7, 30}, Every: 30, Times: 6},
	{Kind: "over_stuck", To: Admins, While: in(tenancy.Holding), Begin: expired, Due: end, Days: []int{60}},

	// After the end: 商品房屋租赁管理办法 Art. 19, and the contract (住房租赁条例 Art. 10).
	{Kind: "leave", To: Landlord, While: in(tenancy.Ended), Begin: ended, Due: duty(tenancy.ReportMoveOut), Days: []int{0, 1, 3}, Legal: true},
	{Kind: "cancel", To: Landlord, While: in(tenancy.Ended), Begin: ended, Due: duty(tenancy.CancelFiling), Days: []int{-23, -10, -3, 0, 7}, Every: 7, Times: 4, Legal: true},
	{Kind: "deposit", To: Landlord, While: in(tenancy.Ended), Begin: ended, Due: duty(tenancy.ReturnDeposit), Days: []int{-2, 0}},

	{Kind: "still", To: Landlord, While: in(tenancy.Accepted, tenancy.Filed, tenancy.Indefinite), Begin: registered, Due: day(registered), Days: []int{182}, Every: 182, Stop: nearEnd},
}

func hours(all ...int) []time.Duration {
	var d []time.Duration
	for _, h := range all {
		d = append(d, time.Duration(h)*time.Hour)
	}
	return d
}

func in(states ...tenancy.State) func(*tenancy.Tenancy) bool {
	return func(t *tenancy.Tenancy) bool {
		for _, s := range states {
			if t.State == s {
				return true
			}
		}
		return false
	}
}

func inTerm(t *tenancy.Tenancy) bool {
	return t.State == tenancy.Accepted || t.State == tenancy.Filed
}

func unfiled(t *tenancy.Tenancy) bool { return t.State == tenancy.Accepted && t.Filing.Number == "" }

// movingIn holds while the people of t have just moved in: of a renewal nobody
// does.
func movingIn(t *tenancy.Tenancy) bool { return inTerm(t) && t.Purpose != tenancy.ToRenew }

func unconfirmed(t *tenancy.Tenancy) bool {
	if !t.State.InForce() {
		return false
	}
	for _, p := range t.Living() {
		if p.Answer.Who != 0 && p.Answer.Said == "" {
			return true
		}
	}
	return false
}

// notDone is while, as long as the landlord has not said that the duty of another
// kind is done.
func notDone(kind string, while func(*tenancy.Tenancy) bool) func(*tenancy.Tenancy) bool {
	return func(t *tenancy.Tenancy) bool {
		_, done := t.Reminding.Done[kind]
		return !done && while(t)
	}
}

func registered(t *tenancy.Tenancy) time.Time { return t.Registered() }
func submitted(t *tenancy.Tenancy) time.Time  { return t.Submitted }
func reviewed(t *tenancy.Tenancy) time.Time   { return t.Reviewed }
func expired(t *tenancy.Tenancy) time.Time    { return t.Entered(tenancy.Holding) }
func ended(t *tenancy.Tenancy) time.Time      { return t.Entered(tenancy.Ended) }

func day(of func(*tenancy.Tenancy) time.Time) func(*tenancy.Tenancy, Facts) (Due, bool) {
	return func(t *tenancy.Tenancy, _ Facts) (Due, bool) {
		d := calendar.DateOf(of(t))
		return Due{d, d}, !of(t).IsZero()
	}
}

func duty(kinds ...tenancy.DutyKind) func(*tenancy.Tenancy, Facts) (Due, bool) {
	return func(t *tenancy.Tenancy, f Facts) (Due, bool) {
		for _, d := range t.Duties(f.City, f.Holidays) {
			if slices.Contains(kinds, d.Kind) {
				return Due{d.Target, d.Latest}, true
			}
		}
		return Due{}, false
	}
}

// foreign is the day of moving in; of what is registered later, the day of that.
func foreign(t *tenancy.Tenancy, f Facts) (Due, bool) { return duty(tenancy.ReportForeign)(t, f) }

func end(t *tenancy.Tenancy, _ Facts) (Due, bool) { return Due{t.End, t.End}, !t.End.IsZero() }

// nearEnd is the day from which the end of the lease is asked about anyway.
func nearEnd(t *tenancy.Tenancy) calendar.Date {
	if t.State == tenancy.Indefinite {
		return calendar.Date{Year: 9999}
	}
	return t.End.AddDays(-45)
}

// longEnd is the end of a lease of a year or more, where the city wants the sides
// to talk three months before (e.g. 广东省城镇房屋租赁条例 Art. 10).
func longEnd(t *tenancy.Tenancy, f Facts) (Due, bool) {
	long := !calendar.TermEnd(t.Start, 12).After(t.End)
	return Due{t.End, t.End}, f.City.EarlyTalk && long
}
