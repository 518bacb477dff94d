package service_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/redistest"
	"zuji/internal/service"
)

// What was typed in the story, and what no log and no store may hold as it is.
var (
	typedNumbers = []string{"119999199001010012", "119999199001010013", "219999198802290025", "21999919900101018", "13900139000", "13900139001", "13800138000"}
	typedNames   = []string{"王建国", "李雷", "韩梅梅", "韩美美"}
	tokens       = []string{"test-only-not-a-token"}
)

// The whole run leaves no number of a person in its log, in the data folder, or
// in Redis, not even at the lowest level and in the midst of a conversation.
func TestSecrets_NoNumberInLogOrStores(t *testing.T) {
	redis := redistest.Start(t)
	logged := &lines{}
	w := newWorld(t, func(c *service.Config) {
		c.RedisURL = redis.URL()
		c.Log = slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	tellStory(w)
	li := w.as(manager)
	li.says("李雷")
	li.sees("李雷")
	for _, text := range []string{"119999199001010012", "13900139000", "119999199001010013", "/find 13800138000"} {
		li.says(text)
		w.settled()
	}
	half := w.as(stranger)
	half.start("")
	half.presses("登记出租")
	half.presses("✅ 同意")
	half.asked("哪一栋")
	half.says("3-1-602")
	half.presses("房东本人")
	half.asked("房东叫什么名字")
	half.says("王建国")
	half.asked("房东的手机号")
	half.shares()
	half.asked("租客叫什么名字")
	half.says("韩梅梅")
	half.asked("韩梅梅的证件号码")
	half.says("119999199001010012")
	half.asked("韩梅梅的手机号")
	w.settled()
	conversations := everythingIn(t, redis)
	if len(conversations) < 200 {
		t.Fatalf("Redis holds %d bytes: that proves nothing", len(conversations))
	}
	clean(t, "Redis", conversations, typedNumbers, typedNames, tokens)
	redis.Stall() // what fails is logged too
	half.says("13900139000")
	half.asked("系统暂时记不住答案")
	redis.Resume()
	w.stop()
	files := 0
	err := filepath.WalkDir(w.config.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files++
		clean(t, filepath.Base(path), raw, typedNumbers, tokens)
		return err
	})
	if err != nil || files < 2 {
		t.Errorf("%d files, %v", files, err)
	}
	if !strings.Contains(logged.String(), "level=") {
		t.Error("nothing was logged: that proves nothing")
	}
	clean(t, "the log", []byte(logged.String()), typedNumbers, typedNames, tokens)
}

func clean(t *testing.T, where string, raw []byte, lists ...[]string) {
	t.Helper()
	for _, list := range lists {
		for _, secret := range list {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s holds %s", where, secret)
			}
		}
	}
}

// everythingIn returns all keys and values of a Redis.
func everythingIn(t *testing.T, redis *redistest.Server) []byte {
	t.Helper()
	var all bytes.Buffer
	keys, _ := redis.Do("KEYS", "*").([]any)
	for _, k := range keys {
		read := map[any]string{"string": "GET", "hash": "HGETALL"}[redis.Do("TYPE", k)]
		if read == "" {
			t.Fatalf("%v is of a kind that the test can't read", k)
		}
		fmt.Fprintln(&all, k, redis.Do(read, k))
	}
	return all.Bytes()
}
