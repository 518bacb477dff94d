package service

import (
	"context"
	"errors"
	"time"

	"zuji/internal/boltstore"
	"zuji/internal/failpoint"
	"zuji/internal/tenancy"
)

// remindEvery is how long what has come due waits at most.
const remindEvery = 15 * time.Second

// untilEnding returns a context that ends when the service does.
func (z *Service) untilEnding() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-z.ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// remind does what has come due, from now on and of the time when Zuji did not
// run.
func (z *Service) remind() {
	ctx, cancel := z.untilEnding()
	defer cancel()
	for {
		err := failpoint.At(failpoint.BeforeTick)
		if err == nil {
			_, err = z.Registry.Tick(ctx)
		}
		if err != nil && ctx.Err() == nil {
			z.log.Error("reminders were not made; they are tried again", "error", err)
		}
		select {
		case <-z.ending:
			return
		case <-time.After(remindEvery):
		}
	}
}

// tidyEvery is how often what has run out is removed, a little at a time.
const tidyEvery = time.Minute

func (z *Service) tidy() {
	ending, cancel := z.untilEnding()
	defer cancel()
	t := time.NewTicker(tidyEvery)
	defer t.Stop()
	for {
		select {
		case <-z.ending:
			return
		case <-t.C:
		}
		z.tidyUp(ending)
	}
}

// tidyUp removes what has run out, makes the day's backup, and goes on with
// sealing again, which may take long and stops with ending.
func (z *Service) tidyUp(ending context.Context) {
	ctx, cancel := context.WithTimeout(context.Background(), tidyEvery)
	defer cancel()
	_, err := z.Box.Prune(ctx)
	_, expired := z.Registry.Expire(ctx, tenancy.Today(z.config.Now()))
	err = errors.Join(err, expired, z.Registry.SweepLedgers(ctx))
	if s, ok := z.sessions.(*boltstore.Store); ok {
		_, swept := s.Sweep(ctx)
		err = errors.Join(err, swept)
	}
	_, retained := z.Registry.Retain(ctx)
	_, pruned := z.Registry.PruneAudit(ctx)
	err = errors.Join(err, retained, pruned, z.Registry.ContinueDutyNotices(ctx), z.Registry.Scrubbed(ctx, z.scrub))
	if err != nil {
		z.log.Warn("what has run out was not removed", "error", err)
	}
	if err := z.daily(context.Background()); err != nil {
		z.log.Error("backup was not made; it is tried again", "error", err)
	}
	if err := z.rekey(ending); err != nil && ending.Err() == nil {
		z.log.Error("records were not all sealed with the new key; it is tried again", "error", err)
	}
}

// scrub overwrites what the files of the stores no longer need.
func (z *Service) scrub(ctx context.Context) error {
	_, err := z.records.Scrub(ctx)
	if z.open != nil {
		_, sessions := z.open.Scrub(ctx)
		err = errors.Join(err, sessions)
	}
	return err
}
