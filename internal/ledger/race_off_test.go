//go:build !race

package ledger_test

import "zuji/internal/ledger"

const largest = ledger.MaxRows
