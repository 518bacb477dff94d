// Zuji 租记 is a chat bot for tenancy registration in residential compounds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"zuji/internal/demo"
	"zuji/internal/redact"
	"zuji/internal/service"
)

// settings are Zuji's flags and environment variables.
type settings struct {
	Token      string  `env:"TELEGRAM_BOT_TOKEN" placeholder:"ID:SECRET" help:"Bot token from @BotFather. Without it Zuji runs the demonstration."`
	APIURL     string  `name:"api-url" env:"TELEGRAM_API_URL" default:"https://api.telegram.org" help:"Bot API server."`
	WebhookURL string  `env:"ZUJI_WEBHOOK_URL" placeholder:"HTTPS-URL" help:"Public https address of the webhook. Without it Zuji polls."`
	Listen     string  `env:"ZUJI_LISTEN" placeholder:"HOST:PORT" help:"Address to listen on: for the webhook, or for the demonstration page (127.0.0.1:8090)."`
	OpsListen  string  `name:"ops-listen" env:"ZUJI_OPS_LISTEN" placeholder:"[HOST:]PORT" help:"Address of /metrics, /healthz and /readyz, on loopback unless it names a host. Without it there are none."`
	RedisURL   string  `env:"REDIS_URL" placeholder:"URL" help:"Redis for the sessions. Without it they lie in the data folder."`
	Data       string  `env:"ZUJI_DATA" default:"data" help:"Folder for the records and the key."`
	Admins     []int64 `env:"ZUJI_ADMINS" placeholder:"ID,…" help:"Telegram ids of the administrators."`
	LogLevel   string  `env:"ZUJI_LOG" enum:"debug,info,warn,error" default:"info" help:"Least level to log: debug, info, warn, error."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// exitUsage is the exit status for a wrong setting.
const exitUsage = 2

func run(args []string, out, errs io.Writer) int {
	var s settings
	exited := -1
	parser, err := kong.New(&s, kong.Name("zuji"), kong.Description("Zuji 租记: tenancy registration in a chat."),
		kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errs, "zuji:", err)
		return 1
	}
	if _, err = parser.Parse(args); exited >= 0 {
		return exited
	}
	if err == nil {
		err = s.check()
	}
	if err != nil {
		fmt.Fprintln(errs, "zuji:", err, "(see zuji --help)")
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.serve(ctx, out, errs); err != nil {
		fmt.Fprintln(errs, "zuji:", redact.Text(err.Error()))
		if usage := (*service.SettingError)(nil); errors.As(err, &usage) {
			return exitUsage
		}
		return 1
	}
	return 0
}

// check finds settings that do not go together.
func (s settings) check() error {
	switch {
	case s.Token != "" && !service.TokenForm.MatchString(s.Token):
		return errors.New("TELEGRAM_BOT_TOKEN must look like 123456789:AA…, as @BotFather gives it")
	case s.WebhookURL != "" && s.Token == "":
		return errors.New("ZUJI_WEBHOOK_URL needs TELEGRAM_BOT_TOKEN as well")
	case s.WebhookURL != "" && s.Listen == "":
		return errors.New("ZUJI_WEBHOOK_URL needs ZUJI_LISTEN as well, for example ZUJI_LISTEN=127.0.0.1:8080")
	case s.WebhookURL != "" && !strings.HasPrefix(s.WebhookURL, "https://") && strings.HasPrefix(s.APIURL, "https://api.telegram.org"):
		return errors.New("ZUJI_WEBHOOK_URL must begin with https://, for example https://bot.example.org/zuji")
	case !strings.HasPrefix(s.APIURL, "http://") && !strings.HasPrefix(s.APIURL, "https://"):
		return errors.New("TELEGRAM_API_URL must begin with http:// or https://, for example http://127.0.0.1:8081")
	}
	return nil
}

// grace is how long a stop may take.
const grace = 20 * time.Second

func (s settings) serve(ctx context.Context, out, errs io.Writer) error {
	log := newLog(errs, s.LogLevel)
	slog.SetDefault(log) // libraries log through it, or not at all
	c := service.Config{
		Token: s.Token, APIURL: s.APIURL, WebhookURL: s.WebhookURL, Listen: s.Listen,
		OpsListen: s.OpsListen, RedisURL: s.RedisURL, Data: s.Data, Admins: s.Admins, Log: log, Now: time.Now,
	}
	if s.Token == "" {
		return demo.Run(ctx, c, out)
	}
	z, err := service.Start(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Zuji serves @%s\n", z.Username())
	return wait(ctx, z)
}

// newLog returns the log, in which numbers of persons and tokens are masked.
func newLog(out io.Writer, least string) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(least)) // kong has checked it
	return slog.New(redact.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level})))
}

// wait runs z until ctx ends or it fails, and then stops it.
func wait(ctx context.Context, z *service.Service) error {
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-z.Failed():
	}
	stopping, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return errors.Join(failed, z.Stop(stopping))
}
