package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
	"zuji/internal/torture"
	"zuji/internal/when"
)

// What came due in three days without Zuji is one message a person, with
// everything in it once, and no further start sends it again.
func TestOutage_OneDigestAPerson(t *testing.T) {
	rig := torture.New(t)
	w, now := at(t)
	ctx := context.Background()
	things := []string{"收房租", "查燃气", "交物业费"}
	people := rig.Times(40)
	for i := range people {
		w.telegram.AddUser(standin.User{ID: remindee(i), FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		w.as(remindee(i)).start("")
	}
	w.settled()
	for i := range people {
		for n, what := range things {
			series := when.Repeat{}.Begin(when.On(tenancy.Today(now.Now()).AddDays(n+1), 9*60, calendar.Shanghai), w.zuji.Registry.Holidays)
			own := tenancy.OwnReminder{ID: fmt.Sprintf("o%d.%d", i, n), By: remindee(i), Whom: tenancy.Myself, What: what, Series: series}
			if err := w.zuji.Registry.SetOwn(ctx, own); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := map[int64]int{}
	for i := range people {
		before[remindee(i)] = len(w.as(remindee(i)).app.Messages(0))
	}
	w.stop()
	now.days(4)
	for range 3 {
		w.start()
		w.ticked()
		w.stop()
		now.add(time.Minute)
	}
	w.start()
	w.drained()
	for i := range people {
		all := w.as(remindee(i)).app.Messages(0)[before[remindee(i)]:]
		if len(all) != 1 {
			t.Errorf("person %d got %d messages", i, len(all))
			continue
		}
		for _, what := range things {
			if n := strings.Count(all[0].Text, what); n != 1 {
				t.Errorf("%s stands there %d times:\n%s", what, n, all[0].Text)
			}
		}
	}
	rig.Count("people", people)
	rig.Count("reminders", people*len(things))
	if c, err := w.zuji.Box.Counts(ctx); err != nil || c.Unconfirmed+c.Dead > 0 {
		t.Errorf("%+v %v", c, err)
	}
}
