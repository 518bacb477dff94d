package redisstore_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"zuji/internal/redisstore"
	"zuji/internal/redistest"
	"zuji/internal/session"
	"zuji/internal/sessiontest"
)

// patient is a time-out for tests that are not about time-outs, on machines
// that do much else.
const patient = 5 * time.Second

func open(t testing.TB, url string, o redisstore.Options) *redisstore.Store {
	t.Helper()
	s, err := redisstore.New(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func save(t testing.TB, s session.Store, chat, rev int64, data string) {
	t.Helper()
	if next, err := s.Save(t.Context(), chat, rev, []byte(data)); err != nil || next != rev+1 {
		t.Fatalf("Save gives %d, %v; want %d", next, err, rev+1)
	}
}

func wants(t testing.TB, s session.Store, chat, rev int64, data string) {
	t.Helper()
	st, err := s.Load(t.Context(), chat)
	if err != nil || st.Rev != rev || string(st.Data) != data {
		t.Errorf("Load gives revision %d with %d bytes, %v; want %d with %d", st.Rev, len(st.Data), err, rev, len(data))
	}
}

func TestConformance(t *testing.T) {
	r := redistest.Start(t)
	sessiontest.Run(t, func(t *testing.T) session.Store {
		r.FlushAll()
		return open(t, r.URL(), redisstore.Options{Timeout: patient})
	})
}

func TestTimeToLive(t *testing.T) {
	r := redistest.Start(t)
	sessiontest.RunTTL(t, redisstore.DefaultTTL,
		func(t *testing.T) session.Store {
			r.FlushAll()
			return open(t, r.URL(), redisstore.Options{Timeout: patient})
		},
		func(t *testing.T, d time.Duration) { age(t, r, d) })
}

// age makes every key as old as if d had passed.
func age(t *testing.T, r *redistest.Server, d time.Duration) {
	t.Helper()
	for _, k := range r.Do("KEYS", "*").([]any) {
		left := r.Do("PTTL", k).(int64)
		if left < 0 {
			t.Fatalf("a session has no time to live")
		}
		r.Do("PEXPIRE", k, left-d.Milliseconds())
	}
}

func TestKeysCarryTheBotAndOneHashTagForTheChat(t *testing.T) {
	r := redistest.Start(t)
	one := open(t, r.URL(), redisstore.Options{BotID: 111, Timeout: patient})
	two := open(t, r.URL(), redisstore.Options{BotID: 222, Timeout: patient})
	save(t, one, -1001, 0, "a")
	wants(t, two, -1001, 0, "")
	save(t, two, -1001, 0, "b")
	wants(t, one, -1001, 1, "a")
	if got := r.Do("HGETALL", "zuji:{111:-1001}:session"); len(got.(map[any]any)) != 2 {
		t.Errorf("the hash has fields %v", got)
	}
	if got := r.Do("DBSIZE"); got != int64(2) {
		t.Errorf("%v keys, want 2", got)
	}
}

func TestDatabaseAndPasswordAreUsed(t *testing.T) {
	r := redistest.Start(t)
	r.Do("ACL", "SETUSER", "bot", "on", ">p@ss/w:rd", "~*", "+@all")
	s := open(t, "redis://bot:p%40ss%2Fw:rd@"+r.Addr+"/3", redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a")
	if got := r.Do("DBSIZE"); got != int64(0) {
		t.Errorf("%v keys in database 0, want none", got)
	}
	wrong := open(t, "redis://bot:secret-word@"+r.Addr, redisstore.Options{Timeout: patient})
	_, err := wrong.Load(t.Context(), 1)
	if !errors.Is(err, session.ErrUnavailable) || !strings.Contains(err.Error(), "WRONGPASS") || strings.Contains(err.Error(), "secret-word") {
		t.Errorf("a wrong password gives %v", err)
	}
}

func TestEachCallIsOneCommand(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a") // connects, and teaches the server the script
	r.Do("CONFIG", "RESETSTAT")
	base := r.Calls()
	wants(t, s, 1, 1, "a")
	expectCalls(t, r, base, map[string]int{"hmget": 1})
	base = r.Calls()
	save(t, s, 1, 1, "b")
	// The script itself runs the other three.
	expectCalls(t, r, base, map[string]int{"evalsha": 1, "hget": 1, "hset": 1, "pexpire": 1})
}

func expectCalls(t *testing.T, r *redistest.Server, base, want map[string]int) {
	t.Helper()
	got := r.Calls()
	for name, n := range got {
		if n -= base[name]; n != want[name] {
			t.Errorf("%d times %s, want %d", n, name, want[name])
		}
	}
	for name := range want {
		if got[name] == 0 {
			t.Errorf("%s did not run", name)
		}
	}
}

func TestSaveTeachesTheScriptAgain(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a")
	r.Do("SCRIPT", "FLUSH", "SYNC")
	save(t, s, 1, 1, "b")
	wants(t, s, 1, 2, "b")
}

func TestFlushAllLosesTheSessionsAndNothingElse(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a")
	save(t, s, 1, 1, "b")
	r.FlushAll()
	wants(t, s, 1, 0, "")
	if _, err := s.Save(t.Context(), 1, 2, []byte("c")); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Save at the old revision gives %v", err)
	}
	save(t, s, 1, 0, "anew")
}

func TestSessionsSurviveARestartOfRedis(t *testing.T) {
	r := redistest.Start(t, "--appendfsync", "always")
	s := open(t, r.URL(), redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a")
	r.Restart()
	wants(t, s, 1, 1, "a") // on the first call: the dead connection is retried
	save(t, s, 1, 1, "b")
}

func TestAHashOfSomebodyElseIsAnError(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{Timeout: patient})
	const secret = "119999199001010012"
	for name, fill := range map[string][]any{
		"no revision":    {"HSET", "zuji:{0:1}:session", "d", secret},
		"not a number":   {"HSET", "zuji:{0:1}:session", "v", secret + "x", "d", secret},
		"another type":   {"SET", "zuji:{0:1}:session", secret},
		"revision below": {"HSET", "zuji:{0:1}:session", "v", "-4", "d", secret},
	} {
		t.Run(name, func(t *testing.T) {
			r.FlushAll()
			r.Do(fill...)
			_, err := s.Load(t.Context(), 1)
			if err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("Load gives %v", err)
			}
			_, err = s.Save(t.Context(), 1, 7, []byte(secret))
			if err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("Save gives %v", err)
			}
		})
	}
}

func TestClosedStoreFails(t *testing.T) {
	r := redistest.Start(t)
	s := open(t, r.URL(), redisstore.Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 5 { // more than open the breaker
		if _, err := s.Load(t.Context(), 1); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("Load gives %v", err)
		}
	}
}
