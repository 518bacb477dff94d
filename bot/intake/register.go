package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// maxConnections is how many updates Telegram may post at once.
const maxConnections = 64

// Register makes Telegram post to url with the secret, unless it does already.
func Register(ctx context.Context, api *tg.Bot, url, secret string) error {
	info, err := webhookInfo(ctx, api)
	if err != nil {
		return err
	}
	if isSet(info, url) && !strings.Contains(info.LastErrorMessage, "401") { // 401: it has another secret
		return nil
	}
	err = insist(ctx, func() error {
		_, err := api.SetWebhook(ctx, &tg.SetWebhookParams{
			URL: url, SecretToken: secret, MaxConnections: maxConnections, AllowedUpdates: AllowedUpdates,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("set webhook: %w", err)
	}
	if info, err = webhookInfo(ctx, api); err != nil {
		return err
	}
	if !isSet(info, url) {
		return errors.New("check webhook: telegram does not have it as it was set")
	}
	return nil
}

func webhookInfo(ctx context.Context, api *tg.Bot) (info *models.WebhookInfo, err error) {
	err = insist(ctx, func() error {
		info, err = api.GetWebhookInfo(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("get webhook info: %w", err)
	}
	return info, nil
}

func isSet(info *models.WebhookInfo, url string) bool {
	have, want := slices.Sorted(slices.Values(info.AllowedUpdates)), slices.Sorted(slices.Values(AllowedUpdates))
	return info.URL == url && info.MaxConnections == maxConnections && slices.Equal(have, want)
}

// Unregister makes Telegram keep the updates for polling; none are dropped.
func Unregister(ctx context.Context, api *tg.Bot) error {
	err := insist(ctx, func() error {
		_, err := api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
		return err
	})
	if err != nil {
		return fmt.Errorf("delete webhook: %w", err)
	}
	return nil
}

// insistTries is how often a call at the start is made at most.
const insistTries = 5

// insist repeats a call that changes nothing when repeated, unless it is refused
// for good.
func insist(ctx context.Context, call func() error) (err error) {
	for n := range insistTries {
		if err = call(); err == nil || ctx.Err() != nil {
			return err
		}
		pause := backoff(n)
		if many, ok := errors.AsType[*tg.TooManyRequestsError](err); ok {
			pause = time.Duration(many.RetryAfter) * time.Second
		} else if errors.Is(err, tg.ErrorBadRequest) || errors.Is(err, tg.ErrorUnauthorized) || errors.Is(err, tg.ErrorNotFound) {
			return err
		}
		rest(ctx, pause)
	}
	return err
}
