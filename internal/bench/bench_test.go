//go:build unix

// Package bench_test measures the whole of Zuji beside a bot that keeps less and
// one that keeps nothing, and holds the numbers that must not grow.
package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"zuji/internal/redistest"
)

// contest returns the bots in the order of a round; each round begins with
// another one.
func contest() []string {
	all := []string{"zuji", "baseline", "floor"}
	if os.Getenv(beforeEnv) != "" {
		all = append(all, before)
	}
	return all
}

// BenchmarkRegistration lets 1, 64 and 512 landlords register at once with each
// bot in turn, and prints the middle one of each bot's runs. ZUJI_BENCH_ROUNDS is
// the number of runs of each (3), ZUJI_BENCH_INTAKE=webhook posts the updates to
// Zuji, ZUJI_BENCH_PROFILE is a folder for profiles, ZUJI_BENCH_BEFORE an earlier
// Zuji to compare with.
func BenchmarkRegistration(b *testing.B) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("ZUJI_BENCH_ROUNDS")); err == nil {
		rounds = n
	}
	redis := redistest.Start(b)
	for _, l := range []load{{at: 1, talks: 30}, {at: 64, talks: 256}, {at: 512, talks: 512}} {
		l.webhook = os.Getenv("ZUJI_BENCH_INTAKE") == "webhook"
		b.Run(fmt.Sprintf("at=%d", l.at), func(b *testing.B) {
			all := map[string][]result{}
			for round := range rounds {
				for i := range contest() {
					bot := contest()[(round+i)%len(contest())]
					all[bot] = append(all[bot], measure(b, redis, bot, l, profile(bot, l, round)))
				}
			}
			report(b, all)
		})
	}
}

func profile(bot string, l load, round int) string {
	dir := os.Getenv("ZUJI_BENCH_PROFILE")
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, fmt.Sprintf("%s-%d-%d.pb", bot, l.at, round))
}

// report prints the middle run of each bot, and how Zuji compares in the middle
// of the rounds.
func report(b *testing.B, all map[string][]result) {
	b.Helper()
	fmt.Printf("\n%-9s %8s %8s %8s %8s %8s %8s %8s %9s %7s %7s %6s\n", "bot", "talks/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "all ms", "allocs", "requests", "redis", "commits", "lost")
	fmt.Printf("%-9s %8s %8s %8s %8s %8s %8s %8s %9s %7s %7s\n", "", "", "", "", "", "a step", "a step", "a step", "a step", "a step", "a talk")
	for _, bot := range contest() {
		r := slices.SortedFunc(slices.Values(all[bot]), func(x, y result) int { return int(x.took - y.took) })[len(all[bot])/2]
		steps := float64(len(r.steps))
		fmt.Printf("%-9s %8.1f %8.2f %8.2f %8.2f %8.3f %8.3f %8.0f %9.2f %7.2f %7.2f %6d\n", bot, r.rate(), ms(r.part(50)), ms(r.part(95)), ms(r.part(99)),
			ms(r.used.CPU)/steps, ms(r.all)/steps, float64(r.used.Mallocs)/steps, float64(r.requests)/steps, float64(r.trips())/steps, float64(r.commits)/float64(r.talks), r.lost)
	}
	for _, other := range contest()[1:] {
		b.ReportMetric(ratio(all["zuji"], all[other], result.rate), "x"+other)
		b.ReportMetric(ratio(all["zuji"], all[other], result.thrift), "CPUx"+other)
	}
	var tails []float64
	for _, r := range all["zuji"] {
		tails = append(tails, float64(r.part(99))/float64(r.part(50)))
	}
	b.ReportMetric(middle(tails), "p99/p50")
	b.ReportMetric(0, "ns/op")
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// rate is the conversations a second.
func (r result) rate() float64 { return float64(r.talks) / r.took.Seconds() }

// part returns the time within which so many of a hundred answers came.
func (r result) part(of100 int) time.Duration {
	return r.steps[min(len(r.steps)-1, len(r.steps)*of100/100)]
}

// trips is how often Redis was asked: what scripts do on the server is not.
func (r result) trips() (n int) {
	for name, calls := range r.redis {
		if !slices.Contains([]string{"hget", "hset", "pexpire"}, name) {
			n += calls
		}
	}
	return n
}

// thrift is the conversations a second of processor time, whoever spends it: what
// a machine could do that does nothing else.
func (r result) thrift() float64 { return float64(r.talks) / r.all.Seconds() }

// ratio is how many times as much the first has, in the middle of the rounds.
func ratio(one, other []result, of func(result) float64) float64 {
	var all []float64
	for i := range one {
		all = append(all, of(one[i])/of(other[i]))
	}
	return middle(all)
}

func middle(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
