package outgoing

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A desk has a machine's clock that can be set, and Telegram's.
type desk struct {
	*Clock
	t       *testing.T
	machine time.Time
	run     time.Duration // since the start
	log     bytes.Buffer
}

var noon = time.Date(2026, 11, 29, 4, 0, 0, 0, time.UTC)

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, machine: noon}
	d.Clock = &Clock{Machine: func() time.Time { return d.machine }, Elapsed: func() time.Duration { return d.run }, Log: slog.New(slog.NewTextHandler(&d.log, nil))}
	return d
}

func (d *desk) passes(t time.Duration) { d.machine, d.run = d.machine.Add(t), d.run+t }
func (d *desk) set(by time.Duration)   { d.machine = d.machine.Add(by) }

// answer is one of Telegram's at a time, to a call made at a moment.
func (d *desk) answer(before moment, at time.Time) {
	w := httptest.NewRecorder()
	w.Header().Set("Date", at.UTC().Format(http.TimeFormat))
	d.heard(before, w.Result())
}

func (d *desk) want(at time.Time) {
	d.t.Helper()
	if got := d.Now(); got.Sub(at).Abs() > time.Second {
		d.t.Errorf("it is %s, want %s", got, at)
	}
}

const year = 365 * 24 * time.Hour

// A jump of the machine's clock is not followed, neither before Telegram answers nor
// afterwards; once it is set right, it is used again. Each is said once.
func TestClock_AYearOffIsNotFollowed(t *testing.T) {
	for _, off := range []time.Duration{year, -year} {
		d := newDesk(t)
		d.answer(d.moment(), noon)
		d.passes(time.Hour)
		d.want(noon.Add(time.Hour))
		d.set(off)
		d.want(noon.Add(time.Hour))
		d.passes(time.Hour)
		d.want(noon.Add(2 * time.Hour))
		for range 3 {
			d.answer(d.moment(), noon.Add(2*time.Hour))
		}
		d.passes(time.Hour)
		d.want(noon.Add(3 * time.Hour))
		d.set(-off)
		d.want(noon.Add(3 * time.Hour))
		d.answer(d.moment(), noon.Add(3*time.Hour))
		d.want(noon.Add(3 * time.Hour))
		if n := strings.Count(d.log.String(), "\n"); n != 2 || !strings.Contains(d.log.String(), "clock is wrong") || !strings.Contains(d.log.String(), "right again") {
			t.Errorf("%d lines are said:\n%s", n, &d.log)
		}
	}
}

// At a start nobody knows better than the machine; Telegram's first answer does.
func TestClock_WrongAtTheStart(t *testing.T) {
	d := newDesk(t)
	d.want(noon)
	d.answer(d.moment(), noon.Add(-year))
	d.want(noon.Add(-year))
	d.passes(time.Minute)
	d.want(noon.Add(time.Minute - year))
}

// A machine that slept has the right clock, though it ran for less.
func TestClock_AfterASleep(t *testing.T) {
	d := newDesk(t)
	d.answer(d.moment(), noon)
	d.set(8 * time.Hour) // the clock goes on, what has run does not
	d.want(noon)
	d.answer(d.moment(), noon.Add(8*time.Hour))
	d.want(noon.Add(8 * time.Hour))
	if d.log.Len() > 0 {
		t.Errorf("somebody is bothered: %s", &d.log)
	}
}

// An answer that took long and one without a time say nothing against the clock; one
// that came while it was set does.
func TestClock_SlowAnswersAndNone(t *testing.T) {
	d := newDesk(t)
	asked := d.moment()
	d.passes(50 * time.Minute)
	d.answer(asked, noon.Add(time.Minute))
	d.want(noon.Add(50 * time.Minute))
	asked = d.moment()
	d.set(-year)
	d.answer(asked, noon.Add(50*time.Minute))
	d.want(noon.Add(50 * time.Minute))
	d.heard(d.moment(), httptest.NewRecorder().Result())
	d.want(noon.Add(50 * time.Minute))
}

// One answer that tells a wrong time is not believed, two are.
func TestClock_OneOddAnswerIsNotBelieved(t *testing.T) {
	d := newDesk(t)
	d.answer(d.moment(), noon)
	d.answer(d.moment(), noon.Add(year))
	d.want(noon)
	d.answer(d.moment(), noon)
	d.answer(d.moment(), noon.Add(year))
	d.want(noon)
	d.answer(d.moment(), noon.Add(year))
	d.want(noon.Add(year))
}

// Certificates are valid by the right time, not by the machine's.
func TestClient_CertificatesAreValidByTheRightTime(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"ok":true,"result":true}`)) }))
	defer srv.Close()
	d := newDesk(t)
	d.set(200 * year)
	c := NewClient(5 * time.Second)
	c.Clock = d.Clock
	c.http.Transport.(*http.Transport).TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if _, err := NewCaller(srv.URL, testToken, c).Call(t.Context(), "getMe", struct{}{}); err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("in 200 years the certificate is valid: %v", err)
	}
	d.answer(d.moment(), noon)
	if _, err := NewCaller(srv.URL, testToken, c).Call(t.Context(), "getMe", struct{}{}); err != nil {
		t.Error(err)
	}
}
