package metrics

import (
	"context"
	"errors"
	"time"

	"zuji/internal/session"
)

// The values of the labels op and result of sessions.
const (
	load = "load"
	save = "save"

	ok          = "ok"
	conflict    = "conflict" // somebody else saved in between: the step is done again
	unavailable = "unavailable"
	failed      = "error"
)

var (
	ops     = []string{load, save}
	results = []string{ok, conflict, unavailable, failed}
)

// Sessions returns s with its reads and writes counted.
func (m *Metrics) Sessions(s session.Store) session.Store { return &sessions{s, m} }

type sessions struct {
	session.Store
	m *Metrics
}

// Load implements session.Store.
func (s *sessions) Load(ctx context.Context, chat int64) (session.State, error) {
	began := time.Now()
	st, err := s.Store.Load(ctx, chat)
	s.m.session(load, began, err)
	return st, err
}

// Save implements session.Store.
func (s *sessions) Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error) {
	began := time.Now()
	next, err := s.Store.Save(ctx, chat, rev, data)
	s.m.session(save, began, err)
	return next, err
}

// session counts a call. Only one that was answered says how long answers take:
// a breaker refuses at once.
func (m *Metrics) session(op string, began time.Time, err error) {
	result := ok
	switch {
	case errors.Is(err, session.ErrConflict):
		result = conflict
	case errors.Is(err, session.ErrUnavailable):
		result = unavailable
	case err != nil:
		result = failed
	}
	m.sessions.WithLabelValues(m.labels.Sessions, op, result).Inc()
	if result == ok || result == conflict {
		m.trips.WithLabelValues(m.labels.Sessions, op).Observe(time.Since(began).Seconds())
	}
}
