package calendar_test

import (
	"errors"
	"strings"
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// The notice of 2026 in the words in which such notices are published.
const notice2026 = `国务院办公厅关于2026年部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。`

// What is read from the published words is the table that is built in.
func TestParseNotice_2026(t *testing.T) {
	a, err := calendar.ParseNotice(notice2026)
	if err != nil {
		t.Fatal(err)
	}
	read, built := calendar.NewHolidays(), calendar.NewHolidays()
	if err := read.Put(a); err != nil {
		t.Fatal(err)
	}
	for day := d("2026-01-01"); day.Year == 2026; day = day.AddDays(1) {
		if read.IsWorkday(day) != built.IsWorkday(day) {
			t.Errorf("%v: working day %v", day, read.IsWorkday(day))
		}
	}
	if len(a.Rest) != 33 || len(a.Work) != 6 {
		t.Errorf("%d days of rest, %d worked", len(a.Rest), len(a.Work))
	}
}

func TestParseNotice_OneDayAndAcrossMonths(t *testing.T) {
	a, err := calendar.ParseNotice("2025年\n元旦：1月1日（周三）放假1天，不调休。\n春节：1月28日（周二）至2月4日（周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。")
	if got := strings.Join(a.Rest, " "); err != nil || got != "01-01 01-28 01-29 01-30 01-31 02-01 02-02 02-03 02-04" || strings.Join(a.Work, " ") != "01-26 02-08" {
		t.Errorf("%q %v %v", got, a.Work, err)
	}
}

func TestParseNotice_Refuses(t *testing.T) {
	for text, want := range map[string]string{
		"":          "holidays_year",
		"2027年放假安排": "holidays_none",
		strings.ReplaceAll(notice2026, "2026年", "2027年"):             "holidays_weekday",
		strings.Replace(notice2026, "共9天", "共8天", 1):                 "holidays_count",
		strings.Replace(notice2026, "2月28日（周六）", "2月30日", 1):         "holidays_day",
		strings.Replace(notice2026, "至23日（农历正月初七、周一）", "至3日（周二）", 1): "holidays_day",
		strings.Replace(notice2026, "2月28日（周六）上班", "3月2日（周一）上班", 1):  "holidays_none",
	} {
		_, err := calendar.ParseNotice(text)
		if bad := (*invalid.Error)(nil); !errors.As(err, &bad) || bad.Reason != want {
			t.Errorf("%.20q…: %v, want %s", text, err, want)
		}
	}
}
