package flows

import (
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// near refuses dates more than twenty years away: a slip of the finger.
func near(today calendar.Date) func(calendar.Date) error {
	return func(d calendar.Date) error {
		if d.Before(today.AddMonths(-20*12)) || d.After(today.AddMonths(20*12)) {
			return invalid.New("date_far", "Date", d)
		}
		return nil
	}
}

func notAfter(today calendar.Date) func(calendar.Date) error {
	return func(d calendar.Date) error {
		if d.After(today) {
			return invalid.New("date_future", "Date", d)
		}
		return near(today)(d)
	}
}

func earlier(a, b calendar.Date) calendar.Date {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

// warnings are what the law says about the lease as answered.
func warnings(d *Draft) []form.Text {
	var all []form.Text
	if !d.Start.IsZero() && !calendar.TermEnd(d.Start, 6).After(d.End) {
		all = append(all, form.T("warn.written")) // Civil Code Art. 707
	}
	if d.Role == tenancy.Sublessor && d.Consent != tenancy.ConsentWritten {
		all = append(all, form.T("warn.head_consent")) // Civil Code Art. 716
	}
	if d.Role == tenancy.ForOwner && d.Agent.Basis == tenancy.Spoken {
		all = append(all, form.T("warn.authority")) // 商品房屋租赁管理办法 Art. 14
	}
	if d.Foreign() {
		all = append(all, form.T("warn.foreign")) // 出境入境管理法 Art. 39
	}
	if more := d.Headcount - len(d.Living()); more > 0 {
		all = append(all, form.T("warn.more", "More", more)) // 住房租赁条例 Art. 37
	}
	return all
}
