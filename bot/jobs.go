package bot

import (
	"context"
	"sync"
)

// jobs are the long tasks that this process is running: imports and broadcasts.
type jobs struct {
	mu      sync.Mutex
	running map[string]bool
	group   sync.WaitGroup
	stop    context.CancelFunc
	ctx     context.Context
}

// run begins a job unless one of its name is running.
func (j *jobs) run(name string, do func(context.Context)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.running == nil {
		j.running = map[string]bool{}
		j.ctx, j.stop = context.WithCancel(context.Background())
	}
	if j.running[name] || j.ctx.Err() != nil {
		return
	}
	j.running[name] = true
	j.group.Go(func() {
		do(j.ctx)
		j.mu.Lock()
		delete(j.running, name)
		j.mu.Unlock()
	})
}

// ResumeJobs goes on with the imports and broadcasts that a stop has interrupted.
func (b *Bot) ResumeJobs(ctx context.Context) error {
	imports, err := b.Registry.Imports(ctx)
	if err != nil {
		return err
	}
	for _, i := range imports {
		b.goImport(i.ID)
	}
	casts, err := b.Registry.Broadcasts(ctx)
	for _, cast := range casts {
		b.goBroadcast(cast.ID)
	}
	return err
}

// StopJobs lets the jobs end where they are; they go on after a restart.
func (b *Bot) StopJobs() {
	b.jobs.mu.Lock()
	if b.jobs.stop != nil {
		b.jobs.stop()
	}
	b.jobs.mu.Unlock()
	b.jobs.group.Wait()
}
