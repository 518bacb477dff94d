package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"zuji/internal/standin"
)

// pingEvery keeps a proxy from closing a stream on which nobody says anything.
const pingEvery = 20 * time.Second

// A frame is one piece of an event stream: the whole chat (Kind "state"), or
// one thing that the person's app noticed.
type frame struct {
	User int64 `json:"user"`
	standin.Event
	Messages []standin.Message `json:"messages,omitempty"`
	Commands []standin.Command `json:"commands,omitempty"`
}

// events streams the chats of the people named by user=ID (one or several:
// a browser opens six connections to a host at most, so a page uses one).
// It begins with every chat as it is now; a reconnect therefore loses nothing.
func (d *demo) events(w http.ResponseWriter, r *http.Request) {
	users, ok := d.users(r.URL.Query()["user"])
	if !ok {
		refuse(w, http.StatusNotFound, "nobody on this page has that id")
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	frames := make(chan frame)
	for _, user := range users {
		// Subscribed before the state is read: what lies in between comes
		// twice, and the page takes the newer.
		go func(in <-chan standin.Event) {
			defer cancel()
			forward(ctx, user, in, frames)
		}(d.server.As(user).Events(ctx))
	}
	out := stream{w, http.NewResponseController(w)}
	out.open()
	for _, user := range users {
		if out.send(d.state(user)) != nil {
			return
		}
	}
	out.pump(ctx, d, frames)
}

// users reads the ids of people on the page, each once.
func (d *demo) users(ids []string) ([]int64, bool) {
	var users []int64
	for _, s := range ids {
		id, err := strconv.ParseInt(s, 10, 64)
		if _, ok := d.client(id); err != nil || !ok {
			return nil, false
		}
		if !slices.Contains(users, id) {
			users = append(users, id)
		}
	}
	return users, len(users) > 0
}

func (d *demo) state(user int64) frame {
	c := d.server.As(user)
	return frame{User: user, Event: standin.Event{Kind: "state", Chat: user},
		Messages: c.Messages(0), Commands: c.Commands()}
}

// forward passes on what happens in the person's private chat until in closes.
func forward(ctx context.Context, user int64, in <-chan standin.Event, out chan<- frame) {
	for e := range in {
		if e.Chat != 0 && e.Chat != user {
			continue // a group: the page shows private chats
		}
		select {
		case out <- frame{User: user, Event: e}:
		case <-ctx.Done():
			return
		}
	}
}

type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func (s stream) open() {
	s.w.Header().Set("Content-Type", "text/event-stream")
	s.w.Header().Set("Cache-Control", "no-store")
	s.w.Header().Set("X-Accel-Buffering", "no")
	s.rc.SetWriteDeadline(time.Time{}) // a stream outlives any write timeout
	fmt.Fprint(s.w, "retry: 1000\n\n")
}

func (s stream) send(f frame) error {
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	if _, err := fmt.Fprintf(s.w, "data: %s\n\n", b); err != nil {
		return err
	}
	return s.rc.Flush()
}

func (s stream) pump(ctx context.Context, d *demo, frames <-chan frame) {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case f := <-frames:
			if f.Kind == "commands" {
				f.Commands = d.server.As(f.User).Commands()
			}
			err = s.send(f)
		case <-ping.C:
			if _, err = fmt.Fprint(s.w, ": ping\n\n"); err == nil {
				err = s.rc.Flush()
			}
		}
		if err != nil {
			return
		}
	}
}
