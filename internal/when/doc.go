// Package when reads times and repetitions as people say them in Chinese, and in
// simple English, and computes when a reminder falls due. It holds no text that
// people read, keeps nothing and asks no clock: now, zone and working days are
// given.
//
//	w, err := when.Parse("明天下午三点", now, zone, holidays)         // one time
//	w, r, err := when.ParseBoth("每月5号上午九点", now, zone, holidays) // or a series
//	next := r.Next(now, zone, holidays)                             // due after now
//
// # How times are understood
//
// A day without a year or month is the first such day from today on: 5号 on the
// 23rd is in the next month. Weeks begin on Monday: 下周五 is the Friday of the
// next week, a bare 周五 the next Friday, today included while its hour is to
// come. A time without a day is the next such time. What is past in plain words
// (昨天, 今天上午九点 at ten) is refused, and so is what lies more than three
// years ahead.
//
// An hour without a part of the day is 13 to 17 for one to five and the morning
// for nine to twelve; six to eight can be either, so it is refused unless only
// one of the two is still to come today. 15:30 and 08:30 are read by the
// 24-hour clock; 3:30 alone can be either. A part of the day without an hour has
// one: 早上 9:00, 上午 10:00, 中午 12:00, 下午 15:00, 下班前 17:30, 傍晚 18:00,
// 晚上 20:00. 晚上12点 is the midnight that ends the day.
//
// Festivals of the moon are known for the years of domain.md §3. Days counted
// from a festival in working days need the year's published arrangement.
//
// # Series
//
// A Repeat is a rule with the day it first fell due and its time by the clock.
// Next depends on these alone, never on the occurrence before: a late, snoozed
// or repeated firing does not move the series, and summer time does not change
// the hour. A day that a month lacks is its last.
//
// # Errors
//
// Every refusal is an *invalid.Error: when (nothing understood), when_past,
// when_far, when_time (no such time of day), when_half (morning or evening?),
// when_vague (下周, 待会儿), when_holidays (arrangement not known; Year), and
// for series repeat, repeat_often (more than once a day), repeat_range (too
// rarely), repeat_gap (每隔三天: three or four?), repeat_month (which month?). The
// reasons date_impossible, date_weekday and date_lunar come from package
// chinese.
package when
