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
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"
	"github.com/alecthomas/kong"

	"zuji/internal/backup"
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
	BackupDir  string  `env:"ZUJI_BACKUP_DIR" placeholder:"FOLDER" help:"Folder for a backup each day. Without it none are made."`
	BackupTo   string  `name:"backup-recipients" env:"ZUJI_BACKUP_RECIPIENTS" placeholder:"AGE1…" help:"Public keys (age-keygen) that the backups are encrypted to, separated by commas."`
	LogLevel   string  `env:"ZUJI_LOG" enum:"debug,info,warn,error" default:"info" help:"Least level to log: debug, info, warn, error."`
}

// A commandLine is the settings and what to do with them.
type commandLine struct {
	settings

	Serve   struct{} `cmd:"" default:"1" help:"Run the bot, or without a token the demonstration."`
	Check   check    `cmd:"" help:"Read everything in the data folder and say what is wrong. Zuji must be stopped."`
	Rekey   struct{} `cmd:"" help:"Make a new key, seal everything with it again and drop the old one. While Zuji runs: make the key; it goes on when it is started anew."`
	Compact struct{} `cmd:"" help:"Give back the room that deleted records have left in the files. Zuji must be stopped."`
	Restore restore  `cmd:"" help:"Make the data folder from a backup."`
}

// check are the flags of zuji check.
type check struct {
	Repair bool `help:"Make the indexes anew where they differ from the records, and nothing else."`
}

// restore are the arguments of zuji restore.
type restore struct {
	Identity string `required:"" placeholder:"FILE" help:"File with the secret key, as age-keygen writes it."`
	Backup   string `arg:"" placeholder:"FILE" help:"The backup."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// exitUsage is the exit status for a wrong setting.
const exitUsage = 2

func run(args []string, out, errs io.Writer) int {
	var line commandLine
	exited := -1
	parser, err := kong.New(&line, kong.Name("zuji"), kong.Description("Zuji 租记: tenancy registration in a chat."),
		kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errs, "zuji:", err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	s := line.settings
	if err == nil {
		err = s.check()
	}
	if err != nil {
		fmt.Fprintln(errs, "zuji:", err, "(see zuji --help)")
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := line.do(ctx, parsed.Command(), out, errs); err != nil {
		fmt.Fprintln(errs, "zuji:", redact.Text(err.Error()))
		if usage := (*service.SettingError)(nil); errors.As(err, &usage) {
			return exitUsage
		}
		return 1
	}
	return 0
}

// do carries out a command.
func (l commandLine) do(ctx context.Context, command string, out, errs io.Writer) error {
	switch command {
	case "check":
		if l.Check.Repair {
			if err := repaired(ctx, l.Data, out); err != nil {
				return err
			}
		}
		return checked(ctx, l.Data, out)
	case "rekey":
		return rekeyed(ctx, l.Data, out)
	case "compact":
		return compacted(l.Data, out)
	case "restore <backup>":
		return l.Restore.run(ctx, l.Data, out)
	}
	return l.serve(ctx, out, errs)
}

// checked reads a data folder and says what is wrong with it.
func checked(ctx context.Context, folder string, out io.Writer) error {
	wrong, err := service.CheckFolder(ctx, folder)
	for _, line := range wrong {
		fmt.Fprintln(out, line)
	}
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("%d things are wrong in %s, see zuji check in docs/operation.md", len(wrong), folder)
	}
	if err == nil {
		fmt.Fprintf(out, "%s is whole\n", folder)
	}
	return err
}

// repaired makes indexes anew and says which.
func repaired(ctx context.Context, folder string, out io.Writer) error {
	names, err := service.RepairFolder(ctx, folder)
	for _, name := range names {
		fmt.Fprintf(out, "%s: made anew from the records\n", name)
	}
	return err
}

// compacted gives back room in the files of a data folder.
func compacted(folder string, out io.Writer) error {
	return service.CompactFolder(folder, func(name string, before, after int64) {
		fmt.Fprintf(out, "%s: %d MB before, %d MB now\n", name, before>>20, after>>20)
	})
}

// rekeyed gives a data folder a new key and says how far it came.
func rekeyed(ctx context.Context, folder string, out io.Writer) error {
	done, err := service.RekeyFolder(ctx, folder, time.Now)
	if done.New {
		fmt.Fprintln(out, "a new key is made")
	} else if done.Going {
		fmt.Fprintln(out, "an earlier change of the key goes on")
	}
	if err != nil {
		return err
	}
	if done.InUse {
		fmt.Fprintln(out, "Zuji runs on the folder: restart it, and it seals everything again while it serves")
		return nil
	}
	fmt.Fprintf(out, "%d records are sealed with the new key\n", done.Records)
	for _, id := range done.Dropped {
		fmt.Fprintf(out, "key %s is dropped\n", id)
	}
	if !done.Until.IsZero() {
		fmt.Fprintf(out, "the old key stays until %s, for conversations in Redis: Zuji drops it then\n", done.Until.Format(time.DateTime))
	}
	return nil
}

func (r restore) run(ctx context.Context, folder string, out io.Writer) error {
	f, err := os.Open(r.Identity)
	if err != nil {
		return err
	}
	ids, err := age.ParseIdentities(f)
	f.Close()
	if err != nil {
		return errors.New("the identity file must hold a line AGE-SECRET-KEY-1…, as age-keygen writes it")
	}
	var wrong []string
	err = backup.Restore(r.Backup, ids, folder, func(folder string) (err error) {
		wrong, err = service.CheckFolder(ctx, folder)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is restored from %s\n", folder, filepath.Base(r.Backup))
	if len(wrong) > 0 { // as it was when it was copied: no reason to be without records
		fmt.Fprintf(out, "%d things were wrong in it already, see zuji check\n", len(wrong))
	}
	return nil
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
	case (s.BackupDir == "") != (s.BackupTo == ""):
		return errors.New("ZUJI_BACKUP_DIR and ZUJI_BACKUP_RECIPIENTS go together, for example ZUJI_BACKUP_DIR=/var/backups/zuji")
	case s.BackupTo != "" && recipientsError(s.BackupTo) != nil:
		return fmt.Errorf("ZUJI_BACKUP_RECIPIENTS: %w", recipientsError(s.BackupTo))
	case !strings.HasPrefix(s.APIURL, "http://") && !strings.HasPrefix(s.APIURL, "https://"):
		return errors.New("TELEGRAM_API_URL must begin with http:// or https://, for example http://127.0.0.1:8081")
	}
	return nil
}

func recipientsError(list string) error {
	_, err := backup.Recipients(list)
	return err
}

// grace is how long a stop may take.
const grace = 20 * time.Second

func (s settings) serve(ctx context.Context, out, errs io.Writer) error {
	log := newLog(errs, s.LogLevel)
	slog.SetDefault(log) // libraries log through it, or not at all
	c := service.Config{
		Token: s.Token, APIURL: s.APIURL, WebhookURL: s.WebhookURL, Listen: s.Listen,
		OpsListen: s.OpsListen, RedisURL: s.RedisURL, Data: s.Data, Admins: s.Admins, BackupDir: s.BackupDir, BackupTo: s.BackupTo, Log: log, Now: time.Now, Elapsed: service.SinceBoot,
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
