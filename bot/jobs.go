package bot

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// jobs are the long tasks that this process is running: imports, broadcasts, and
// updates that are tried again.
type jobs struct {
	mu      sync.Mutex
	running map[string]bool
	group   sync.WaitGroup
	stop    context.CancelFunc
	ctx     context.Context
}

// run begins a job unless one of its name is running. A panic in it ends the job
// alone; lost is told of it.
func (j *jobs) run(name string, do func(context.Context), lost func(panicked any)) {
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
		defer func() {
			if p := recover(); p != nil {
				lost(p)
			}
			j.mu.Lock()
			delete(j.running, name)
			j.mu.Unlock()
		}()
		do(j.ctx)
	})
}

// retryEvery is how long a job that failed rests.
const retryEvery = 30 * time.Second

// goJob lets a job go on until it ends well: what stops it, as a full disk or an
// outage of Telegram, may be over soon.
func (b *Bot) goJob(kind, id string, do func(context.Context) error) {
	b.jobs.run(kind+" "+id, func(ctx context.Context) {
		for ctx.Err() == nil {
			err := do(ctx)
			if err == nil || ctx.Err() != nil {
				return
			}
			b.Log.Error("job failed; it is tried again", "kind", kind, "job", id, "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(retryEvery):
			}
		}
	}, b.lostJob(kind))
}

// lostJob logs the panic of a job: its place, but not its value, which could hold
// what somebody typed.
func (b *Bot) lostJob(kind string) func(any) {
	return func(p any) {
		b.Log.Error("job panicked", "kind", kind, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
	}
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
