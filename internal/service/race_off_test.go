//go:build !race

package service_test

// ledgerSize is the largest ledger that is taken.
const ledgerSize = 50_000
