# make test is the one that matters: it installs what the tests need, then runs
# every check there is.
GO       ?= go
ARTEFACTS ?= $(CURDIR)/artefacts
FUZZ     ?= 20000x
TORTURE  ?= 1

# What takes long runs by itself, without the race detector.
HEAVY    := ^TestTorture|Ledger_Largest|LargestLedger

.PHONY: test deps check unit fuzz torture bench bench-growth breakages

test: deps check unit fuzz

deps:
	@sh .ci/deps

check:
	@test -z "$$(gofmt -l .)" || { echo "not gofmt'ed:"; gofmt -l .; exit 1; }
	$(GO) mod verify >/dev/null
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

unit:
	mkdir -p $(ARTEFACTS)
	ZUJI_ARTEFACTS=$(ARTEFACTS) $(GO) test -race -timeout 30m -skip "$(HEAVY)" ./...
	$(GO) test -run "$(HEAVY)" -v -timeout 30m ./internal/service ./internal/ledger

fuzz:
	GO=$(GO) sh .ci/fuzz $(FUZZ)

# The longer fuzz run: make fuzz FUZZ=10000000x

# The rigs of docs/reliability.md for about an hour: make torture TORTURE=10 for ten.
torture: deps
	ZUJI_TORTURE=$$((40 * $(TORTURE))) $(GO) test -run '^TestTorture' -v -p 1 -timeout 0 ./...

# Each defence is taken out once, and its tests must fail: make breakages BREAKAGES=invitation
BREAKAGES ?= .
breakages: deps
	ZUJI_BREAKAGES='$(BREAKAGES)' $(GO) test -count=1 -run '^TestBreakages' -v -parallel 4 -timeout 0 ./internal/breakage

# Zuji beside two plain bots; docs/performance.md says how to read it.
bench:
	$(GO) test -run - -bench Registration -benchtime 1x -timeout 1h ./internal/bench

# A register of N tenancies and N reminders, row by row as in docs/performance.md.
bench-growth:
	ZUJI_GROWTH=$(N) $(GO) test -run - -bench Growth -benchtime 1x -timeout 3h ./internal/registry
