package bot

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// A calendar is shown for the open question (openQuestion), or for a reminder
// that is put off (putOffTo and the reminder). Its buttons name what it is for,
// and behind the last dot a month or a day.
const (
	openQuestion = "form"
	putOffTo     = "later"
)

const monthForm = "2006-01"

// pickDay shows a month's days in place of the message with the button.
func (c *conversation) pickDay(arg string) error {
	what, text := cutLast(arg)
	month, err := time.Parse(monthForm, text)
	if err != nil {
		today := tenancy.Today(c.Now())
		what, month = arg, time.Date(today.Year, today.Month, 1, 0, 0, 0, 0, time.UTC)
	}
	c.put(message{html: c.to.HTML(form.T("calendar.title", "Year", month.Year(), "Month", int(month.Month()))), inline: c.month(what, month)})
	return nil
}

func cutLast(arg string) (before, last string) {
	i := strings.LastIndexByte(arg, '.')
	return arg[:max(i, 0)], arg[i+1:]
}

// month lays out a month's days as weeks that begin on Monday, between the ways
// to other months.
func (c *conversation) month(what string, month time.Time) [][]models.InlineKeyboardButton {
	key := func(label, data string) models.InlineKeyboardButton {
		return models.InlineKeyboardButton{Text: label, CallbackData: data}
	}
	day := month.AddDate(0, 0, -(int(month.Weekday())+6)%7)
	var rows [][]models.InlineKeyboardButton
	for day.Before(month.AddDate(0, 1, 0)) {
		var week []models.InlineKeyboardButton
		for range 7 {
			if day.Month() == month.Month() {
				week = append(week, key(strconv.Itoa(day.Day()), actionData(doPicked, what+"."+day.Format(time.DateOnly))))
			} else {
				week = append(week, key(" ", actionData(doPick, what+"."+day.Format(monthForm))))
			}
			day = day.AddDate(0, 0, 1)
		}
		rows = append(rows, week)
	}
	around := []models.InlineKeyboardButton{
		key("◀", actionData(doPick, what+"."+month.AddDate(0, -1, 0).Format(monthForm))),
		key("▶", actionData(doPick, what+"."+month.AddDate(0, 1, 0).Format(monthForm))),
	}
	if what == openQuestion {
		around = append(around, key(c.to.Plain(form.T("button.back_to_question")), actionData(doCommand, "resume")))
	}
	return append(rows, around)
}

// pickedDay takes a day for what the calendar was shown for.
func (c *conversation) pickedDay(arg string) (changed bool, err error) {
	what, text := cutLast(arg)
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return false, c.say(form.T("toast.unknown"))
	}
	if what != openQuestion {
		_, item, _ := strings.Cut(what, ".")
		return false, c.snooze(text + "." + item)
	}
	if c.st.Session == nil {
		return false, c.say(form.T("remind.gone"))
	}
	return c.step(form.Event{Act: form.Answer, Text: calendar.DateOf(at).String()})
}
