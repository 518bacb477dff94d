package when

import (
	"time"

	"zuji/internal/calendar"
)

// A Kind is how a series is put into words: the last part of a message key.
type Kind string

// The kinds of series. Days, weeks and months come with Every.
const (
	KindOnce       Kind = "once"
	KindDaily      Kind = "daily"
	KindDays       Kind = "days"
	KindWorkdays   Kind = "workdays"
	KindWeekly     Kind = "weekly"
	KindWeeks      Kind = "weeks"
	KindMonthly    Kind = "monthly"
	KindMonths     Kind = "months"
	KindQuarterly  Kind = "quarterly"
	KindHalfYearly Kind = "half_yearly"
	KindYearly     Kind = "yearly"
)

// Parts are what a text about a time or a series says. It holds no words.
type Parts struct {
	Kind         Kind
	Every        int            // days, weeks or months apart
	Weekdays     []time.Weekday // from Monday on; of weekly series
	Day          int            // of the month; 0 for none
	LastDay      bool           // the month's last day, whatever its number
	Month        int            // of yearly series, 1 to 12; 0 for none
	Months       []int          // of quarterly and half-yearly series, in order
	Date         calendar.Date  // the day, or the first occurrence; may be zero
	HasTime      bool
	Hour, Minute int // by the clock
}

// Describe returns the parts of a text about w.
func (w When) Describe() Parts {
	p := Parts{Kind: KindOnce, Date: w.Date(), HasTime: w.HasTime}
	if w.HasTime {
		p.Hour, p.Minute = w.At.Hour(), w.At.Minute()
	}
	return p
}

// Describe returns the parts of a text about r.
func (r Repeat) Describe() Parts {
	p := Parts{Kind: KindOnce, Every: max(r.Every, 1), Date: r.From, HasTime: r.HasTime, Hour: r.Minute / hour, Minute: r.Minute % hour}
	switch r.Unit {
	case Day:
		p.Kind = pick(p.Every, KindDaily, KindDays)
	case Workday:
		p.Kind = KindWorkdays
	case Week:
		p.Kind = pick(p.Every, KindWeekly, KindWeeks)
		for d := range r.On.All() {
			p.Weekdays = append(p.Weekdays, d)
		}
	case Month:
		r.describeMonths(&p)
	}
	return p
}

func pick(every int, single, several Kind) Kind {
	if every == 1 {
		return single
	}
	return several
}

func (r Repeat) describeMonths(p *Parts) {
	p.Day, p.LastDay = r.Day, r.Day == 31
	switch p.Every {
	case 3, 6:
		p.Kind = KindQuarterly
		if p.Every == 6 {
			p.Kind = KindHalfYearly
		}
		for m := (r.Month-1)%p.Every + 1; r.Month > 0 && m <= 12; m += p.Every {
			p.Months = append(p.Months, m)
		}
	case 12:
		p.Kind, p.Month = KindYearly, r.Month
		p.LastDay = p.LastDay && r.Month != 0 && last(calendar.Date{Year: 2027, Month: time.Month(r.Month), Day: 1}).Day < 31
	default:
		p.Kind = pick(p.Every, KindMonthly, KindMonths)
	}
}
