package when_test

import (
	"fmt"
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/when"
)

func TestDescribe(t *testing.T) {
	for text, want := range map[string]string{
		"明天下午三点": "once 1 [] day 0 false month 0 [] 2026-11-24 true 15:00", "下周五": "once 1 [] day 0 false month 0 [] 2026-12-04 false 0:00",
		"每天8:30": "daily 1 [] day 0 false month 0 [] 2026-11-24 true 8:30", "每3天": "days 3 [] day 0 false month 0 [] 2026-11-23 false 0:00", "工作日九点": "workdays 1 [] day 0 false month 0 [] 2026-11-24 true 9:00",
		"每周日和周一": "weekly 1 [Monday Sunday] day 0 false month 0 [] 2026-11-23 false 0:00", "每两周周二": "weeks 2 [Tuesday] day 0 false month 0 [] 2026-11-24 false 0:00",
		"每月5号": "monthly 1 [] day 5 false month 0 [] 2026-12-05 false 0:00", "每月31号": "monthly 1 [] day 31 true month 0 [] 2026-11-30 false 0:00", "每两个月5号": "months 2 [] day 5 false month 0 [] 2026-12-05 false 0:00",
		"每季度最后一个月5号": "quarterly 3 [] day 5 false month 0 [3 6 9 12] 2026-12-05 false 0:00", "每季度末": "quarterly 3 [] day 31 true month 0 [3 6 9 12] 2026-12-31 false 0:00", "每半年": "half_yearly 6 [] day 1 false month 0 [1 7] 2027-01-01 false 0:00",
		"每年3月1日": "yearly 12 [] day 1 false month 3 [] 2027-03-01 false 0:00", "每年12月31日": "yearly 12 [] day 31 false month 12 [] 2026-12-31 false 0:00", "每年2月底": "yearly 12 [] day 31 true month 2 [] 2027-02-28 false 0:00",
	} {
		w, r, err := when.ParseBoth(text, now, calendar.Shanghai, holidays)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		p := r.Describe()
		got := fmt.Sprintf("%s %d %v day %d %v month %d %v %s %v %d:%02d", p.Kind, p.Every, p.Weekdays, p.Day, p.LastDay, p.Month, p.Months, p.Date, p.HasTime, p.Hour, p.Minute)
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
		if one := w.Describe(); one.Kind != when.KindOnce || one.Date != p.Date || one.HasTime != p.HasTime || one.Hour != p.Hour || one.Minute != p.Minute {
			t.Errorf("%q: the first is %+v of %+v", text, one, p)
		}
	}
}
