// Package session keeps what a chat is in the middle of. What is kept is
// sealed bytes: the store never sees an answer.
package session

import (
	"context"
	"errors"
)

// ErrUnavailable is wrapped when the store can't be reached at the moment.
var ErrUnavailable = errors.New("session store is unavailable")

// ErrConflict is returned by Save when the stored revision is not the one
// given: somebody else saved in between. Load again and redo the step.
var ErrConflict = errors.New("session was changed in between")

// A State is what is stored for one chat.
type State struct {
	Rev  int64  // 0 when nothing is stored; each Save adds one
	Data []byte // opaque to the store
}

// A Store keeps one State for each chat. Every method honours its context's
// deadline.
type Store interface {
	// Load returns the chat's state; a chat without one, or whose time to live
	// has run out, has the zero State and no error.
	Load(ctx context.Context, chat int64) (State, error)

	// Save stores data if the stored revision is still rev, and returns the new
	// revision. The time to live starts anew. It returns ErrConflict if the
	// revision differs; any other error leaves open whether data was stored.
	Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error)

	Close() error
}
