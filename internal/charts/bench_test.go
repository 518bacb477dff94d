package charts_test

import (
	"testing"

	"zuji/locales"
)

// What a chart costs once the font is there.
func BenchmarkRegistrations(b *testing.B) {
	a := artist(b, locales.Chinese)
	s, g := numbers(cases["usual"].cell, cases["usual"].share)
	for b.Loop() {
		if _, err := a.Registrations(s, g, "枫林花园"); err != nil {
			b.Fatal(err)
		}
	}
}
