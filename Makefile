# make test is the one that matters: it installs what the tests need, then runs
# every check there is.
GO       ?= go
ARTEFACTS ?= $(CURDIR)/artefacts
FUZZ     ?= 20000x

.PHONY: test deps check unit fuzz bench

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
	ZUJI_ARTEFACTS=$(ARTEFACTS) $(GO) test -race -timeout 20m ./...
	$(GO) test -run "Ledger_Largest|LargestLedger" -v ./internal/service ./internal/ledger

fuzz:
	GO=$(GO) sh .ci/fuzz $(FUZZ)

# The longer fuzz run: make fuzz FUZZ=10000000x

# Zuji beside two plain bots; docs/performance.md says how to read it.
bench:
	$(GO) test -run - -bench Registration -benchtime 1x -timeout 1h ./internal/bench
