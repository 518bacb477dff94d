package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"zuji/internal/failpoint"
	"zuji/internal/session"
)

// errOpen is what calls get while the breaker is open.
var errOpen = fmt.Errorf("%w: redis has not answered lately", session.ErrUnavailable)

// call runs fn under the store's timeout unless the breaker is open.
func (s *Store) call(ctx context.Context, fn func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.breaker.open() {
		return errOpen
	}
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err := failpoint.At(failpoint.BeforeRedis)
	if err == nil {
		err = fn(bounded)
	}
	if err == nil {
		err = failpoint.At(failpoint.AfterRedis)
	}
	switch {
	case answered(err):
		s.breaker.success()
	case ctx.Err() == nil: // a caller that gave up says nothing about Redis
		s.breaker.failure()
		if bounded.Err() != nil {
			return fmt.Errorf("%w: no answer within %v", session.ErrUnavailable, s.timeout)
		}
	}
	return describe(ctx, err)
}

// answered reports whether err still means that Redis replied.
func answered(err error) bool {
	_, reply := errors.AsType[redis.Error](err)
	return err == nil || reply || errors.Is(err, errForeign)
}

// describe makes err fit for callers and logs.
func describe(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, errForeign) {
		return err
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if reply, ok := errors.AsType[redis.Error](err); ok {
		return fmt.Errorf("%w: redis answered %q", session.ErrUnavailable, safe(reply.Error()))
	}
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("%w: %w", session.ErrUnavailable, cause)
	}
	return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
}

// safe cuts an answer before the first quotation mark: after it Redis, and
// proxies in front of it, repeat arguments, which may be a password or data.
func safe(reply string) string {
	const longest = 100
	if i := strings.IndexAny(reply, "'\"`"); i >= 0 {
		reply = reply[:i]
	}
	reply = strings.TrimRight(reply, " ,:")
	return reply[:min(len(reply), longest)]
}
