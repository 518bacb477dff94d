package service

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"zuji/bot/intake"
	"zuji/bot/outgoing"
)

// take begins to take updates, by webhook or by polling.
func (z *Service) take(ctx context.Context) error {
	c := z.config
	taking, stop := context.WithCancel(context.WithoutCancel(ctx))
	z.stopIntake = stop
	z.polling.Go(func() {
		if err := z.bot.SetCommands(taking); err != nil && taking.Err() == nil {
			z.log.Warn("command menu was not set", "error", err)
		}
	})
	if c.WebhookURL != "" {
		return z.listen(taking)
	}
	if err := intake.Unregister(taking, z.bot.API); err != nil {
		return err
	}
	polls := outgoing.NewClient(75 * time.Second)
	polls.Clock = z.clock
	p := &intake.Poller{
		URL: strings.TrimRight(c.APIURL, "/") + "/bot" + c.Token, Lanes: z.lanes, Log: z.log,
		HTTP: polls, Frozen: z.sender.Frozen, Observe: z.polled,
	}
	z.polling.Go(func() {
		if err := p.Run(taking); err != nil {
			z.fail(err)
		}
	})
	return nil
}

func (z *Service) listen(ctx context.Context) error {
	c := z.config
	u, err := url.Parse(c.WebhookURL)
	if err != nil {
		return &SettingError{errors.New("ZUJI_WEBHOOK_URL must look like https://bot.example.org/zuji")}
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return &SettingError{fmt.Errorf("ZUJI_LISTEN: %w", err)}
	}
	secret := hex.EncodeToString(z.vault.Index("webhook", c.WebhookURL))
	mux := http.NewServeMux()
	mux.Handle(strings.TrimSuffix(u.Path, "/")+"/", &intake.Webhook{Secret: secret, Lanes: z.lanes, Log: z.log})
	if p := strings.TrimSuffix(u.Path, "/"); p != "" {
		mux.Handle(p, &intake.Webhook{Secret: secret, Lanes: z.lanes, Log: z.log})
	}
	z.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	z.polling.Go(func() {
		if err := z.server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			z.fail(err)
		}
	})
	return intake.Register(ctx, z.bot.API, c.WebhookURL, secret)
}
