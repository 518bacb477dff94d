package standin

import (
	"context"
	"slices"
	"sync"
	"time"
)

// maxCalls is how many calls are kept.
const maxCalls = 100_000

// A call is one request on its way. Its parameters are decoded for Calls only
// when somebody looks.
type call struct {
	method *method // nil: unknown
	name   string  // as written in the address
	params params
	ctx    context.Context // ends when the client hangs up; nil in the log
	err    *apiError
	fault  bool
	at     time.Time
}

// callLog is a ring of the last calls.
type callLog struct {
	mu    sync.Mutex
	calls []*call
	start int // index of the oldest once the ring is full
}

func (l *callLog) add(c *call) {
	c.ctx = nil
	for _, f := range c.params.files {
		f.data = nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) < maxCalls {
		l.calls = append(l.calls, c)
		return
	}
	l.calls[l.start] = c
	l.start = (l.start + 1) % maxCalls
}

// Calls returns every request since the last ResetCalls, oldest first, the
// last 100,000 at most. A call stands there before its answer is sent;
// getUpdates stands there when it ends.
func (s *Server) Calls() []Call {
	s.log.mu.Lock()
	calls := slices.Concat(s.log.calls[s.log.start:], s.log.calls[:s.log.start])
	s.log.mu.Unlock()
	out := make([]Call, len(calls))
	for i, c := range calls {
		out[i] = c.public()
	}
	return out
}

// ResetCalls forgets the calls so far.
func (s *Server) ResetCalls() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.calls, s.log.start = nil, 0
}

func (c *call) public() Call {
	out := Call{Method: c.name, OK: c.err == nil, Fault: c.fault, Time: c.at}
	if c.method != nil {
		out.Method = c.method.name
	}
	out.Params, out.Unknown = c.params.decoded(c.method)
	slices.Sort(out.Unknown)
	if c.err != nil {
		out.Code, out.Description = c.err.code, c.err.text
	}
	return out
}
