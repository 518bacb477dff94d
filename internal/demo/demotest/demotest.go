// Package demotest drives the demonstration page in a real headless Chromium,
// with real mouse clicks and key strokes, for tests.
package demotest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Patience is how long a wait goes on before the test fails.
const Patience = 20 * time.Second

// A Page is the demonstration page in a browser of its own. Every method
// fails the test when it cannot do what it says. Methods that take a user act
// in that person's chat, and open its tab first on a phone-sized screen.
type Page struct {
	t   testing.TB
	ctx context.Context
	dir string

	features map[string]string // emulated media features

	mu       sync.Mutex
	troubles []string
}

// Open starts Chromium with an empty profile and opens the page at 1440×900,
// light. The test fails in the end if a script threw or the page broke its
// own content security policy.
func Open(t testing.TB, url string) *Page {
	t.Helper()
	p := &Page{t: t, dir: os.Getenv("ZUJI_ARTEFACTS"), features: map[string]string{}}
	if p.dir == "" {
		p.dir = t.TempDir()
	}
	path := find(t)
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.NoFirstRun,
		chromedp.Headless, chromedp.DisableGPU}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update",
		"disable-sync", "disable-dev-shm-usage", "disable-background-timer-throttling", "no-default-browser-check"} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		chromedp.Cancel(ctx)
		cancel()
		stop()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, s := range p.troubles {
			t.Errorf("the page complained: %s", s)
		}
	})
	p.ctx = ctx
	// The first call starts the browser, which lives as long as its context.
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	call(p, "watch the log", log.Enable, cdp.Empty{})
	p.do("open "+url, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	p.wait("the chats appear", `document.querySelector("main .chat") !== null`)
	return p
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("chromium is missing; install it with: apt-get install -y chromium")
	return ""
}

// listen keeps what the page complains about. Answers of 4xx are the
// server's to test, and the page shows them to the person.
func (p *Page) listen(event any) {
	trouble := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		trouble = (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source == log.EntrySourceSecurity {
			trouble = e.Entry.Text
		}
	}
	if trouble != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.troubles = append(p.troubles, trouble)
	}
}

// Size sets the size of the screen in CSS pixels; up to 760 wide it is a
// phone's, with touch.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	opts := []chromedp.EmulateViewportOption{}
	if width <= 760 {
		opts = append(opts, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	p.do("set the size", chromedp.EmulateViewport(width, height, opts...))
}

// Dark chooses the reader's colour scheme.
func (p *Page) Dark(on bool) {
	p.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	p.media("prefers-color-scheme", value)
}

// Calm asks the page for no animation.
func (p *Page) Calm() {
	p.t.Helper()
	p.media("prefers-reduced-motion", "reduce")
}

func (p *Page) media(feature, value string) {
	p.t.Helper()
	p.features[feature] = value
	params := emulation.SetEmulatedMediaParams{}
	for name, value := range p.features {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	call(p, "set "+feature, emulation.SetEmulatedMedia, params)
}

// Screenshot writes what is on the screen to <name>.png in the folder that
// ZUJI_ARTEFACTS names, and returns its path.
func (p *Page) Screenshot(name string) string {
	p.t.Helper()
	p.wait("pictures and animations end", `[...document.images].every((image) => image.complete) && document.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity || a.playState === "finished")`)
	png := run(p, "take a screenshot", chromedp.CaptureScreenshot())
	path := filepath.Join(p.dir, name+".png")
	if err := errors.Join(os.MkdirAll(p.dir, 0o755), os.WriteFile(path, png, 0o644)); err != nil {
		p.t.Fatalf("keep the screenshot: %v", err)
	}
	return path
}

// Eval returns the value of a JavaScript expression in the page.
func Eval[T any](p *Page, js string) T {
	p.t.Helper()
	return run(p, "run "+js, chromedp.Evaluate[T](js))
}

// Reload loads the page again, as F5 does.
func (p *Page) Reload() {
	p.t.Helper()
	p.do("reload", chromedp.Reload())
	p.wait("the chats appear", `document.querySelector("main .chat") !== null`)
}

func (p *Page) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	run(p, what, chromedp.Steps(actions...))
}

func run[T any](p *Page, what string, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience+10*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return v
}

func call[P, R any](p *Page, what string, cmd cdp.Command[P, R], params P) R {
	p.t.Helper()
	return run(p, what, func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, cmd, params) })
}

// wait fails the test unless the condition becomes true.
func (p *Page) wait(what, condition string) {
	p.t.Helper()
	if err := p.await(condition); err != nil {
		p.t.Fatalf("%s: %v\n%s", what, err, p.describe())
	}
}

// await lets the page itself watch for a condition, so nothing is polled from
// here; a navigation in the middle starts the watch anew.
func (p *Page) await(condition string) error {
	js := `new Promise((done) => {
		const until = Date.now() + %d;
		const look = () => {
			let met = false;
			try { met = Boolean(` + condition + `); } catch { met = false; }
			if (met || Date.now() > until) done(met);
			else setTimeout(look, 25);
		};
		look();
	})`
	deadline := time.Now().Add(Patience)
	for {
		left := time.Until(deadline)
		if left <= 0 {
			return errors.New("not within " + Patience.String())
		}
		ctx, cancel := context.WithTimeout(p.ctx, left+10*time.Second)
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool](strings.Replace(js, "%d", ms(left), 1), chromedp.EvalAwaitPromise))
		cancel()
		if err == nil && met {
			return nil
		}
		if err != nil && !isNavigation(err) {
			return err
		}
	}
}

func isNavigation(err error) bool {
	s := err.Error()
	return strings.Contains(s, "context was destroyed") || strings.Contains(s, "navigated") || strings.Contains(s, "Cannot find context")
}
