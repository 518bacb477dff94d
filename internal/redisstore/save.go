package redisstore

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"zuji/internal/session"
)

// saveScript compares and sets a session.
//
//	KEYS[1]  the chat's session
//	ARGV[1]  the revision that must be stored; 0 if none
//	ARGV[2]  the data
//	ARGV[3]  time to live in milliseconds
//	returns  the new revision, or -1 if another one is stored
//
// A Save whose answer was lost may have been applied, and the client repeats it
// once. So a repeat, which finds its own data one revision further, succeeds
// again. Data are sealed with a random nonce: nobody else writes the same. Only
// if another process has saved on top in the meantime does the repeat conflict;
// then, as after any conflict, the caller loads a state that holds its step.
var saveScript = redis.NewScript(`
local rev = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
local want = tonumber(ARGV[1])
if rev == want + 1 and redis.call('HGET', KEYS[1], 'd') == ARGV[2] then
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
// session.Store. When Redis does not serve it, the error wraps
// session.ErrUnavailable and leaves open whether data was stored. Repeating the
// call with the same data is safe.
func (s *Store) Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error) {
	var next int64
	err := s.call(ctx, func(ctx context.Context) (err error) {
		// Run sends EVALSHA, and EVAL where the server does not know the script yet.
		next, err = saveScript.Run(ctx, s.client, []string{key(s.bot, chat)}, rev, data, s.ttl.Milliseconds()).Int64()
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
