//go:build race

package ledger_test

// largest is smaller under the race detector, which takes the time of many.
const largest = 3_000
