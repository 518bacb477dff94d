package when_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/calendar"
	"zuji/internal/when"
)

var zoneNames = []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe"}

func load(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func dateOf(t time.Time) calendar.Date {
	y, m, d := t.Date()
	return calendar.Date{Year: y, Month: m, Day: d}
}

func date(text string) (d calendar.Date) {
	if err := d.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return d
}

// next three occurrences after now of what people say.
func TestParseBoth(t *testing.T) {
	n := 0
	for text, want := range series {
		n++
		w, r, err := when.ParseBoth(text, now, calendar.Shanghai, holidays)
		got := shown(w, err)
		if err == nil && r.Unit != when.Once {
			layout := minute
			if !w.HasTime {
				layout = time.DateOnly
			}
			next := w.At
			for range 2 {
				next = r.Next(next, calendar.Shanghai, holidays)
				got += ", " + next.Format(layout)
			}
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	if n < 90 {
		t.Errorf("only %d texts", n)
	}
}

var series = map[string]string{
	"每月5号上午九点": "2026-12-05 09:00, 2027-01-05 09:00, 2027-02-05 09:00", "每周五下午三点": "2026-11-27 15:00, 2026-12-04 15:00, 2026-12-11 15:00", "每天早上8点": "2026-11-24 08:00, 2026-11-25 08:00, 2026-11-26 08:00",
	"每季度": "2027-01-01, 2027-04-01, 2027-07-01", "工作日九点": "2026-11-24 09:00, 2026-11-25 09:00, 2026-11-26 09:00", "每两周的周二": "2026-11-24, 2026-12-08, 2026-12-22",

	"每天": "2026-11-23, 2026-11-24, 2026-11-25", "天天晚上八点": "2026-11-23 20:00, 2026-11-24 20:00, 2026-11-25 20:00", "每日15:30": "2026-11-23 15:30, 2026-11-24 15:30, 2026-11-25 15:30", "每3天上午十点": "2026-11-24 10:00, 2026-11-27 10:00, 2026-11-30 10:00", "隔天早上九点": "2026-11-24 09:00, 2026-11-26 09:00, 2026-11-28 09:00", "每隔一天下午两点": "2026-11-23 14:00, 2026-11-25 14:00, 2026-11-27 14:00", "每十天": "2026-11-23, 2026-12-03, 2026-12-13",
	"每周": "2026-11-23, 2026-11-30, 2026-12-07", "每周一三五": "2026-11-23, 2026-11-25, 2026-11-27", "每周一、三、五上午九点": "2026-11-25 09:00, 2026-11-27 09:00, 2026-11-30 09:00", "每周一和周四下午四点": "2026-11-23 16:00, 2026-11-26 16:00, 2026-11-30 16:00", "每星期二": "2026-11-24, 2026-12-01, 2026-12-08", "每个星期天早上十点": "2026-11-29 10:00, 2026-12-06 10:00, 2026-12-13 10:00", "每周一到周五早上9点": "2026-11-24 09:00, 2026-11-25 09:00, 2026-11-26 09:00", "周一至周五早上9点": "2026-11-24 09:00, 2026-11-25 09:00, 2026-11-26 09:00", "每周末上午十点": "2026-11-28 10:00, 2026-11-29 10:00, 2026-12-05 10:00", "每逢周五下班前": "2026-11-27 17:30, 2026-12-04 17:30, 2026-12-11 17:30", "每周五晚": "2026-11-27 20:00, 2026-12-04 20:00, 2026-12-11 20:00", "每礼拜六": "2026-11-28, 2026-12-05, 2026-12-12", "每周1,3,5": "2026-11-23, 2026-11-25, 2026-11-27", "每周的周三下午三点": "2026-11-25 15:00, 2026-12-02 15:00, 2026-12-09 15:00",
	"每两周周五下午三点": "2026-11-27 15:00, 2026-12-11 15:00, 2026-12-25 15:00", "隔周周三": "2026-11-25, 2026-12-09, 2026-12-23", "每隔一周的周一九点": "2026-11-30 09:00, 2026-12-14 09:00, 2026-12-28 09:00", "每三周周二上午十点": "2026-11-24 10:00, 2026-12-15 10:00, 2027-01-05 10:00", "每4周": "2026-11-23, 2026-12-21, 2027-01-18",
	"每个工作日早上九点半": "2026-11-24 09:30, 2026-11-25 09:30, 2026-11-26 09:30", "工作日": "2026-11-23, 2026-11-24, 2026-11-25", "每工作日下班前": "2026-11-23 17:30, 2026-11-24 17:30, 2026-11-25 17:30",
	"每月": "2026-12-01, 2027-01-01, 2027-02-01", "每月5号": "2026-12-05, 2027-01-05, 2027-02-05", "每个月15日下午两点": "2026-12-15 14:00, 2027-01-15 14:00, 2027-02-15 14:00", "每月31号": "2026-11-30, 2026-12-31, 2027-01-31", "每月30号上午九点": "2026-11-30 09:00, 2026-12-30 09:00, 2027-01-30 09:00", "每月最后一天": "2026-11-30, 2026-12-31, 2027-01-31", "每月月底下午五点": "2026-11-30 17:00, 2026-12-31 17:00, 2027-01-31 17:00", "每月底": "2026-11-30, 2026-12-31, 2027-01-31", "每月末": "2026-11-30, 2026-12-31, 2027-01-31", "每月初": "2026-12-01, 2027-01-01, 2027-02-01", "每月1号零点": "2026-12-01 00:00, 2027-01-01 00:00, 2027-02-01 00:00", "每月二十号10:30": "2026-12-20 10:30, 2027-01-20 10:30, 2027-02-20 10:30", "每月的1号": "2026-12-01, 2027-01-01, 2027-02-01", "每月15": "2026-12-15, 2027-01-15, 2027-02-15", "每月23号": "2026-11-23, 2026-12-23, 2027-01-23", "每月23号上午九点": "2026-12-23 09:00, 2027-01-23 09:00, 2027-02-23 09:00",
	"每两个月5号": "2026-12-05, 2027-02-05, 2027-04-05", "每三个月1号上午九点": "2026-12-01 09:00, 2027-03-01 09:00, 2027-06-01 09:00", "隔月10号": "2026-12-10, 2027-02-10, 2027-04-10",
	"每季度第一天": "2027-01-01, 2027-04-01, 2027-07-01", "每季度最后一天": "2026-12-31, 2027-03-31, 2027-06-30", "每季度末下午三点": "2026-12-31 15:00, 2027-03-31 15:00, 2027-06-30 15:00", "每季度初": "2027-01-01, 2027-04-01, 2027-07-01", "每季度最后一个月5号": "2026-12-05, 2027-03-05, 2027-06-05", "每个季度第一个月10号上午十点": "2027-01-10 10:00, 2027-04-10 10:00, 2027-07-10 10:00", "每季度第二个月15日": "2027-02-15, 2027-05-15, 2027-08-15", "每季": "2027-01-01, 2027-04-01, 2027-07-01", "每季度上午九点": "2027-01-01 09:00, 2027-04-01 09:00, 2027-07-01 09:00", "每季度首月5号": "2027-01-05, 2027-04-05, 2027-07-05",
	"每半年": "2027-01-01, 2027-07-01, 2028-01-01", "每半年上午九点": "2027-01-01 09:00, 2027-07-01 09:00, 2028-01-01 09:00", "每年": "2027-01-01, 2028-01-01, 2029-01-01", "每年3月1日": "2027-03-01, 2028-03-01, 2029-03-01", "每年三月一号上午九点": "2027-03-01 09:00, 2028-03-01 09:00, 2029-03-01 09:00", "每年2月29日": "2027-02-28, 2028-02-29, 2029-02-28", "每年的12月31日下午三点": "2026-12-31 15:00, 2027-12-31 15:00, 2028-12-31 15:00", "每年元旦": "2027-01-01, 2028-01-01, 2029-01-01", "每年国庆节": "2027-10-01, 2028-10-01, 2029-10-01", "每年年底": "2026-12-31, 2027-12-31, 2028-12-31", "每年年初": "2027-01-01, 2028-01-01, 2029-01-01", "每年6月底": "2027-06-30, 2028-06-30, 2029-06-30", "每年2月底": "2027-02-28, 2028-02-29, 2029-02-28", "每年11月23日上午九点": "2027-11-23 09:00, 2028-11-23 09:00, 2029-11-23 09:00",
	"从下周一开始每天早上9点": "2026-11-30 09:00, 2026-12-01 09:00, 2026-12-02 09:00", "12月1日起每周一上午九点": "2026-12-07 09:00, 2026-12-14 09:00, 2026-12-21 09:00", "每天早上8点，从12月1日开始": "2026-12-01 08:00, 2026-12-02 08:00, 2026-12-03 08:00", "从明年1月1日起每月5号": "2027-01-05, 2027-02-05, 2027-03-05", "明天开始每三天下午三点": "2026-11-24 15:00, 2026-11-27 15:00, 2026-11-30 15:00", "从12月1日起工作日九点": "2026-12-01 09:00, 2026-12-02 09:00, 2026-12-03 09:00", "明天下午三点开始每周": "2026-11-24 15:00, 2026-12-01 15:00, 2026-12-08 15:00",
	"every Friday 3pm": "2026-11-27 15:00, 2026-12-04 15:00, 2026-12-11 15:00", "every day at 8am": "2026-11-24 08:00, 2026-11-25 08:00, 2026-11-26 08:00", "every Monday and Thursday": "2026-11-23, 2026-11-26, 2026-11-30", "daily": "2026-11-23, 2026-11-24, 2026-11-25", "weekly": "2026-11-23, 2026-11-30, 2026-12-07", "every 2 weeks on Tuesday": "2026-11-24, 2026-12-08, 2026-12-22", "monthly on the 5th at 9am": "2026-12-05 09:00, 2027-01-05 09:00, 2027-02-05 09:00", "every weekday 9:30am": "2026-11-24 09:30, 2026-11-25 09:30, 2026-11-26 09:30", "quarterly": "2027-01-01, 2027-04-01, 2027-07-01", "every year": "2027-01-01, 2028-01-01, 2029-01-01", "every 3 days": "2026-11-23, 2026-11-26, 2026-11-29", "last day of every month": "2026-11-30, 2026-12-31, 2027-01-31", "every workday": "2026-11-23, 2026-11-24, 2026-11-25", "every day from Dec 1": "2026-12-01, 2026-12-02, 2026-12-03", "3pm every Friday": "2026-11-27 15:00, 2026-12-04 15:00, 2026-12-11 15:00", "every other week": "2026-11-23, 2026-12-07, 2026-12-21",
	"每晚八点": "2026-11-23 20:00, 2026-11-24 20:00, 2026-11-25 20:00", "每周一次": "2026-11-23, 2026-11-30, 2026-12-07", "三个月一次": "2027-01-01, 2027-04-01, 2027-07-01", "每天晚上12点": "2026-11-24 00:00, 2026-11-25 00:00, 2026-11-26 00:00", "双周周五": "2026-11-27, 2026-12-11, 2026-12-25", "下个月开始每月5号": "2026-12-05, 2027-01-05, 2027-02-05", "每月5号提醒我抄表": "2026-12-05, 2027-01-05, 2027-02-05", "每周日到周二上午十一点": "2026-11-23 11:00, 2026-11-24 11:00, 2026-11-29 11:00", "on the 5th of every month": "2026-12-05, 2027-01-05, 2027-02-05", "every 2 months": "2026-12-01, 2027-02-01, 2027-04-01", "biweekly": "2026-11-23, 2026-12-07, 2026-12-21",
	"每周二十点": "2026-11-24 10:00, 2026-12-01 10:00, 2026-12-08 10:00", "每周一两点": "2026-11-23 14:00, 2026-11-30 14:00, 2026-12-07 14:00", "每周一三五九点": "2026-11-25 09:00, 2026-11-27 09:00, 2026-11-30 09:00", "每两周周五十点": "2026-11-27 10:00, 2026-12-11 10:00, 2026-12-25 10:00", "每月二十号十点": "2026-12-20 10:00, 2027-01-20 10:00, 2027-02-20 10:00", "每周三3点": "2026-11-25 15:00, 2026-12-02 15:00, 2026-12-09 15:00",
	"明天下午三点": "2026-11-24 15:00", "下周五": "2026-12-04", "三个工作日后": "2026-11-26", "in 2 hours": "2026-11-23 12:00",

	"每小时": "!repeat_often", "每10分钟": "!repeat_often", "每天三次": "!repeat_often", "every 2 hours": "!repeat_often", "每隔三天": "!repeat_gap", "每隔两周周五": "!repeat_gap", "每隔两个月": "!repeat_gap", "每5000天": "!repeat_range", "每100个月": "!repeat_range", "每季度5号": "!repeat_month", "每月32号": "!date_impossible", "每年2月30日": "!date_impossible", "每年13月1日": "!date_impossible", "每年4月31日": "!date_impossible", "每年春节": "!date_lunar", "每年农历八月十五": "!date_lunar", "每0天": "!repeat", "每周八": "!repeat", "每": "!repeat", "每次": "!repeat", "每天25点": "!when_time", "每天7点": "!when_half", "每周五下午三点半到四点": "!repeat", "每月1号和15号": "!repeat", "每个人": "!repeat", "从昨天开始每天九点": "!when_past", "从下周开始每天九点": "2026-11-30 09:00, 2026-12-01 09:00, 2026-12-02 09:00", "从有空开始每天九点": "!when_vague", "不重复": "!when", "每周五晚上12点": "!when_half", "每两三天": "!when_vague", "每周三点": "!repeat", "每月一两号": "!when_vague", "每天凌晨": "!when_vague", "每年13月底": "!date_impossible",
	"你好": "!when", "昨天": "!when_past", "": "!when",
}

func TestParseRepeat(t *testing.T) {
	for text, want := range map[string]when.Repeat{
		"不重复": {}, "只提醒一次": {}, "不用": {}, "无": {}, "一次": {}, "once": {}, "每周五": {Unit: when.Week, Every: 1, On: when.WeekdaysOf(time.Friday)}, "每周": {Unit: when.Week, Every: 1}, "每季度": {Unit: when.Month, Every: 3}, "每月": {Unit: when.Month, Every: 1}, "每年": {Unit: when.Month, Every: 12},
		"每月5号上午九点": {Unit: when.Month, Every: 1, Day: 5, Minute: 9 * 60, HasTime: true}, "每季度最后一个月5号": {Unit: when.Month, Every: 3, Month: 3, Day: 5}, "工作日": {Unit: when.Workday, Every: 1}, "每两周": {Unit: when.Week, Every: 2},
	} {
		if got, err := when.ParseRepeat(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "明天", "下周五下午三点", strings.Repeat("每", 61)} {
		if got, err := when.ParseRepeat(text); shown(when.When{}, err) != "!repeat" {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
}

// What a rule leaves open is taken from the first occurrence.
func TestBegin(t *testing.T) {
	for _, c := range []struct{ rule, start, want string }{
		{"每周", "2026-11-26 15:00", "2026-11-26 15:00, 2026-12-03 15:00, 2026-12-10 15:00"}, {"每两周", "2026-11-27 15:00", "2026-11-27 15:00, 2026-12-11 15:00, 2026-12-25 15:00"}, {"每月", "2026-12-31 09:00", "2026-12-31 09:00, 2027-01-31 09:00, 2027-02-28 09:00"}, {"每季度", "2026-11-30 09:00", "2026-11-30 09:00, 2027-02-28 09:00, 2027-05-30 09:00"}, {"每半年", "2026-12-05 09:00", "2026-12-05 09:00, 2027-06-05 09:00, 2027-12-05 09:00"}, {"每年", "2028-02-29 09:00", "2028-02-29 09:00, 2029-02-28 09:00, 2030-02-28 09:00"},
		{"每周五", "2026-11-24 15:00", "2026-11-27 15:00, 2026-12-04 15:00, 2026-12-11 15:00"}, {"每月5号", "2026-12-06 15:00", "2027-01-05 15:00, 2027-02-05 15:00, 2027-03-05 15:00"}, {"工作日", "2026-11-28 09:00", "2026-11-30 09:00, 2026-12-01 09:00, 2026-12-02 09:00"}, {"每3天", "2026-11-28 09:00", "2026-11-28 09:00, 2026-12-01 09:00, 2026-12-04 09:00"}, {"每季度最后一天", "2027-02-01 09:00", "2027-03-31 09:00, 2027-06-30 09:00, 2027-09-30 09:00"}, {"每天早上九点", "2026-11-24 15:00", "2026-11-24 15:00, 2026-11-25 15:00, 2026-11-26 15:00"}, {"每年2月29日", "2026-11-24 15:00", "2027-02-28 15:00, 2028-02-29 15:00, 2029-02-28 15:00"},
		{"不重复", "2026-11-24 15:00", "2026-11-24 15:00, -, -"},
	} {
		r, err := when.ParseRepeat(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		start := at(calendar.Shanghai, c.start)
		r = r.Begin(when.When{At: start, HasTime: true}, holidays)
		next, all := start.Add(-time.Second), []string(nil)
		for range 3 {
			if next = r.Next(next, calendar.Shanghai, holidays); next.IsZero() {
				all = append(all, "-")
				next = start
				continue
			}
			all = append(all, next.Format(minute))
		}
		if got := strings.Join(all, ", "); got != c.want {
			t.Errorf("%s from %s: %s, want %s", c.rule, c.start, got, c.want)
		}
	}
}

// Working days follow the published table, adjusted Saturdays and all.
func TestNext_WorkingDays(t *testing.T) {
	r := when.Repeat{Unit: when.Workday, Every: 1, From: date("2026-09-01"), Minute: 9 * 60, HasTime: true}
	next := at(calendar.Shanghai, "2026-09-30 09:00")
	for _, want := range []string{"2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"} {
		if next = r.Next(next, calendar.Shanghai, holidays); next.Format(time.DateOnly) != want {
			t.Errorf("next is %v, want %s", next, want)
		}
	}
}

// The hour by the clock stays when the clock changes.
func TestNext_SummerTime(t *testing.T) {
	for _, c := range []struct{ zone, after, minute, want string }{
		{"Europe/Berlin", "2027-03-27 09:00", "09:00", "2027-03-28T09:00:00+02:00"}, {"Europe/Berlin", "2027-03-26 09:00", "09:00", "2027-03-27T09:00:00+01:00"}, {"Europe/Berlin", "2026-10-24 09:00", "09:00", "2026-10-25T09:00:00+01:00"},
		{"Europe/Berlin", "2027-03-27 02:30", "02:30", "2027-03-28T03:30:00+02:00"}, {"Europe/Berlin", "2027-03-28 04:00", "02:30", "2027-03-29T02:30:00+02:00"}, {"Europe/Berlin", "2026-10-24 02:30", "02:30", "2026-10-25T02:30:00+02:00"},
		{"America/New_York", "2027-03-13 02:30", "02:30", "2027-03-14T03:30:00-04:00"}, {"America/New_York", "2026-10-31 01:30", "01:30", "2026-11-01T01:30:00-04:00"}, {"America/New_York", "2026-11-01 12:00", "01:30", "2026-11-02T01:30:00-05:00"}, {"America/New_York", "2026-10-31 15:00", "15:00", "2026-11-01T15:00:00-05:00"},
	} {
		zone := load(c.zone)
		clock := at(time.UTC, "2026-01-01 "+c.minute)
		r := when.Repeat{Unit: when.Day, Every: 1, From: date("2026-01-01"), Minute: clock.Hour()*60 + clock.Minute(), HasTime: true}
		if got := r.Next(at(zone, c.after), zone, holidays).Format(time.RFC3339); got != c.want {
			t.Errorf("%s: after %s comes %s, want %s", c.zone, c.after, got, c.want)
		}
	}
	// The second half past two of that night is after the occurrence, not before another.
	zone := load("Europe/Berlin")
	r := when.Repeat{Unit: when.Day, Every: 1, From: date("2026-01-01"), Minute: 150, HasTime: true}
	if got := r.Next(at(zone, "2026-10-25 02:30").Add(time.Hour), zone, holidays); got.Format(minute) != "2026-10-26 02:30" {
		t.Errorf("after the second half past two comes %v", got)
	}
}

func TestNext_ServesNoSeriesWithoutABeginning(t *testing.T) {
	if got := (when.Repeat{Unit: when.Day, Every: 1}).Next(now, calendar.Shanghai, holidays); !got.IsZero() {
		t.Errorf("next is %v", got)
	}
}

func drawTime(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(now.Unix()-2e8, now.Unix()+2e8).Draw(t, "seconds"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanoseconds"))
}

func drawRepeat(t *rapid.T, zone *time.Location) when.Repeat {
	r := when.Repeat{Unit: rapid.SampledFrom([]when.Unit{when.Day, when.Week, when.Workday, when.Month}).Draw(t, "unit"), Every: 1}
	if r.Unit != when.Workday {
		r.Every = rapid.SampledFrom([]int{1, 2, 3, 5, 6, 12, 24}).Draw(t, "every")
	}
	if r.Unit == when.Week {
		r.On = when.Weekdays(rapid.IntRange(0, 127).Draw(t, "on"))
	}
	if r.Unit == when.Month {
		r.Day = rapid.IntRange(0, 31).Draw(t, "day")
		if 12%r.Every == 0 {
			r.Month = rapid.IntRange(0, 12).Draw(t, "month")
		}
	}
	start := when.When{At: drawTime(t).In(zone), HasTime: true}
	begun := r.Begin(start, holidays)
	if begun.From.Before(start.Date()) || begun.Begin(when.OnDay(begun.From, zone), holidays) != begun {
		t.Fatalf("%+v begins on %v as %+v", r, start, begun)
	}
	return begun
}

// falls says by the calendar, day for day, whether a series falls due.
func falls(r when.Repeat, d calendar.Date) bool {
	if d.Before(r.From) {
		return false
	}
	week := func(d calendar.Date) int { return (date("2001-01-01").DaysUntil(d)) / 7 } // a Monday
	months := func(d calendar.Date) int { return 12*d.Year + int(d.Month) }
	switch r.Unit {
	case when.Day:
		return r.From.DaysUntil(d)%r.Every == 0
	case when.Workday:
		return holidays.IsWorkday(d)
	case when.Week:
		return r.On.Has(d.Weekday()) && (week(d)-week(r.From))%r.Every == 0
	}
	lastDay := d.AddDays(1).Day == 1
	return (d.Day == r.Day || lastDay && d.Day < r.Day) && (months(d)-months(r.From))%r.Every == 0
}

// Next is what a search day by day finds, however the one before was sent.
func TestNext_Property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := load(rapid.SampledFrom(zoneNames).Draw(t, "zone"))
		r := drawRepeat(t, zone)
		after := drawTime(t)
		got := r.Next(after, zone, holidays)
		d := dateOf(after.In(zone)).AddDays(-1)
		if d.Before(r.From) {
			d = r.From
		}
		for !falls(r, d) || !when.On(d, r.Minute, zone).At.After(after) {
			d = d.AddDays(1)
		}
		if want := when.On(d, r.Minute, zone).At; !got.Equal(want) {
			t.Fatalf("%+v: after %v comes %v, want %v", r, after, got, want)
		}
		if !got.After(after) {
			t.Fatalf("%v is not after %v", got, after)
		}
		if again := r.Next(got.Add(-1), zone, holidays); !again.Equal(got) {
			t.Fatalf("a moment before %v comes %v", got, again)
		}
		between := after.Add(time.Duration(rapid.Int64Range(0, int64(got.Sub(after))-1).Draw(t, "snooze")))
		if again := r.Next(between, zone, holidays); !again.Equal(got) {
			t.Fatalf("%+v: after %v comes %v, but after %v %v", r, after, got, between, again)
		}
	})
}

func TestRepeat_JSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRepeat(t, calendar.Shanghai)
		raw, err := json.Marshal(r)
		var back when.Repeat
		if err != nil || json.Unmarshal(raw, &back) != nil || back != r {
			t.Fatalf("%s reads back as %+v, want %+v", raw, back, r)
		}
	})
	raw, _ := json.Marshal([]when.Repeat{{}, {Unit: when.Week, Every: 1, On: when.WeekdaysOf(time.Sunday, time.Monday, time.Wednesday), From: date("2026-11-23"), Minute: 540, HasTime: true}})
	if want := `[{},{"unit":"week","every":1,"on":"137","from":"2026-11-23","minute":540,"has_time":true}]`; string(raw) != want {
		t.Errorf("%s, want %s", raw, want)
	}
	var w when.Weekdays
	for _, bad := range []string{"0", "8", "mon"} {
		if w.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	one := when.When{At: now, HasTime: true}
	var back when.When
	if raw, err := json.Marshal(one); err != nil || json.Unmarshal(raw, &back) != nil || !back.At.Equal(one.At) || back.Date() != one.Date() || back.Minute() != 600 || !back.HasTime {
		t.Errorf("%s reads back as %v", raw, back)
	}
}
