// Package standin is a stand-in for Telegram's Bot API, as strict as Telegram
// itself, for tests and for the demonstration page.
package standin

import (
	"context"
	"net/http"
)

// A Server is one bot's Telegram.
type Server struct{}

// New starts a Server; Close ends it.
func New(o Options) *Server { return &Server{} }

// Handler answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) Handler() http.Handler { return http.NotFoundHandler() }

// AddUser makes a person known.
func (s *Server) AddUser(u User) {}

// AddGroup makes a group known.
func (s *Server) AddGroup(g Group) {}

// As returns one person's Telegram app.
func (s *Server) As(user int64) *Client { return &Client{} }

// Calls returns every request since the last ResetCalls, the last 100,000 at most.
func (s *Server) Calls() []Call { return nil }

// ResetCalls forgets the calls so far.
func (s *Server) ResetCalls() {}

// Faults sets the hook that may disturb a call; chat is 0 for calls without one.
func (s *Server) Faults(f func(method string, chat int64) *Fault) {}

// JumpIDs makes the next update id random, as after a quiet week.
func (s *Server) JumpIDs() {}

// MigrateGroup turns a group into a supergroup and returns its new id.
func (s *Server) MigrateGroup(old int64) int64 { return 0 }

// Deactivate makes a person's account a deleted one.
func (s *Server) Deactivate(user int64) {}

// Snapshot returns the whole state; Restore takes it back.
func (s *Server) Snapshot() ([]byte, error) { return nil, nil }

// Restore replaces the state with that of a Snapshot.
func (s *Server) Restore(b []byte) error { return nil }

// Close ends every goroutine and open poll.
func (s *Server) Close() {}

// A Client is one person's Telegram app.
type Client struct{}

// Send sends a text to the private chat with the bot.
func (c *Client) Send(text string) (Message, error) { return Message{}, nil }

// SendTo sends a text to a group.
func (c *Client) SendTo(chat int64, text string) (Message, error) { return Message{}, nil }

// Start opens t.me/<bot>?start=payload and presses the start button.
func (c *Client) Start(payload string) (Message, error) { return Message{}, nil }

// Press sends a callback query with any data; it may be forged.
func (c *Client) Press(chat int64, message int, data string) (queryID string, err error) {
	return "", nil
}

// PressLabel presses the button with that text in the newest message that has one.
func (c *Client) PressLabel(label string) (queryID string, err error) { return "", nil }

// Edit changes the text of an own message in the private chat.
func (c *Client) Edit(message int, text string) error { return nil }

// ShareContact does what a request_contact button does.
func (c *Client) ShareContact() (Message, error) { return Message{}, nil }

// SendFile sends a photo (image/jpeg, image/png) or a document.
func (c *Client) SendFile(name, mime string, data []byte, caption string) (Message, error) {
	return Message{}, nil
}

// Block blocks the bot; Unblock takes it back.
func (c *Client) Block() {}

// Unblock lets the bot write again.
func (c *Client) Unblock() {}

// Delete deletes a message of the private chat for both sides.
func (c *Client) Delete(message int) {}

// Messages returns a chat as the app shows it now, oldest first; 0 is the private chat.
func (c *Client) Messages(chat int64) []Message { return nil }

// Commands returns the command list of the private chat, resolved as Telegram does.
func (c *Client) Commands() []Command { return nil }

// Events returns what the app notices until ctx ends; then the channel is closed.
func (c *Client) Events(ctx context.Context) <-chan Event {
	ch := make(chan Event)
	go func() { <-ctx.Done(); close(ch) }()
	return ch
}

// File returns a file that the person sent or received.
func (c *Client) File(fileID string) (name string, data []byte, err error) { return "", nil, nil }
