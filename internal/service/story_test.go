package service_test

import (
	"context"
	"strings"
	"testing"

	"zuji/internal/redistest"
	"zuji/internal/service"
	"zuji/internal/tenancy"
)

// The main job from beginning to end: two tenants, a typo, an answer edited on
// the summary, one field returned and corrected, accepted, the receipt.
func tellStory(w *world) {
	w.t.Helper()
	wang, li, zhao := w.as(landlord), w.as(manager), w.as(second)
	wang.start("")
	wang.presses("登记出租")
	wang.presses("✅ 同意")
	wang.asked("哪一栋")
	wang.says("3-1-502")
	wang.presses("房东本人")
	wang.asked("房东叫什么名字")
	wang.says("王建国")
	wang.asked("房东的手机号")
	wang.shares()
	wang.asked("租客叫什么名字")
	wang.says("李雷")
	wang.asked("李雷的证件号码")
	wang.says("119999199001010013")
	wang.asked("最后一位校验不对")
	wang.says("119999199001010012")
	wang.asked("李雷的手机号")
	wang.says("139 0013 9000")
	wang.presses("再加一位租客")
	wang.asked("第 2 位租客")
	wang.says("韩梅梅")
	wang.asked("韩梅梅的证件号码")
	wang.says("21999919900101018x")
	wang.asked("韩梅梅的手机号")
	wang.says("13900139001")
	wang.presses("没有了")
	wang.asked("从哪天开始租")
	wang.says("下个月1号")
	wang.presses("12 个月")
	wang.sees("请核对")
	wang.presses("✏️ 第2位租客姓名")
	wang.asked("第 2 位租客叫什么名字")
	wang.says("韩美美")
	wang.sees("韩美美")
	wang.presses("✅ 属实，提交")
	wang.sees("已提交给物业")

	for _, staff := range []*person{li, zhao} {
		m := staff.sees("待受理")
		if !strings.Contains(m.Text, "119999********0012") || strings.Contains(m.Text, "119999199001010012") {
			w.t.Errorf("the card does not mask the document: %s", m.Text)
		}
	}
	li.presses("↩️ 退回")
	li.sees("哪几项要更正")
	li.presses("租客证件：居民身份证 119999********0012")
	li.offered("☑️ 租客证件：居民身份证 119999********0012")
	li.presses("选好了")
	li.presses("和证件不一致")
	li.sees("退回给房东更正")
	li.presses("↩️ 退回")
	li.sees("已退回")

	wang.sees("物业请您更正")
	wang.presses("现在更正")
	wang.asked("李雷的证件号码")
	wang.says("219999198802290025")
	wang.presses("✅ 属实，提交")
	again := li.sees("219999********0025")
	if !strings.Contains(again.Text, "待受理") {
		w.t.Errorf("the corrected one is not shown for review: %s", again.Text)
	}
	zhao.sees("219999********0025")
	li.presses("✅ 受理")
	li.sees("已受理，回执已发给房东")
	receipt := wang.sees("登记回执")
	for _, want := range []string{"ZJ-", "办理租赁备案", "3栋1单元502室", "租期到"} {
		if !strings.Contains(receipt.Text, want) {
			w.t.Errorf("the receipt lacks %q: %s", want, receipt.Text)
		}
	}
	zhao.presses("✅ 受理")
	zhao.sees("已经由李经理受理了")
	w.holds()
}

// holds checks what must be true after the story.
func (w *world) holds() {
	w.t.Helper()
	ctx := context.Background()
	all, err := w.zuji.Registry.Mine(ctx, landlord, 10)
	if err != nil || len(all) != 1 {
		w.t.Fatalf("%d registrations, %v; want one", len(all), err)
	}
	t := all[0]
	if t.State != tenancy.Accepted || t.Round != 1 || len(t.People) != 2 || t.People[1].Name != "韩美美" || t.People[0].Document.Number != "219999198802290025" {
		w.t.Errorf("stored %+v", t)
	}
	for _, m := range w.as(landlord).app.Messages(0) {
		for _, number := range []string{"119999199001010012", "219999198802290025", "21999919900101018"} {
			if strings.Contains(m.Text, number) && m.From.ID == landlord {
				w.t.Errorf("a message with a document number was not deleted: %q", m.Text)
			}
		}
	}
	for _, secret := range []string{"119999199001010012", "219999198802290025", "13900139000", "13800138000", "test-only-not-a-token", "韩美美"} {
		if strings.Contains(w.logs.String(), secret) {
			w.t.Errorf("the log holds %q", secret)
		}
	}
}

func TestStory(t *testing.T) {
	t.Run("polling", func(t *testing.T) { tellStory(newWorld(t, nil)) })
	t.Run("webhook", func(t *testing.T) { tellStory(newWorld(t, webhook(t))) })
	t.Run("polling with redis", func(t *testing.T) {
		redis := redistest.Start(t)
		tellStory(newWorld(t, func(c *service.Config) { c.RedisURL = redis.URL() }))
	})
	t.Run("webhook with redis", func(t *testing.T) {
		redis := redistest.Start(t)
		tellStory(newWorld(t, func(c *service.Config) {
			webhook(t)(c)
			c.RedisURL = redis.URL()
		}))
	})
}
