package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// A State is what is measured when it is asked for. A number below zero is not
// known at the moment and not shown.
type State struct {
	OutboxWaiting float64            // rows that wait or are being sent
	OutboxSending float64            // of them those being sent
	OutboxHeld    float64            // people who can't be reached
	OutboxUnsure  float64            // rows that ended unconfirmed within 30 days
	OutboxDead    float64            // rows that ended dead within 30 days
	OutboxLate    float64            // seconds since the oldest row came due
	DueNow        float64            // reminders and errands
	DueLate       float64            // seconds since the oldest of them came due
	LanesWaiting  float64            // updates that wait or are under way
	LanesMost     float64            // updates from which on more are refused
	Silence       float64            // seconds of silence that are left
	Ready         float64            // 1 or 0
	StoreBytes    map[string]float64 // size of each file of records
	StoreView     map[string]float64 // seconds that the oldest view of each file runs
}

// Unknown returns a State of which nothing is known.
func Unknown() State {
	return State{
		OutboxWaiting: -1, OutboxSending: -1, OutboxHeld: -1, OutboxUnsure: -1, OutboxDead: -1, OutboxLate: -1,
		DueNow: -1, DueLate: -1, LanesWaiting: -1, LanesMost: -1, Silence: -1, Ready: -1,
		StoreBytes: map[string]float64{}, StoreView: map[string]float64{},
	}
}

// stateWithin bounds the measuring, so that a scrape answers though a store hangs.
const stateWithin = 2 * time.Second

// Watch shows what measure returns at each scrape. Call it once.
func (m *Metrics) Watch(measure func(context.Context) State) {
	m.registry.MustRegister(&watcher{measure})
}

type watcher struct{ measure func(context.Context) State }

type gauge struct {
	desc *prometheus.Desc
	of   func(State) float64
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prefix+name, help, labels, nil)
}

var gauges = []gauge{
	{describe("outbox_rows", "Notices that wait or are being sent; 10000 means as many or more."), func(s State) float64 { return s.OutboxWaiting }},
	{describe("outbox_sending", "Notices that are being sent."), func(s State) float64 { return s.OutboxSending }},
	{describe("outbox_held_people", "People who can't be reached; their notices wait."), func(s State) float64 { return s.OutboxHeld }},
	{describe("outbox_unconfirmed_rows", "Notices of the last 30 days of which it is open whether they arrived."), func(s State) float64 { return s.OutboxUnsure }},
	{describe("outbox_dead_rows", "Notices of the last 30 days that were refused or lost their point."), func(s State) float64 { return s.OutboxDead }},
	{describe("outbox_oldest_due_seconds", "Since the oldest notice that waits came due; 0 if none is due."), func(s State) float64 { return s.OutboxLate }},
	{describe("reminders_due", "Reminders and errands that are due now; 10000 means as many or more."), func(s State) float64 { return s.DueNow }},
	{describe("reminders_oldest_due_seconds", "Since the oldest reminder that is due came due; 0 if none is."), func(s State) float64 { return s.DueLate }},
	{describe("lanes_waiting", "Updates that wait or are being handled."), func(s State) float64 { return s.LanesWaiting }},
	{describe("lanes_capacity", "Updates from which on more are refused."), func(s State) float64 { return s.LanesMost }},
	{describe("telegram_silence_left_seconds", "Silence that Telegram asked for and that is left."), func(s State) float64 { return s.Silence }},
	{describe("ready", "1 when /readyz answers 200."), func(s State) float64 { return s.Ready }},
}

var (
	storeBytes = describe("store_bytes", "Size of the file of records.", "store")
	storeView  = describe("store_oldest_view_seconds", "How long the oldest running reader of the file runs.", "store")
)

// Describe implements prometheus.Collector.
func (w *watcher) Describe(out chan<- *prometheus.Desc) {
	for _, g := range gauges {
		out <- g.desc
	}
	out <- storeBytes
	out <- storeView
}

// Collect implements prometheus.Collector.
func (w *watcher) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), stateWithin)
	defer cancel()
	s := w.measure(ctx)
	for _, g := range gauges {
		if v := g.of(s); v >= 0 {
			out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, v)
		}
	}
	for store, v := range s.StoreBytes {
		out <- prometheus.MustNewConstMetric(storeBytes, prometheus.GaugeValue, v, store)
	}
	for store, v := range s.StoreView {
		out <- prometheus.MustNewConstMetric(storeView, prometheus.GaugeValue, v, store)
	}
}
