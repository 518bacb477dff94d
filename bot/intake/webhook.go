package intake

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
)

// A Webhook takes the updates that Telegram posts. It answers 200 only when the
// update has taken effect, and 503 when it must come again. An empty Secret
// lets nobody in.
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
		if code == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", http.MethodPost)
		}
		w.WriteHeader(code)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		code := http.StatusBadRequest
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			code = http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(code)
		return
	}
	u, id, err := decode(raw)
	if id == 0 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	begin := func() *flight { return h.Lanes.begin(r.Context(), u, raw, nil) }
	if err != nil {
		begin = func() *flight { return h.Lanes.unreadable(r.Context(), id, raw) }
	}
	err = h.Lanes.await(r.Context(), begin)
	if err != nil {
		h.Log.Warn("update comes again", "update", id, "error", err)
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
