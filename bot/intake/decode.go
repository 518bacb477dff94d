package intake

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/go-telegram/bot/models"
)

var errUnreadable = errors.New("update can't be read")

// decode reads an update; where that fails, at least its id. An id of 0 says
// that raw is no update at all. The error quotes nothing of it.
func decode(raw []byte) (u *models.Update, id int64, err error) {
	defer func() {
		if recover() != nil { // the library's own readers meet whatever Telegram adds
			u, id, err = nil, idOf(raw), errUnreadable
		}
	}()
	u = &models.Update{}
	if json.Unmarshal(raw, u) == nil && u.ID > 0 {
		return u, u.ID, nil
	}
	return nil, idOf(raw), errUnreadable
}

// idOf reads an update's id alone.
func idOf(raw []byte) int64 {
	var only struct {
		ID int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &only) != nil || only.ID <= 0 {
		return 0
	}
	return only.ID
}

// unreadable sets aside an update that the library can't read, so that it does
// not hold up the others. Call it with mu held.
func (l *Lanes) unreadable(ctx context.Context, id int64, raw []byte) *flight {
	if l.draining {
		return failed(ErrDraining)
	}
	f := &flight{done: make(chan struct{})}
	l.running.Add(1)
	go func() {
		defer l.running.Done()
		_, f.err = l.keep(context.WithoutCancel(ctx), id, unreadableKind, raw, errUnreadable.Error())
		close(f.done)
	}()
	return f
}

// Again lets do handle an update that was set aside, raw as Telegram sent it, in
// the order of its chat. It is tried once: what fails is not set aside anew.
func (l *Lanes) Again(ctx context.Context, raw []byte, do Handler) error {
	u, _, err := decode(raw)
	if err != nil {
		return err
	}
	return l.await(ctx, func() *flight { return l.begin(ctx, u, raw, do) })
}
