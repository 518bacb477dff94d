package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"zuji/internal/invalid"
)

var (
	noticeYear    = regexp.MustCompile(`(20\d\d)年`)
	noticeDay     = regexp.MustCompile(`(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?`)
	noticeTo      = regexp.MustCompile(`^\s*[至到—–-]`)
	noticeCount   = regexp.MustCompile(`(?:共|放假)(\d{1,2})天`)
	noticeWeekday = regexp.MustCompile(`(?:周|星期)([一二三四五六日天])`)
)

// ParseNotice reads the yearly notice of the State Council's General Office on
// the days of rest (国务院办公厅关于…年部分节假日安排的通知), as it is published:
// 「元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。」 What the
// notice says twice is compared: the weekdays with the dates, the numbers of
// days with the days. It returns an *invalid.Error.
func ParseNotice(text string) (Arrangement, error) {
	var a Arrangement
	year := noticeYear.FindStringSubmatch(text)
	if year == nil {
		return a, invalid.New("holidays_year")
	}
	a.Year, _ = strconv.Atoi(year[1]) // four digits
	a.Source = fmt.Sprintf("国务院办公厅关于%d年部分节假日安排的通知", a.Year)
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。；;\n", r) }) {
		rest, work := strings.Contains(sentence, "放假"), strings.Contains(sentence, "上班")
		if rest == work { // neither, or a sentence about rules
			continue
		}
		days, err := noticeDays(a.Year, sentence)
		if err != nil {
			return a, err
		}
		if n := noticeCount.FindStringSubmatch(sentence); rest && n != nil && n[1] != strconv.Itoa(len(days)) {
			return a, invalid.New("holidays_count", "Sentence", strings.TrimSpace(sentence), "Count", len(days))
		}
		for _, d := range days {
			text := fmt.Sprintf("%02d-%02d", int(d.Month), d.Day)
			if rest {
				a.Rest = append(a.Rest, text)
			} else {
				a.Work = append(a.Work, text)
			}
		}
	}
	if len(a.Rest) < len(fixed) {
		return a, invalid.New("holidays_none")
	}
	if _, err := a.days(); err != nil {
		return a, invalid.New("holidays_none")
	}
	return a, nil
}

// Rests shows the days of rest in short: 1/1–1/3, 2/15–2/23.
func (a Arrangement) Rests() string { return inShort(a.Year, a.Rest) }

// Works shows the weekend days that are worked.
func (a Arrangement) Works() string { return inShort(a.Year, a.Work) }

func inShort(year int, days []string) string {
	var parts []string
	var first, last Date
	end := func() {
		switch {
		case first == Date{}:
		case first == last:
			parts = append(parts, fmt.Sprintf("%d/%d", first.Month, first.Day))
		default:
			parts = append(parts, fmt.Sprintf("%d/%d–%d/%d", first.Month, first.Day, last.Month, last.Day))
		}
	}
	for _, text := range days {
		t, err := time.Parse(time.DateOnly, fmt.Sprintf("%04d-%s", year, text))
		if err != nil {
			continue
		}
		if d := fromUTC(t); first != (Date{}) && last.AddDays(1) == d {
			last = d
		} else {
			end()
			first, last = d, d
		}
	}
	end()
	return strings.Join(parts, ", ")
}

// noticeDays returns the days that a sentence names, ranges in full.
func noticeDays(year int, sentence string) (days []Date, err error) {
	month, toLast := 0, false
	for rest := sentence; ; {
		at := noticeDay.FindStringSubmatchIndex(rest)
		if at == nil {
			return days, nil
		}
		found := noticeDay.FindStringSubmatch(rest)
		if found[1] != "" {
			month, _ = strconv.Atoi(found[1])
		}
		day, _ := strconv.Atoi(found[2])
		d := fromUTC(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
		if month == 0 || int(d.Month) != month || d.Day != day || d.Year != year {
			return nil, invalid.New("holidays_day", "Day", strings.TrimSpace(found[0]))
		}
		if w := noticeWeekday.FindStringSubmatch(found[3]); w != nil && strings.Index("日一二三四五六", strings.Replace(w[1], "天", "日", 1))/len("日") != int(d.Weekday()) {
			return nil, invalid.New("holidays_weekday", "Day", found[0], "Year", year)
		}
		if toLast {
			last := days[len(days)-1]
			if last.DaysUntil(d) < 1 || last.DaysUntil(d) > 31 {
				return nil, invalid.New("holidays_day", "Day", strings.TrimSpace(found[0]))
			}
			for last = last.AddDays(1); last.Before(d); last = last.AddDays(1) {
				days = append(days, last)
			}
		}
		days = append(days, d)
		rest = rest[at[1]:]
		toLast = noticeTo.MatchString(rest)
	}
}
