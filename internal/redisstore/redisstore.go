// Package redisstore keeps sessions in Redis, the way Zuji runs in production:
// on one server, a cluster, or behind sentinels.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"zuji/internal/session"
)

// Timeouts. A stalled Redis costs a step one of them, and after a few failures
// the breaker costs nothing.
const (
	dialTimeout = 300 * time.Millisecond
	callTimeout = 200 * time.Millisecond
	poolTimeout = 300 * time.Millisecond
	maxFailures = 3
	openFor     = 2 * time.Second
)

// A Store keeps sessions in Redis.
type Store struct {
	client redis.UniversalClient
	prefix string
	ttl    time.Duration

	mu       sync.Mutex
	failures int
	retryAt  time.Time
}

var _ session.Store = (*Store)(nil)

// Open connects to the Redis that rawURL names. It does not wait for it: a Redis
// that is down at the start may come up later. Keys carry the bot's id, so
// several bots can share a Redis.
//
//	redis://user:password@host:6379/0
//	rediss://host:6379                       with TLS
//	redis://host1:6379,host2:6379,host3:6379 a cluster
//	redis://host1:26379,host2:26379/0?master_name=zuji  sentinels
func Open(rawURL string, bot int64, ttl time.Duration) (*Store, error) {
	o, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = dialTimeout, callTimeout, callTimeout
	o.PoolTimeout, o.MaxRetries, o.DialerRetries = poolTimeout, 1, 1
	o.MinRetryBackoff, o.MaxRetryBackoff = 8*time.Millisecond, 32*time.Millisecond
	return &Store{client: redis.NewUniversalClient(o), prefix: fmt.Sprintf("zuji:{%d:", bot), ttl: ttl}, nil
}

// parse reads the URL. Its errors never hold the password.
func parse(raw string) (*redis.UniversalOptions, error) {
	const example = "REDIS_URL must look like redis://127.0.0.1:6379/0"
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || scheme != "redis" && scheme != "rediss" {
		return nil, errors.New(example)
	}
	user, hosts, path := "", rest, ""
	if i := strings.IndexAny(hosts, "/?"); i >= 0 {
		hosts, path = hosts[:i], hosts[i:]
	}
	if i := strings.LastIndex(hosts, "@"); i >= 0 {
		user, hosts = hosts[:i+1], hosts[i+1:]
	}
	list := strings.Split(hosts, ",")
	one, err := redis.ParseURL(scheme + "://" + user + list[0] + without(path, "master_name"))
	if err != nil {
		return nil, errors.New(example)
	}
	o := &redis.UniversalOptions{Username: one.Username, Password: one.Password, DB: one.DB, TLSConfig: one.TLSConfig, MasterName: query(path, "master_name")}
	for _, host := range list {
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(host, "6379")
		}
		o.Addrs = append(o.Addrs, host)
	}
	return o, nil
}

func query(path, name string) string {
	u, err := url.Parse(path)
	if err != nil {
		return ""
	}
	return u.Query().Get(name)
}

func without(path, name string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Del(name)
	u.RawQuery = q.Encode()
	return u.String()
}

// key names a chat's session. The braces make all keys of a chat lie on one node
// of a cluster.
func (s *Store) key(chat int64) string {
	return s.prefix + strconv.FormatInt(chat, 10) + "}:session"
}

// Load returns the chat's state in one round trip; see session.Store.
func (s *Store) Load(ctx context.Context, chat int64) (session.State, error) {
	var st session.State
	err := s.guard(func() error {
		v, err := s.client.HMGet(ctx, s.key(chat), "v", "d").Result()
		if err != nil || v[0] == nil {
			return err
		}
		st.Rev, err = strconv.ParseInt(v[0].(string), 10, 64)
		if data, ok := v[1].(string); ok {
			st.Data = []byte(data)
		}
		return err
	})
	if err != nil {
		return session.State{}, fmt.Errorf("load session from redis: %w", err)
	}
	return st, nil
}

// save compares and sets a session.
//
//	KEYS[1] the session
//	ARGV    expected revision, data, time to live in milliseconds
//	returns the new revision, or -1 if the stored one differs
//
// A call that is repeated after a lost answer finds its own data one revision
// further and succeeds again.
var save = redis.NewScript(`
local have = redis.call('HMGET', KEYS[1], 'v', 'd')
local rev = tonumber(have[1] or '0')
local want = tonumber(ARGV[1])
if rev == want + 1 and have[2] == ARGV[2] then
  return rev
end
if rev ~= want then
  return -1
end
redis.call('HSET', KEYS[1], 'v', want + 1, 'd', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return want + 1
`)

// Save stores data if the revision is still rev, in one round trip; see
// session.Store.
func (s *Store) Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error) {
	var next int64
	err := s.guard(func() (err error) {
		next, err = save.Run(ctx, s.client, []string{s.key(chat)}, rev, data, s.ttl.Milliseconds()).Int64()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("save session to redis: %w", err)
	}
	if next < 0 {
		return 0, session.ErrConflict
	}
	return next, nil
}

// guard is the breaker: after a few failures in a row calls fail at once for a
// while, then one is let through to see.
func (s *Store) guard(call func() error) error {
	s.mu.Lock()
	if s.failures >= maxFailures && time.Now().Before(s.retryAt) {
		s.mu.Unlock()
		return session.ErrUnavailable
	}
	if s.failures >= maxFailures {
		s.retryAt = time.Now().Add(openFor)
	}
	s.mu.Unlock()
	err := call()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.failures = 0
		return nil
	}
	s.failures++
	s.retryAt = time.Now().Add(openFor)
	return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
}

// Check returns what an operator should mend in the server's configuration. A
// server that does not tell is not faulted.
func (s *Store) Check(ctx context.Context) (warnings []string, err error) {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("redis does not answer: %w", err)
	}
	if c, err := s.client.ConfigGet(ctx, "appendonly").Result(); err == nil && c["appendonly"] == "no" {
		warnings = append(warnings, "redis keeps no append-only file: a restart loses open conversations (set appendonly yes)")
	}
	if c, err := s.client.ConfigGet(ctx, "maxmemory-policy").Result(); err == nil && c["maxmemory-policy"] != "noeviction" && c["maxmemory-policy"] != "" {
		warnings = append(warnings, "redis may evict open conversations (set maxmemory-policy noeviction)")
	}
	return warnings, nil
}

// Close closes the connections.
func (s *Store) Close() error { return s.client.Close() }
