// Package metrics counts what Zuji does and shows it to Prometheus, together
// with whether Zuji is alive and ready.
//
// No label comes from what a person wrote, and none names a chat or a record:
// every label has a fixed set of values, so that the number of series is bounded.
package metrics

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Other is the value of a label that got one which was not announced.
const Other = "other"

// Labels are the values that labels may have. A value that is not among them is
// counted as Other.
type Labels struct {
	Kinds    []string // of updates
	Results  []string // of tries of updates
	Calls    []string // kinds of calls of the Bot API
	Outcomes []string // of calls of the Bot API
	Settled  []string // what an attempt to send a notice ended as
	Stores   []string // files of records
	Sessions string   // where the sessions lie
}

// A Metrics counts. Its methods are safe for concurrent use and cost less than a
// microsecond each.
type Metrics struct {
	registry *prometheus.Registry
	labels   Labels

	updates   *prometheus.CounterVec
	polls     *prometheus.CounterVec
	steps     prometheus.Histogram
	commits   *prometheus.HistogramVec
	failures  *prometheus.CounterVec
	trips     *prometheus.HistogramVec
	sessions  *prometheus.CounterVec
	settled   *prometheus.CounterVec
	reminders prometheus.Counter
	calls     *prometheus.CounterVec
	callTimes prometheus.Histogram
	silences  prometheus.Counter
	silent    prometheus.Counter
}

// Bounds of the histograms, in seconds. The steps' are denser where the promise
// to people lies: an answer within a second.
var (
	stepBounds   = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	commitBounds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}
	tripBounds   = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .2, .5}
	callBounds   = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15}
)

// New returns Metrics with every series that can occur at zero, and with those
// of the Go runtime and the process.
func New(l Labels) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), labels: l}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build(), start())
	m.updates = m.counters("updates_total", "Updates of Telegram by kind and what became of the try.", "kind", "result")
	m.polls = m.counters("polls_total", "Polls for updates by result; with a webhook there are none.", "result")
	m.steps = m.histogram("step_seconds", "How long handling an update took: reading the session, the step, storing, answering.", stepBounds)
	m.commits = m.histograms("store_commit_seconds", "How long a commit to disk took; several transactions share one.", commitBounds, "store")
	m.failures = m.counters("store_commit_failures_total", "Commits that failed.", "store")
	m.trips = m.histograms("session_seconds", "How long reading or writing a session took where it was answered: in Redis one round trip.", tripBounds, "backend", "op")
	m.sessions = m.counters("session_calls_total", "Reads and writes of sessions by result.", "backend", "op", "result")
	m.settled = m.counters("outbox_attempts_total", "Attempts to send a notice by what the notice became: sent, unconfirmed, dead, or pending if it comes again.", "state")
	m.reminders = m.counter("reminders_made_total", "Reminders and errands that came due and were done.")
	m.calls = m.counters("telegram_calls_total", "Calls of the Bot API, polls not counted, by kind and outcome; too_many is a 429.", "kind", "outcome")
	m.callTimes = m.histogram("telegram_call_seconds", "How long a call of the Bot API took, waiting for its turn not counted.", callBounds)
	m.silences = m.counter("telegram_silences_total", "Times that Telegram asked for silence (429), polls counted.")
	m.silent = m.counter("telegram_silence_seconds_total", "Seconds of silence that Telegram asked for.")
	m.zero()
	return m
}

// prefix begins the name of every series that is Zuji's own.
const prefix = "zuji_"

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: prefix + name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) counter(name, help string) prometheus.Counter {
	return m.counters(name, help).WithLabelValues()
}

func (m *Metrics) histograms(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: bounds}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) histogram(name, help string, bounds []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: bounds})
	m.registry.MustRegister(h)
	return h
}

// zero makes every series, so that a rate over the first event is right and an
// alert on a series that never occurred works.
func (m *Metrics) zero() {
	l := &m.labels
	for _, all := range []*[]string{&l.Kinds, &l.Results, &l.Calls, &l.Outcomes, &l.Settled, &l.Stores} {
		if !slices.Contains(*all, Other) {
			*all = append(slices.Clone(*all), Other)
		}
	}
	each(l.Kinds, l.Results, func(kind, result string) { m.updates.WithLabelValues(kind, result) })
	each(l.Calls, l.Outcomes, func(kind, outcome string) { m.calls.WithLabelValues(kind, outcome) })
	each(ops, results, func(op, result string) { m.sessions.WithLabelValues(l.Sessions, op, result) })
	for _, result := range []string{ok, failed} {
		m.polls.WithLabelValues(result)
	}
	for _, op := range ops {
		m.trips.WithLabelValues(l.Sessions, op)
	}
	for _, s := range l.Settled {
		m.settled.WithLabelValues(s)
	}
	for _, s := range l.Stores {
		m.commits.WithLabelValues(s)
		m.failures.WithLabelValues(s)
	}
}

func each(these, those []string, do func(this, that string)) {
	for _, this := range these {
		for _, that := range those {
			do(this, that)
		}
	}
}

// known returns value if it was announced, and Other otherwise.
func known(announced []string, value string) string {
	if slices.Contains(announced, value) {
		return value
	}
	return Other
}

// Update counts a try of an update. took is what the handler needed, 0 if it was
// not asked.
func (m *Metrics) Update(kind, result string, took time.Duration) {
	m.updates.WithLabelValues(known(m.labels.Kinds, kind), known(m.labels.Results, result)).Inc()
	if took > 0 {
		m.steps.Observe(took.Seconds())
	}
}

// Poll counts a poll for updates.
func (m *Metrics) Poll(err error) {
	if err != nil {
		m.polls.WithLabelValues(failed).Inc()
		return
	}
	m.polls.WithLabelValues(ok).Inc()
}

// Commit counts a commit to the file named store.
func (m *Metrics) Commit(store string, took time.Duration, err error) {
	store = known(m.labels.Stores, store)
	if err != nil {
		m.failures.WithLabelValues(store).Inc()
		return
	}
	m.commits.WithLabelValues(store).Observe(took.Seconds())
}

// Settled counts an attempt to send a notice by the state it left the notice in.
func (m *Metrics) Settled(state string) {
	m.settled.WithLabelValues(known(m.labels.Settled, state)).Inc()
}

// Reminders counts reminders and errands that were done.
func (m *Metrics) Reminders(n int) { m.reminders.Add(float64(n)) }

// Call counts a call of the Bot API.
func (m *Metrics) Call(kind, outcome string, took time.Duration) {
	m.calls.WithLabelValues(known(m.labels.Calls, kind), known(m.labels.Outcomes, outcome)).Inc()
	m.callTimes.Observe(took.Seconds())
}

// Silence counts that Telegram asked for d of silence.
func (m *Metrics) Silence(d time.Duration) {
	m.silences.Inc()
	m.silent.Add(d.Seconds())
}
