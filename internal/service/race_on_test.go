//go:build race

package service_test

// ledgerSize is smaller under the race detector, which takes the time of several.
const ledgerSize = 8_000
