// Package service puts Zuji together and runs it: stores, bot, intake and
// delivery.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zuji/bot"
	"zuji/bot/intake"
	"zuji/bot/outgoing"
	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/papers"
	"zuji/internal/registry"
	"zuji/internal/session"
	"zuji/internal/vault"
	"zuji/locales"
)

// A Config says how to run.
type Config struct {
	Token      string // of the bot
	APIURL     string // of the Bot API server
	WebhookURL string // public address; "" polls
	Listen     string // of the webhook
	RedisURL   string // "" keeps the sessions in Data
	Data       string // folder of the records and the key
	Admins     []int64
	BackupDir  string           // "" makes no backups
	BackupTo   string           // age public keys, separated by commas
	OpsListen  string           // of the operator's pages; "": none
	MaxStore   int              // bytes that each file of records may take; 0: no limit
	Rates      outgoing.Rates   // zero: Telegram's
	Flood      bot.Flood        // zero: more than anybody types
	Log        *slog.Logger     `json:"-"`
	Now        func() time.Time `json:"-"` // the machine's clock

	// Elapsed is the time since any moment, which setting the clock does not change.
	// Nil means that Now's times carry it.
	Elapsed func() time.Duration `json:"-"`
}

// A SettingError is a setting that the operator must change.
type SettingError struct{ err error }

func (e *SettingError) Error() string { return e.err.Error() }
func (e *SettingError) Unwrap() error { return e.err }

// TokenForm is the form of a bot token.
var TokenForm = regexp.MustCompile(`^[0-9]{3,20}:[A-Za-z0-9_-]{20,80}$`)

// draftTTL is how long an open conversation is kept.
const draftTTL = 30 * 24 * time.Hour

// A Service is Zuji running.
type Service struct {
	config   Config
	clock    *outgoing.Clock // config.Now, once it started
	log      *slog.Logger
	vault    *vault.Vault
	records  *boltkv.DB
	open     *boltkv.DB // embedded sessions, or nil
	sessions session.Store
	Registry *registry.Registry
	Box      *outbox.Box
	bot      *bot.Bot
	sender   *outgoing.Sender
	pump     *outgoing.Pump
	lanes    *intake.Lanes
	server   *http.Server
	ops      *operation
	health   health
	started  time.Time

	backups    sync.Mutex // held while one is made
	stopIntake context.CancelFunc
	ending     chan struct{} // closed when the pump must end
	failed     chan error
	polling    sync.WaitGroup
	sending    sync.WaitGroup
	answering  sync.WaitGroup
}

// Start opens the stores, meets Telegram and begins to serve.
func Start(ctx context.Context, c Config) (*Service, error) {
	z := &Service{config: c, log: c.Log, ending: make(chan struct{}), failed: make(chan error, 4)}
	z.clock = &outgoing.Clock{Machine: c.Now, Elapsed: c.Elapsed, Log: c.Log}
	z.config.Now = z.clock.Now
	if err := z.start(ctx); err != nil {
		z.close()
		return nil, err
	}
	return z, nil
}

func (z *Service) start(ctx context.Context) error {
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	if err := bot.Check(texts); err != nil {
		return fmt.Errorf("declared conversations do not hold: %w", err)
	}
	if err := z.openOps(); err != nil {
		return err
	}
	if err := z.openStores(ctx); err != nil {
		return err
	}
	if err := z.openSessions(ctx); err != nil {
		return err
	}
	z.health.at(stageTelegram)
	if err := z.connect(ctx, texts); err != nil {
		return err
	}
	z.started = z.config.Now()
	z.health.started.Store(true)
	z.health.at(stageTaking)
	if err := z.Registry.ContinueDutyNotices(ctx); err != nil {
		z.log.Warn("duty notices were not sent to all; it is tried again", "error", err)
	}
	z.health.pumping.Store(true)
	z.sending.Go(func() {
		defer z.health.pumping.Store(false)
		if err := z.pump.Run(context.WithoutCancel(ctx), z.ending); err != nil {
			z.fail(fmt.Errorf("outbox: %w", err))
		}
	})
	z.sending.Go(z.tidy)
	z.sending.Go(z.remind)
	if err := z.bot.ResumeJobs(ctx); err != nil {
		z.log.Error("imports and broadcasts were not all taken up again", "error", err)
	}
	if err := z.take(ctx); err != nil {
		return err
	}
	z.health.at("")
	return nil
}

// callTimeout bounds a call of the Bot API; polls have their own.
const callTimeout = 15 * time.Second

// meetingTries is how often Telegram is asked who the bot is before giving up.
const meetingTries = 6

