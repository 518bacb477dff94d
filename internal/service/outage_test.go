package service_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"

	"zuji/bot/intake"
	"zuji/internal/redistest"
	"zuji/internal/service"
)

// onRedis is a world whose conversations lie in a real Redis, with the landlord
// at the question for the unit.
func onRedis(t *testing.T, options ...string) (*world, *redistest.Server, *person) {
	t.Helper()
	redis := redistest.Start(t, options...)
	w := newWorld(t, func(c *service.Config) { c.RedisURL = redis.URL() })
	wang := w.as(landlord)
	wang.start("")
	wang.presses("登记出租")
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	return w, redis, wang
}

// behindProxy is a world whose conversations lie in a Redis that answers as a proxy
// lets it, with the landlord at the first question.
func behindProxy(t *testing.T) (*redistest.Server, *redistest.Proxy, *person) {
	t.Helper()
	redis := redistest.Start(t)
	proxy := redis.Proxy()
	w := newWorld(t, func(c *service.Config) { c.RedisURL = proxy.URL() })
	wang := w.as(landlord)
	wang.start("")
	wang.presses("登记出租")
	return redis, proxy, wang
}

// onlyKey is the key of the one conversation that Redis holds.
func onlyKey(t *testing.T, redis *redistest.Server) any {
	t.Helper()
	all, _ := redis.Do("KEYS", "*").([]any)
	if len(all) != 1 {
		t.Fatalf("Redis holds %d keys", len(all))
	}
	return all[0]
}

// toldWithin is how soon a person hears that Redis does not answer.
const toldWithin = time.Second

func TestRedis_StalledThePersonHearsItAndGoesOn(t *testing.T) {
	_, redis, wang := onRedis(t)
	redis.Stall()
	began := time.Now()
	wang.says("3-1-502")
	wang.asked("系统暂时记不住答案")
	if took := time.Since(began); took > toldWithin {
		t.Errorf("the person hears it after %v", took)
	}
	redis.Resume()
	deadline := time.Now().Add(patience)
	for !strings.Contains(wang.chat(), "您是？") {
		if time.Now().After(deadline) {
			t.Fatalf("the conversation does not go on:\n%s", wang.chat())
		}
		wang.says("3-1-502")
		wang.w.settled()
		time.Sleep(100 * time.Millisecond)
	}
}

func TestRedis_EmptiedTheDraftIsHonestlyReportedLost(t *testing.T) {
	_, redis, wang := onRedis(t)
	redis.FlushAll()
	wang.says("3-1-502")
	wang.asked("那份草稿可能没有保住")
	wang.presses("登记出租")
	wang.asked("同意这样处理吗")
}

// Once a later step is stored, the doubt about an earlier one is over: the answer
// after it counts at once.
func TestRedis_StalledAndEmptiedNothingIsAskedTwice(t *testing.T) {
	_, redis, wang := onRedis(t)
	redis.Stall()
	wang.says("3-1-502")
	wang.asked("系统暂时记不住答案")
	redis.Resume()
	redis.FlushAll()
	for deadline := time.Now().Add(patience); strings.Count(wang.chat(), "同意这样处理吗") < 2; {
		if time.Now().After(deadline) {
			t.Fatalf("no new form begins:\n%s", wang.chat())
		}
		wang.says("/register")
		wang.w.settled()
	}
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	wang.says("3-1-502")
	wang.asked("您是？")
	if strings.Contains(wang.chat(), "请重新回答") {
		t.Errorf("the unit is asked for twice:\n%s", wang.chat())
	}
}

// A save whose answer was missed may be under way still. Before the question is
// shown again a later revision is stored, so that it comes too late: else what
// answers this question would answer the next.
func TestRedis_ALateSaveIsRefused(t *testing.T) {
	redis, proxy, wang := behindProxy(t)
	w := wang.w
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	proxy.Poison(redistest.Unsaid) // what a script did is done, its answer never comes
	wang.says("3-1-502")
	wang.asked("可能没有存上")
	proxy.Poison(redistest.None)
	key := onlyKey(t, redis)
	before := redis.Do("HGET", key, "v")
	wang.says("好的")
	wang.asked("您是？")
	w.settled()
	if after := redis.Do("HGET", key, "v"); after == before {
		t.Errorf("the stored revision is still %v: a save under way would be taken", before)
	}
	wang.presses("房东本人")
	wang.asked("房东叫什么名字")
}

func TestRedis_EmptiedAButtonSaysSo(t *testing.T) {
	_, redis, wang := onRedis(t)
	events := wang.app.Events(t.Context())
	redis.FlushAll()
	wang.presses("💾 暂存")
	wang.toasted(events, "找不到了")
}

func TestRedis_DownManagersStillAccept(t *testing.T) {
	w, redis, _ := onRedis(t)
	w.register()
	redis.Stop()
	li := w.as(manager)
	li.presses("✅ 受理")
	li.sees("已受理，回执已发给房东")
	w.as(landlord).sees("登记回执")
}

func TestRedis_RestartedKeepsTheConversation(t *testing.T) {
	_, redis, wang := onRedis(t, "--appendfsync", "always") // else a kill may lose what is not written yet
	redis.Restart()
	deadline := time.Now().Add(patience)
	for !strings.Contains(wang.chat(), "您是？") && time.Now().Before(deadline) {
		wang.says("3-1-502")
		wang.w.settled()
		time.Sleep(100 * time.Millisecond)
	}
	wang.asked("您是？")
}

