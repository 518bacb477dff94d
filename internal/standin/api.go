// Package standin is a stand-in for Telegram's Bot API, as strict as Telegram
// itself, for tests and for the demonstration page.
//
// A Server is one bot's Telegram: its Handler answers the bot, and each Client
// is one person's app. The rules and error texts follow the public source of
// the Bot API server (tdlib/telegram-bot-api and tdlib/td) where it decides,
// and the Bot API documentation where Telegram's own servers decide; a comment
// says so where neither does.
//
// What it does not have: channels, topics, albums, inline mode, payments,
// Markdown, and calls made in the body of a webhook answer.
package standin

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Server is one bot's Telegram. All methods may be called at any time from
// any goroutine.
type Server struct {
	token       string
	botID       int64
	retry       time.Duration // base pause of the webhook
	now         func() time.Time
	limits      Limits
	fault       func(method string, chat int64) *Fault
	log         callLog
	done        chan struct{}
	closed      sync.Once
	work        sync.WaitGroup // every goroutine of the server
	mu          sync.Mutex     // guards all below
	st          state
	rate        limiter
	poll        *poll
	hook        *webhook
	lastPoll    pollMark
	nextClash   time.Time // before it, 409 answers come late
	nextHookSet time.Time // before it, setWebhook is refused
	subs        map[int64][]*subscription
}

// New starts a Server; Close ends it. It panics if the token has no numeric id.
func New(o Options) *Server {
	id, err := strconv.ParseInt(strings.SplitN(o.Token, ":", 2)[0], 10, 64)
	if err != nil || id <= 0 || !strings.Contains(o.Token, ":") {
		panic("standin: the token is not <id>:<secret>")
	}
	s := &Server{
		token:  o.Token,
		botID:  id,
		retry:  o.WebhookRetry,
		now:    o.Now,
		limits: o.Limits.withDefaults(),
		done:   make(chan struct{}),
		st:     newState(o.Username),
		subs:   map[int64][]*subscription{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.retry == 0 {
		s.retry = time.Second
	}
	s.rate = newLimiter(s.limits)
	return s
}

// Handler answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// AddUser makes a person known, or changes one. The person has not started the
// bot yet, so the bot cannot write to them.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.st.Users[u.ID]; have != nil {
		have.User = u
		return
	}
	s.st.Users[u.ID] = &person{User: u}
}

// AddGroup makes a group known, with the bot and the members in it. No update
// tells the bot of it.
func (s *Server) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := kindGroup
	if g.ID <= -1000000000000 {
		kind = kindSupergroup
	}
	s.st.Chats[g.ID] = &chat{ID: g.ID, Kind: kind, Title: g.Title, Members: g.Members}
}

// As returns one person's Telegram app. Its methods return an error if the
// person was never added.
func (s *Server) As(user int64) *Client { return &Client{s: s, user: user} }

// Faults sets the hook that may disturb a call; nil means none. chat is 0 for
// calls without one. It runs before the call, on the goroutine of the request.
func (s *Server) Faults(f func(method string, chat int64) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Deactivate makes a person's account a deleted one: 403 for the bot.
func (s *Server) Deactivate(user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.st.Users[user]; p != nil {
		p.Deactivated = true
	}
}

// Close ends every goroutine and open poll, and closes every Events channel.
// Open polls are answered with what is there.
func (s *Server) Close() {
	s.closed.Do(func() {
		s.mu.Lock()
		close(s.done)
		s.stopWebhook()
		s.mu.Unlock()
	})
	s.work.Wait()
}
