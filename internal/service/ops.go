package service

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"zuji/bot/intake"
	"zuji/bot/outgoing"
	"zuji/internal/boltkv"
	"zuji/internal/metrics"
	"zuji/internal/outbox"
)

// The names of the files of records in metrics.
const (
	recordsStore  = "records"
	sessionsStore = "sessions"
)

// An operation is what the operator can look at; nil when no address is set for
// it, and then nothing is counted.
type operation struct {
	metrics *metrics.Metrics
	server  *http.Server
}

// health is how far the service is.
type health struct {
	stage   atomic.Pointer[string] // why it is not ready, nil when it is
	started atomic.Bool            // the fields of the service are set
	pumping atomic.Bool
}

// at notes why the service is not ready; "" means that it is.
func (h *health) at(stage string) {
	if stage == "" {
		h.stage.Store(nil)
		return
	}
	h.stage.Store(&stage)
}

// The reasons why the service is not ready.
const (
	stageStores   = "starting: the stores are being opened"
	stageTelegram = "starting: Telegram has not answered yet"
	stageTaking   = "starting: updates are not taken yet"
	stageStopping = "stopping"
)

// openOps begins to answer the operator, before anything else so that a start
// that hangs can be looked at.
func (z *Service) openOps() error {
	z.health.at(stageStores)
	if z.config.OpsListen == "" {
		return nil
	}
	l, err := metrics.Listen(z.config.OpsListen)
	if err != nil {
		return &SettingError{err}
	}
	sessions := "file"
	if z.config.RedisURL != "" {
		sessions = "redis"
	}
	m := metrics.New(metrics.Labels{
		Kinds: intake.Kinds, Results: texts(intake.Results), Calls: outgoing.Kinds[:], Outcomes: outgoing.Verdicts[:],
		Settled:  texts([]outbox.State{outbox.Sent, outbox.Unconfirmed, outbox.Dead, outbox.Pending}),
		Stores:   []string{recordsStore, sessionsStore},
		Sessions: sessions,
	})
	m.Watch(z.measure)
	z.ops = &operation{metrics: m, server: m.Server(l, metrics.Checks{Alive: z.Alive, Ready: z.Ready}, z.log)}
	z.answering.Go(func() {
		if err := z.ops.server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			z.log.Error("operator's pages ended", "error", err)
		}
	})
	return nil
}

// closeOps answers what is asked and ends.
func (z *Service) closeOps() {
	if z.ops == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if z.ops.server.Shutdown(ctx) != nil {
		_ = z.ops.server.Close() // a scrape that hangs must not hold up the stop
	}
	z.answering.Wait()
}

func texts[T ~string](all []T) (out []string) {
	for _, one := range all {
		out = append(out, string(one))
	}
	return out
}

// Alive returns why the process must be restarted, in one line without personal
// data, or nil.
func (z *Service) Alive() error {
	if z.health.started.Load() {
		for _, db := range z.files() {
			if err := db.Health(); errors.Is(err, boltkv.ErrFailed) {
				return boltkv.ErrFailed
			}
		}
	}
	return nil
}

// Ready returns why people are not served, in one line without personal data, or
// nil. Redis being down is no reason: people are told, and what needs no
// conversation goes on.
func (z *Service) Ready() error {
	if err := z.Alive(); err != nil {
		return err
	}
	if stage := z.health.stage.Load(); stage != nil {
		return errors.New(*stage)
	}
	for _, db := range z.files() {
		if err := db.Health(); err != nil {
			return err
		}
	}
	if !z.health.pumping.Load() {
		return errors.New("the outbox pump has stopped")
	}
	if l := z.lanes.Load(); l.Waiting >= l.Most {
		return errors.New("too many updates wait")
	}
	return nil
}

// files are the open files of records by name.
func (z *Service) files() map[string]*boltkv.DB {
	all := map[string]*boltkv.DB{recordsStore: z.records}
	if z.open != nil {
		all[sessionsStore] = z.open
	}
	return all
}
