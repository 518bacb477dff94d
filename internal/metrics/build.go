package metrics

import (
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// build is a series that is always 1 and says what runs.
func build() prometheus.Collector {
	version, revision, goVersion := Build()
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: prefix + "build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "go": goVersion},
	}, func() float64 { return 1 })
}

// start is when the process began to count. The process collector's own needs
// /proc/stat, which the systemd unit hides.
func start() prometheus.Collector {
	began := float64(time.Now().Unix())
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: prefix + "start_time_seconds", Help: "When Zuji started, in Unix time.",
	}, func() float64 { return began })
}

// Build returns the module's version, the revision it was built from ("unknown"
// where the binary does not say) and Go's version.
func Build() (version, revision, goVersion string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown", "unknown", "unknown"
	}
	version, revision, goVersion = info.Main.Version, "unknown", info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	return version, revision, goVersion
}
