package redisstore_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"

	"zuji/internal/redisstore"
	"zuji/internal/redistest"
)

// BenchmarkStep is what a step of a conversation costs, beside the other ways to
// keep a session. "get and set" loses saves when two come at once.
func BenchmarkStep(b *testing.B) {
	r := redistest.Start(b)
	data := make([]byte, 2000)
	b.Run("load and save", func(b *testing.B) {
		s := open(b, r.URL(), redisstore.Options{Timeout: patient})
		for b.Loop() {
			st, err := s.Load(b.Context(), 1)
			if err != nil {
				b.Fatal(err)
			}
			data[0]++
			if _, err := s.Save(b.Context(), 1, st.Rev, data); err != nil {
				b.Fatal(err)
			}
		}
	})
	c := redis.NewClient(&redis.Options{Addr: r.Addr})
	defer c.Close()
	for name, step := range map[string]func(context.Context, *redis.Client, []byte) error{
		"get and set": getSet, "watch and multi": watchMulti,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := step(b.Context(), c, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func getSet(ctx context.Context, c *redis.Client, data []byte) error {
	if err := c.Get(ctx, "bench").Err(); err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	return c.Set(ctx, "bench", data, redisstore.DefaultTTL).Err()
}

func watchMulti(ctx context.Context, c *redis.Client, data []byte) error {
	return c.Watch(ctx, func(tx *redis.Tx) error {
		v, err := tx.HMGet(ctx, "watched", "v", "d").Result()
		if err != nil {
			return err
		}
		text, _ := v[0].(string)
		rev, _ := strconv.Atoi(text)
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.HSet(ctx, "watched", "v", rev+1, "d", data)
			p.PExpire(ctx, "watched", redisstore.DefaultTTL)
			return nil
		})
		return err
	}, "watched")
}
