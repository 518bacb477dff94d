package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/redis/go-redis/v9"
	bolt "go.etcd.io/bbolt"

	"zuji/internal/service"
)

// recordsFile is the bbolt file of Zuji and of the baseline in the data folder.
const recordsFile = "records.db"

// baseline is the bot that a competent user of the library writes in an
// afternoon: the session is read from Redis, the answer put into it, the session
// written back, and at the end the answers go into bbolt.
func baseline(ctx context.Context, c service.Config) error {
	o, err := redis.ParseURL(c.RedisURL)
	if err != nil {
		return err
	}
	sessions := redis.NewClient(o)
	defer sessions.Close()
	records, err := bolt.Open(filepath.Join(c.Data, recordsFile), 0o600, nil)
	if err != nil {
		return err
	}
	defer records.Close()
	b, err := tg.New(c.Token, tg.WithServerURL(c.APIURL), tg.WithDefaultHandler(func(ctx context.Context, b *tg.Bot, u *models.Update) {
		if err := asks(ctx, b, u, sessions, records); err != nil {
			fmt.Println("baseline:", err)
		}
	}))
	if err != nil {
		return err
	}
	fmt.Println(ready)
	b.Start(ctx)
	return nil
}

// A session is where a person stands and what they have answered.
type session struct {
	Step    int
	Answers []string
}

// asks takes an answer and asks the next question.
func asks(ctx context.Context, b *tg.Bot, u *models.Update, sessions *redis.Client, records *bolt.DB) error {
	chat, answer, err := heard(ctx, b, u)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("session:%d", chat)
	var s session
	raw, err := sessions.Get(ctx, key).Bytes()
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	if answer == "/start" {
		s = session{}
	}
	s.Answers = append(s.Answers, answer)
	s.Step++
	if raw, err = json.Marshal(s); err != nil {
		return err
	}
	if s.Step == len(registration) {
		err := records.Update(func(tx *bolt.Tx) error {
			all, err := tx.CreateBucketIfNotExists([]byte("registrations"))
			if err != nil {
				return err
			}
			return all.Put([]byte(key), raw)
		})
		if err != nil {
			return err
		}
	}
	if err := sessions.Set(ctx, key, raw, 30*24*time.Hour).Err(); err != nil {
		return err
	}
	next := ""
	if s.Step < len(registration) {
		next = registration[s.Step].say
	}
	return says(ctx, b, chat, registration[s.Step-1].sees, next)
}

// floor answers each message without keeping anything.
func floor(ctx context.Context, c service.Config) error {
	b, err := tg.New(c.Token, tg.WithServerURL(c.APIURL), tg.WithDefaultHandler(func(ctx context.Context, b *tg.Bot, u *models.Update) {
		chat, _, err := heard(ctx, b, u)
		if err == nil {
			err = says(ctx, b, chat, plain, "["+plain+"]")
		}
		if err != nil {
			fmt.Println("floor:", err)
		}
	}))
	if err != nil {
		return err
	}
	fmt.Println(ready)
	b.Start(ctx)
	return nil
}

// heard returns who says what, and ends a button's wait.
func heard(ctx context.Context, b *tg.Bot, u *models.Update) (chat int64, text string, err error) {
	if q := u.CallbackQuery; q != nil {
		_, err := b.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: q.ID})
		return q.From.ID, q.Data, err
	}
	return u.Message.Chat.ID, u.Message.Text, nil
}

// says sends a text, with a button if the answer to it is pressed.
func says(ctx context.Context, b *tg.Bot, chat int64, text, answer string) error {
	p := &tg.SendMessageParams{ChatID: chat, Text: text}
	if label, ok := strings.CutPrefix(answer, "["); ok {
		label = strings.TrimSuffix(label, "]")
		p.ReplyMarkup = &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: label, CallbackData: label}}}}
	}
	_, err := b.SendMessage(ctx, p)
	return err
}
