package intake

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"

	tg "github.com/go-telegram/bot"
)

// A Webhook takes the updates that Telegram posts. It answers 200 only when the
// update has taken effect, and 503 when it must come again.
type Webhook struct {
	Secret string
	Lanes  *Lanes
	Log    *slog.Logger
}

const (
	maxBody    = 1 << 20
	retryAfter = "5" // seconds
)

func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if code := h.refuse(r); code != 0 {
		w.WriteHeader(code)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	u, id, err := decode(raw)
	switch {
	case id == 0:
		w.WriteHeader(http.StatusBadRequest)
		return
	case err != nil:
		err = h.Lanes.unreadable(r.Context(), id, raw, err)
	default:
		err = h.Lanes.Take(r.Context(), u)
	}
	if err != nil {
		w.Header().Set("Retry-After", retryAfter)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// refuse checks a request before its body is read.
func (h *Webhook) refuse(r *http.Request) int {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	got := sha256.Sum256([]byte(r.Header.Get("X-Telegram-Bot-Api-Secret-Token")))
	want := sha256.Sum256([]byte(h.Secret))
	if h.Secret == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return http.StatusUnauthorized
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return http.StatusUnsupportedMediaType
	}
	return 0
}

// maxConnections is how many updates Telegram may post at once.
const maxConnections = 64

// Register makes Telegram post to url with the secret.
func Register(ctx context.Context, api *tg.Bot, url, secret string) error {
	_, err := api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: url, SecretToken: secret, MaxConnections: maxConnections, AllowedUpdates: AllowedUpdates,
	})
	if err != nil {
		return fmt.Errorf("set webhook: %w", err)
	}
	info, err := api.GetWebhookInfo(ctx)
	if err != nil {
		return fmt.Errorf("check webhook: %w", err)
	}
	if info.URL != url || !slices.Contains(info.AllowedUpdates, "callback_query") {
		return errors.New("check webhook: telegram does not have it as it was set")
	}
	return nil
}

// Unregister makes Telegram keep the updates for polling.
func Unregister(ctx context.Context, api *tg.Bot) error {
	if _, err := api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		return fmt.Errorf("delete webhook: %w", err)
	}
	return nil
}
