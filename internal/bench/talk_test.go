package bench_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zuji/internal/standin"
)

// A step is one thing that a landlord says, or presses if it is in brackets, and
// a part of what they are then told.
type step struct{ say, sees string }

// registration is a landlord's first conversation, from the start link to the
// receipt. What is in braces is each landlord's own.
var registration = []step{
	{"/start", "租记"},
	{"/register", "同意这样处理吗"},
	{"[✅ 同意]", "哪一栋"},
	{"{unit}", "您是？"},
	{"[房东本人]", "房东叫什么名字"},
	{"王建国", "房东的手机号"},
	{"13800138000", "租客叫什么名字"},
	{"李雷", "李雷的证件号码"},
	{"{document}", "李雷的手机号"},
	{"{phone}", "还有别人住吗"},
	{"[没有了]", "从哪天开始租"},
	{"明天", "租多久"},
	{"[12 个月]", "提交即声明"},
	{"[✅ 属实，提交]", "已提交给物业"},
}

// plain is what the floor bot says to everything, and what its button is called.
const plain = "好的"

// toNobody is the same talk with a bot that always says the same.
func toNobody(talk []step) (all []step) {
	for _, s := range talk {
		if strings.HasPrefix(s.say, "[") {
			s.say = "[" + plain + "]"
		}
		all = append(all, step{s.say, plain})
	}
	return all
}

// firstLandlord is the Telegram id of the first landlord; the others follow.
const firstLandlord = 10_000

// A landlord talks to the bot as fast as it answers.
type landlord struct {
	number int
	app    *standin.Client
	events <-chan standin.Event
	own    *strings.Replacer // what is in braces
	lost   int               // answers that may not have been saved
}

func newLandlord(ctx context.Context, telegram *standin.Server, number int) *landlord {
	id := int64(firstLandlord + number)
	telegram.AddUser(standin.User{ID: id, FirstName: "王建国", LanguageCode: "zh-hans"})
	app := telegram.As(id)
	own := strings.NewReplacer("{unit}", fmt.Sprintf("%d-1-%d", 1+number/800, 101+number%800),
		"{document}", document(number), "{phone}", fmt.Sprint(13_900_000_000+number))
	return &landlord{number: number, app: app, events: app.Events(ctx), own: own}
}

// document is a number of a region that does not exist; GB 11643 has the check
// digit.
func document(number int) string {
	s := fmt.Sprintf("119999199%d%02d%02d%03d", number/1_000_000%10, 1+number/28_000%12, 1+number/1000%28, number%1000)
	sum := 0
	for i, digit := range s {
		sum += int(digit-'0') << (17 - i)
	}
	return s + string("10X98765432"[sum%11])
}

// patience is how long a landlord waits for an answer before the run fails.
const patience = time.Minute

// What Zuji says when Redis did not answer in time, to words that answer no
// question, since the conversation had not begun, and in a toast to a second
// press of the last button.
const (
	notSaved = "没有存上"
	noneOpen = "我没有在等您回答"
	twice    = "已经提交过了"
)

// talks goes through a talk and returns how long each answer took: from the
// moment the message leaves the landlord's app until the answer is shown in it.
// Who is told that an answer may be lost does as told, and the time runs on.
func (l *landlord) talks(talk []step) (took []time.Duration, err error) {
	before := "租记"
	for _, s := range talk {
		began := time.Now()
		for seen := ""; seen != s.sees; {
			say := s.say
			if seen == notSaved {
				l.lost++
				say = plain
			}
			if err := l.say(say); err != nil {
				return nil, fmt.Errorf("landlord %d says %s: %w", l.number, say, err)
			}
			if seen, err = l.sees(s.sees, notSaved, noneOpen, before); err != nil {
				return nil, fmt.Errorf("landlord %d said %s: %w", l.number, say, err)
			}
		}
		took = append(took, time.Since(began))
		before = s.sees
	}
	return took, nil
}

func (l *landlord) say(say string) error {
	if label, ok := strings.CutPrefix(say, "["); ok {
		_, err := l.app.PressLabel(strings.TrimSuffix(label, "]"))
		return err
	}
	_, err := l.app.Send(l.own.Replace(say))
	return err
}

// sees waits until the bot has said one of the texts in a new message, and
// returns which; the first one if what it would say was said before.
func (l *landlord) sees(texts ...string) (string, error) {
	late := time.NewTimer(patience)
	defer late.Stop()
	last := ""
	for {
		select {
		case e, open := <-l.events:
			if !open {
				return "", errors.New("the run has ended")
			}
			if e.Kind == "toast" && strings.Contains(e.Text, twice) {
				return texts[0], nil
			}
			if e.Kind != "message" || !e.Message.From.IsBot {
				continue
			}
			last = e.Message.Text
			for _, text := range texts {
				if strings.Contains(last, text) {
					return text, nil
				}
			}
		case <-late.C:
			return "", fmt.Errorf("no answer with %q; the last was %q", texts, last)
		}
	}
}
