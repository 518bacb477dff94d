package charts

import (
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"zuji/internal/stats"
)

// Kinds are the charts by name.
var Kinds = map[string]func(*Artist, stats.Stats, stats.Group, string) ([]byte, error){
	"registrations": (*Artist).Registrations, "on-time": (*Artist).OnTime, "ending": (*Artist).Ending, "reasons": (*Artist).Reasons,
}

var sheets = map[string]func(*Artist, stats.Stats, stats.Group, string) *sheet{
	"registrations": (*Artist).registrations, "on-time": (*Artist).onTime, "ending": (*Artist).ending, "reasons": (*Artist).reasons,
}

// Record draws a chart of a kind and returns what was drawn, in pixels from the
// lower left.
func Record(a *Artist, kind string, s stats.Stats, g stats.Group, name string) []recorder.Action {
	var r recorder.Canvas
	a.draw(sheets[kind](a, s, g, name), draw.NewCanvas(&r, Width, Height))
	return r.Actions
}
