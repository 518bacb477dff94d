package redisstore

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"zuji/internal/session"
)

// reply is an error that a server answered.
type reply string

func (r reply) Error() string { return string(r) }
func (reply) RedisError()     {}

func TestAnswersAreCutBeforeTheyRepeatArguments(t *testing.T) {
	for in, want := range map[string]string{
		"OOM command not allowed when used memory > 'maxmemory'.":                      "OOM command not allowed when used memory >",
		"ERR unknown command 'EVALSHA', with args beginning with: 'f00' '1' 'hunter2'": "ERR unknown command",
		"ERR unknown command `AUTH`, with args beginning with: `hunter2`, ":            "ERR unknown command",
		"ERR bad thing: \"hunter2\"":                                                   "ERR bad thing",
		"LOADING Redis is loading the dataset in memory":                               "LOADING Redis is loading the dataset in memory",
		strings.Repeat("x", 500):                                                       strings.Repeat("x", 100),
		"":                                                                             "",
	} {
		if got := safe(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if err := describe(t.Context(), reply(in)); !errors.Is(err, session.ErrUnavailable) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q is described as %v", in, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithTimeout(t.Context(), 0)
	defer cancelLate()
	for _, c := range []struct {
		name        string
		ctx         context.Context
		err         error
		is          error
		unavailable bool
	}{
		{"no error", t.Context(), nil, nil, false},
		{"the caller gave up", gone, io.EOF, context.Canceled, false},
		{"the caller's deadline passed", late, io.EOF, context.DeadlineExceeded, true},
		{"the connection broke", t.Context(), io.EOF, io.EOF, true},
		{"somebody else's hash", t.Context(), errForeign, errForeign, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := describe(c.ctx, c.err)
			if !errors.Is(err, c.is) || errors.Is(err, session.ErrUnavailable) != c.unavailable {
				t.Errorf("gives %v", err)
			}
		})
	}
}