func (z *Service) connect(ctx context.Context, texts *locales.Texts) error {
	c := z.config
	client := outgoing.NewClient(callTimeout)
	client.Clock = z.clock
	api, err := tg.New(c.Token, tg.WithSkipGetMe(), tg.WithServerURL(c.APIURL), tg.WithHTTPClient(callTimeout, client),
		tg.WithErrorsHandler(func(error) {}), tg.WithDefaultHandler(func(context.Context, *tg.Bot, *models.Update) {}))
	if err != nil {
		return &SettingError{errors.New("TELEGRAM_BOT_TOKEN is refused by the library")}
	}
	me, err := z.meet(ctx, api)
	if err != nil {
		return err
	}
	z.sender = outgoing.NewSender(c.Rates, z.log)
	z.sender.Unreachable = func(ctx context.Context, chat int64) {
		if err := z.Registry.SetReachable(ctx, chat, false); err != nil {
			z.log.Warn("unreachable person was not noted", "error", err)
		}
	}
	z.bot = &bot.Bot{
		API: api, Calls: outgoing.NewCaller(c.APIURL, c.Token, client), Sender: z.sender, Registry: z.Registry, Sessions: z.counted(z.sessions), Vault: z.vault.For(sessionsPurpose),
		Texts: texts, Press: sync.OnceValues(func() (*papers.Press, error) { return z.press(texts) }), Exports: filepath.Join(c.Data, "exports"), Username: me.Username, Now: c.Now, Log: z.log,
	}
	z.bot.Flood, z.bot.Health = c.Flood, z.Health
	if c.BackupDir != "" {
		z.bot.Backup = z.Backup
	}
	z.pump = &outgoing.Pump{Box: z.Box, Sender: z.sender, Log: z.log, Render: z.bot.Render}
	z.Registry.Committed = z.pump.Wake
	z.lanes = &intake.Lanes{Handle: z.handle, Ledger: z.Registry, Log: z.log, Sorry: z.bot.Sorry, NotStored: z.bot.NotStored}
	z.bot.Busy = z.lanes.Busy
	z.bot.Again = func(ctx context.Context, raw []byte) error { return z.lanes.Again(ctx, raw, z.bot.HandleAgain) }
	z.observe()
	if !z.Registry.CleanStop() {
		z.lanes.Careful()
	}
	return nil
}

// press makes the press that prints papers.
func (z *Service) press(texts *locales.Texts) (*papers.Press, error) {
	p, err := papers.New(texts)
	if err == nil {
		p.Holidays = z.Registry.Holidays
	}
	return p, err
}

// meet asks Telegram who the bot is.
func (z *Service) meet(ctx context.Context, api *tg.Bot) (*models.User, error) {
	var err error
	for n := range meetingTries {
		var me *models.User
		if me, err = api.GetMe(ctx); err == nil {
			return me, nil
		}
		if errors.Is(err, tg.ErrorUnauthorized) || errors.Is(err, tg.ErrorNotFound) {
			return nil, &SettingError{errors.New("telegram does not know the token: check TELEGRAM_BOT_TOKEN")}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond << n):
		}
	}
	return nil, fmt.Errorf("telegram can't be reached at TELEGRAM_API_URL: %w", err)
}

// handle is the bot's handler; an error of a store means that the update must
// come again however often it fails.
func (z *Service) handle(ctx context.Context, u *models.Update) error {
	err := z.bot.Handle(ctx, u)
	if err != nil && (errors.Is(err, boltkv.ErrFull) || errors.Is(err, boltkv.ErrFailed) || errors.Is(err, kv.ErrClosed) || errors.Is(err, context.DeadlineExceeded)) {
		return fmt.Errorf("%w: %w", intake.ErrNotStored, err)
	}
	return err
}

func (z *Service) fail(err error) {
	select {
	case z.failed <- err:
	default:
	}
}

// Failed tells what ended the service: it must be stopped then.
func (z *Service) Failed() <-chan error { return z.failed }

// Username is the bot's name, without @.
func (z *Service) Username() string { return z.bot.Username }

// Stop takes no more updates, finishes what is under way, and closes the stores.
func (z *Service) Stop(ctx context.Context) error {
	z.health.at(stageStopping)
	z.stopIntake()
	var err error
	if z.server != nil {
		err = z.server.Shutdown(ctx)
	}
	err = errors.Join(err, z.lanes.Drain(ctx))
	z.bot.StopJobs()
	close(z.ending)
	z.polling.Wait()
	z.sending.Wait()
	if err == nil {
		err = z.Registry.StopClean(ctx)
	}
	return errors.Join(err, z.close())
}

func (z *Service) close() error {
	defer z.closeOps()
	var err error
	if z.sessions != nil {
		err = z.sessions.Close()
	}
	for _, db := range []*boltkv.DB{z.open, z.records} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}
