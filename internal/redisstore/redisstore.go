// Package redisstore keeps sessions in Redis, the way Zuji runs in production:
// on one server, a cluster, or behind sentinels.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"zuji/internal/session"
)

// What Options mean when they are zero.
const (
	DefaultTTL     = 30 * 24 * time.Hour
	DefaultTimeout = 200 * time.Millisecond
)

// connectTimeout bounds dialling, and waiting for a free connection. A call that
// gives up earlier leaves the new connection to the next one.
const connectTimeout = 300 * time.Millisecond

// Options say how sessions are kept.
type Options struct {
	BotID   int64         // part of every key, so that bots can share a Redis
	TTL     time.Duration // how long a session lives after its last save; 0 means DefaultTTL
	Timeout time.Duration // what one Load or Save may take in all; 0 means DefaultTimeout
}

// A Store keeps sessions in Redis, a hash for each chat. It is safe for
// concurrent use.
type Store struct {
	client  redis.UniversalClient
	bot     int64
	ttl     time.Duration
	timeout time.Duration
	breaker *breaker
}

var _ session.Store = (*Store)(nil)

// Open is New without the rarer options.
func Open(rawURL string, bot int64, ttl time.Duration) (*Store, error) {
	return New(rawURL, Options{BotID: bot, TTL: ttl})
}

// New returns a store in the Redis that rawURL names. It does not connect: a
// Redis that is down at the start may come up later. An error says in one line
// what to write instead, and never holds any part of the URL.
//
//	redis://user:password@host:6379/0              one server, database 0
//	rediss://host:6379                             with TLS
//	redis://host1:6379,host2:6379,host3:6379       a cluster
//	redis://host1:26379,host2:26379/0?master_name=zuji  sentinels
//
// A cluster behind a single address is written with that address twice. User
// and password are those of Redis; sentinels that want their own get them by
// sentinel_username and sentinel_password after the "?".
func New(rawURL string, o Options) (*Store, error) {
	c, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	if o.TTL <= 0 {
		o.TTL = DefaultTTL
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	setTimeouts(c, o.Timeout)
	logging.Disable() // a line for each dial that fails; callers get the errors
	s := &Store{client: redis.NewUniversalClient(c), bot: o.BotID, ttl: o.TTL, timeout: o.Timeout}
	s.breaker = newBreaker(s.ping)
	return s, nil
}

// setTimeouts makes a stalled Redis cost one timeout. With go-redis's own
// settings it costs 5 s, whatever the context says.
func setTimeouts(o *redis.UniversalOptions, timeout time.Duration) {
	o.ContextTimeoutEnabled = true
	o.ReadTimeout, o.WriteTimeout = timeout, timeout
	o.DialTimeout, o.PoolTimeout = connectTimeout, connectTimeout
	// One retry on a new connection: after a restart of Redis every pooled one is
	// dead. It may repeat a Save that was applied; see saveScript.
	o.MaxRetries, o.DialerRetries = 1, 1
	o.MinRetryBackoff, o.MaxRetryBackoff = 8*time.Millisecond, 32*time.Millisecond
	// Neither is used, and both would make connecting slower.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// key names a chat's session. The braces make all keys of a chat lie on one node
// of a cluster.
func key(bot, chat int64) string {
	return fmt.Sprintf("zuji:{%d:%d}:session", bot, chat)
}

// Load returns the chat's state in one round trip; see session.Store. When Redis
// does not serve it, the error wraps session.ErrUnavailable.
func (s *Store) Load(ctx context.Context, chat int64) (session.State, error) {
	var st session.State
	err := s.call(ctx, func(ctx context.Context) error {
		v, err := s.client.HMGet(ctx, key(s.bot, chat), "v", "d").Result()
		if err != nil {
			return err
		}
		st, err = decode(v)
		return err
	})
	if err != nil {
		return session.State{}, fmt.Errorf("load session from redis: %w", err)
	}
	return st, nil
}

// errForeign says that a session's hash was not written by Save.
var errForeign = errors.New("stored session has no revision")

// decode reads the fields v and d.
func decode(fields []any) (session.State, error) {
	if fields[0] == nil && fields[1] == nil {
		return session.State{}, nil
	}
	v, _ := fields[0].(string)
	rev, err := strconv.ParseInt(v, 10, 64)
	if err != nil || rev < 1 {
		return session.State{}, errForeign // err would quote what is stored
	}
	d, _ := fields[1].(string)
	return session.State{Rev: rev, Data: []byte(d)}, nil
}

// Close closes the connections. Calls after it fail.
func (s *Store) Close() error {
	s.breaker.close()
	return s.client.Close()
}

func (s *Store) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err := s.client.Ping(ctx).Err()
	if answered(err) {
		return nil
	}
	return err
}
