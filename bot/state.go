package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"zuji/internal/form"
	"zuji/internal/vault"
)

// A state is what a chat is in the middle of. It is sealed before it leaves the
// process.
type state struct {
	Session  *form.Session `json:"session,omitempty"`
	Pending  *pending      `json:"pending,omitempty"`  // what to begin once the draft is out of the way
	Seen     []int64       `json:"seen,omitempty"`     // updates whose effect is in this state
	Said     *form.Text    `json:"said,omitempty"`     // last words of a conversation that has ended
	Secret   int           `json:"secret,omitempty"`   // message with a sensitive answer, to be deleted
	Keyboard bool          `json:"keyboard,omitempty"` // a reply keyboard is shown
	File     *kept         `json:"file,omitempty"`     // a ledger that waits for its compound

	rev int64
}

// pending is a conversation to begin.
type pending struct {
	Flow string `json:"flow"`
	Arg  string `json:"arg,omitempty"`
}

// keepSeen is how many updates a state remembers. Telegram repeats an update
// only while it is not confirmed, so a chat has few of them open.
const keepSeen = 24

func (s *state) seen(update int64) bool { return slices.Contains(s.Seen, update) }

func (s *state) see(update int64) {
	s.Seen = append(s.Seen, update)
	if len(s.Seen) > keepSeen {
		s.Seen = slices.Clone(s.Seen[len(s.Seen)-keepSeen:])
	}
}

// Reseal seals a chat's state again if another key than the current one sealed
// it; else it returns nil.
func Reseal(v *vault.Vault, chat int64, sealed []byte) ([]byte, error) {
	return v.Reseal(sealed, stateContext(chat))
}

// Opens reports whether a chat's sealed state can be opened.
func Opens(v *vault.Vault, chat int64, sealed []byte) bool {
	_, err := v.Open(sealed, stateContext(chat))
	return err == nil
}

func stateContext(chat int64) string { return "session|" + strconv.FormatInt(chat, 10) }

func (b *Bot) load(ctx context.Context, chat int64) (*state, error) {
	stored, err := b.Sessions.Load(ctx, chat)
	if err != nil {
		return nil, fmt.Errorf("load session: %w", err)
	}
	s := &state{rev: stored.Rev}
	if len(stored.Data) == 0 {
		return s, nil
	}
	plain, err := b.Vault.Open(stored.Data, stateContext(chat))
	if err == nil {
		err = decodeState(plain, s)
	}
	if err != nil {
		// An unreadable state can't be mended and must not lock the person out.
		b.Log.Error("session is unreadable, starting afresh", "error", err)
		return &state{rev: stored.Rev}, nil
	}
	return s, nil
}

func decodeState(plain []byte, s *state) error {
	if err := json.Unmarshal(plain, s); err != nil {
		return fmt.Errorf("decode session: %w", err)
	}
	return nil
}

func (b *Bot) save(ctx context.Context, chat int64, s *state) error {
	plain, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode session: %w", err)
	}
	rev, err := b.Sessions.Save(ctx, chat, s.rev, b.Vault.Seal(plain, stateContext(chat)))
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	s.rev = rev
	return nil
}