// An answer that Telegram delivers again is not taken as one to the next question.
func TestSession_ARepeatedUpdateTakesEffectOnce(t *testing.T) {
	w := newWorld(t, nil)
	wang := w.as(landlord)
	wang.start("")
	wang.presses("登记出租")
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	wang.says("3-1-502")
	wang.presses("房东本人")
	wang.asked("房东叫什么名字")
	answer := &models.Update{ID: 900_001, Message: &models.Message{ID: 77, From: &models.User{ID: landlord, FirstName: "王建国", LanguageCode: "zh-hans"},
		Chat: models.Chat{ID: landlord, Type: models.ChatTypePrivate}, Text: "王建国"}}
	for range 3 {
		if err := w.zuji.Take(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
	}
	w.settled()
	wang.asked("房东的手机号")
	if chat := wang.chat(); strings.Contains(chat, "请核对") {
		t.Errorf("it was taken twice:\n%s", chat)
	}
}

// A poisoned update is set aside after three tries, its sender gets an apology
// with the reference that the administrator finds, and others are not held up.
func TestPoison_IsSetAsideAndOthersGoOn(t *testing.T) {
	w := newWorld(t, nil)
	sorry := ""
	lanes := &intake.Lanes{
		Ledger: w.zuji.Registry, Log: w.config.Log,
		Handle: func(_ context.Context, u *models.Update) error {
			switch u.ID {
			case 1:
				panic("119999199001010012")
			case 2:
				return errors.New("broken")
			}
			return nil
		},
		Sorry: func(_ context.Context, _ *models.Update, reference string) { sorry += reference + " " },
	}
	update := func(id, chat int64) *models.Update {
		return &models.Update{ID: id, Message: &models.Message{Chat: models.Chat{ID: chat}, Text: "119999199001010012"}}
	}
	tries := 0
	for _, id := range []int64{1, 2} {
		for lanes.Take(t.Context(), update(id, id)) != nil {
			if tries++; tries > 10 {
				t.Fatalf("update %d is tried for ever", id)
			}
		}
	}
	if err := lanes.Take(t.Context(), update(3, 1)); err != nil {
		t.Errorf("the next update of the chat: %v", err)
	}
	if tries != 4 {
		t.Errorf("%d tries failed before two updates were set aside, want two each", tries)
	}
	aside, err := w.zuji.Registry.Aside(t.Context(), 10)
	if err != nil || len(aside) != 2 || !strings.Contains(sorry, aside[0].Reference) {
		t.Errorf("aside %v, %v; told %q", aside, err, sorry)
	}
	if strings.Contains(w.logs.String(), "119999199001010012") {
		t.Error("the log holds what was typed")
	}
	boss := w.as(admin)
	boss.start("")
	boss.sees("租记")
	boss.says("/failed")
	boss.sees(aside[0].Reference)
}

// A person who blocked the bot gets what waited when they come back.
func TestBlocked_NoticesWaitForThePerson(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	wang := w.as(landlord)
	wang.app.Block()
	li := w.as(manager)
	li.presses("✅ 受理")
	li.sees("已受理")
	w.settled()
	if strings.Contains(wang.chat(), "登记回执") {
		t.Fatal("a blocked person got a message")
	}
	wang.app.Unblock()
	wang.sees("登记回执")
}

// Whether the end of a conversation was stored beside the registration or not: who
// submitted hears that they did, and is not asked to submit again.
func TestRedis_WhatWasSubmittedIsSaidThoughTheSessionWasNotSaved(t *testing.T) {
	for _, name := range []string{"the save came late", "the save never came", "the save never came, and Zuji was restarted"} {
		kept, restarted := strings.Contains(name, "late"), strings.Contains(name, "restarted")
		t.Run(name, func(t *testing.T) {
			redis, proxy, wang := behindProxy(t)
			w := wang.w
			wang.atSummary("3-1-502")
			key := onlyKey(t, redis)
			before := redis.Do("DUMP", key)
			proxy.Poison(redistest.Unsaid)
			wang.presses("✅ 属实，提交")
			wang.asked("已提交给物业")
			w.settled()
			proxy.Poison(redistest.None)
			if !kept {
				redis.Do("RESTORE", key, 0, before, "REPLACE")
			}
			if restarted {
				w.stop()
				w.start()
			} else {
				wang.says("好的")
				wang.asked("我没有在等您回答")
			}
			if strings.Contains(wang.chat(), "没有存上") {
				t.Errorf("what is stored is said not to be:\n%s", wang.chat())
			}
			wang.says("/register")
			wang.asked("哪一栋")
			wang.says("3-1-503")
			wang.asked("租客叫什么名字")
			mine, err := w.zuji.Registry.Mine(t.Context(), landlord, 10)
			if err != nil || len(mine) != 1 {
				t.Errorf("%d registrations are stored (%v)", len(mine), err)
			}
		})
	}
}

// atSummary answers each question of the registration.
func (p *person) atSummary(unit string) {
	p.w.t.Helper()
	for _, a := range answers {
		if a.question == "提交即声明" {
			p.asked(a.question)
			return
		}
		if a.question == "您是？" {
			p.asked("哪一栋")
			p.says(unit)
		}
		p.asked(a.question)
		if label, ok := strings.CutPrefix(a.say, "["); ok {
			p.presses(strings.TrimSuffix(label, "]"))
		} else {
			p.says(a.say)
		}
	}
}
