# Roadtwin. A Debian with Go, gcc, make and Node is enough; the targets fetch the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
export CGO_ENABLED := 1

ROADTWIN := bin/roadtwin
ADDR     ?= localhost:8080
DB       ?= results.db
FUZZTIME ?= 20s
SIGNAL_SECONDS ?= 1e8
MUTATIONS ?= 1000000

GOLANGCI_LINT_VERSION := v2.15.0
GOLANGCI_LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)

# --- The program ------------------------------------------------------------------------------------------------------

.PHONY: build
build: $(ROADTWIN) ## the page and the program: bin/roadtwin

# go build knows best whether anything changed.
.PHONY: $(ROADTWIN)
$(ROADTWIN): webui/dist/index.html
	go build -o $@ ./cmd/roadtwin

webui/app/node_modules/.package-lock.json: webui/app/package.json webui/app/package-lock.json
	cd webui/app && npm ci --no-progress
	touch $@

PAGE_SOURCES := $(shell find webui/app -path webui/app/node_modules -prune -o -type f -print)

# The page is built beside webui/dist and then put there, old files last: the program embeds that folder, and a go build
# that is under way, of this make or another, must find it whole.
PAGE := webui/app/node_modules/.page

webui/dist/index.html: webui/app/node_modules/.package-lock.json $(PAGE_SOURCES)
	cd webui/app && npm run build -- --outDir $(PAGE:webui/app/%=%)
	cp -RT $(PAGE) webui/dist
	cd webui/dist && find . -type f | while read -r file; do [[ -e ../../$(PAGE)/$$file ]] || rm "$$file"; done
	touch $@

# --- The demo ---------------------------------------------------------------------------------------------------------

DEMO     := scenarios/demo/wilmington.yaml
DELAWARE := scenarios/demo/delaware.osm.pbf

.PHONY: demo
demo: build $(DELAWARE) ## a morning peak in Wilmington, then the live map on http://localhost:8080 (HEADLESS=1: no map)
	$(ROADTWIN) run $(DEMO) --db $(DB)
ifndef HEADLESS
	$(ROADTWIN) serve $(DEMO) --addr $(ADDR)
endif

# An extract of Delaware lies among the test data of a module that reads OpenStreetMap files.
OSM_MODULE := github.com/paulmach/osm@v0.8.0

$(DELAWARE):
	go mod download $(OSM_MODULE)
	ln -sf "$$(go list -m -f '{{.Dir}}' $(OSM_MODULE))/testdata/delaware-latest.osm.pbf" $@

# --- Tests ------------------------------------------------------------------------------------------------------------

.PHONY: test
test: page-test browser-test go-test ## everything that must pass: page, browser, Go

.PHONY: page-test
page-test: webui/dist/index.html ## the page: format, lint, types, unit tests
	cd webui/app && npm run check && npm test

.PHONY: browser-test
browser-test: build $(DELAWARE) ## the live map, a stand-in and the demo, in Chromium (installed where it may be)
	.ci/chromium
	cd webui/app && npm run e2e

.PHONY: go-test
go-test: webui/dist/index.html $(DELAWARE) ## go vet and all Go tests
	go vet ./...
	go test ./...

.PHONY: race
race: webui/dist/index.html ## the engine and the server under the race detector
	go test -race ./vehicles/... ./signals/... ./scenarios/... ./webui/...

.PHONY: extracts
extracts: webui/dist/index.html ## imports every extract in ../shared/osm and runs 30 minutes on each, twice: a table (slow)
	ROADTWIN_EXTRACTS=all go test ./cmd/roadtwin -run TestExtracts -v -count 1 -timeout 2h

SOAK   ?= 00:00-24:00
DEMAND ?= 0.5,1,1.5
CITIES ?= monaco,badhersfeld,wilmington,portland

.PHONY: soak
soak: webui/dist/index.html $(DELAWARE) ## a day (SOAK=07:00-08:00) of four CITIES at three levels of DEMAND: who is stuck where (slow)
	ROADTWIN_SOAK=$(SOAK) ROADTWIN_SOAK_DEMAND=$(DEMAND) ROADTWIN_SOAK_CITIES=$(CITIES) \
	  go test ./cmd/roadtwin -run TestSoak -v -count 1 -timeout 24h

RUNS  ?= 200
KILLS ?= 10

.PHONY: study-kill
study-kill: build $(DELAWARE) ## RUNS (200) of Wilmington's peak, killed KILLS (10) times and gone on with, then undisturbed: the same rows (slow)
	ROADTWIN_KILL=$(abspath $(ROADTWIN)) ROADTWIN_KILL_RUNS=$(RUNS) ROADTWIN_KILL_TIMES=$(KILLS) \
	  go test ./cmd/roadtwin -run TestAStudySurvivesKills -v -count 1 -timeout 12h

SEEDS ?= 1-200

.PHONY: towns
towns: webui/dist/index.html ## drives through random towns and the sample networks with SEEDS (1-200): nobody crashes, is hit or stays (slow)
	ROADTWIN_RANDOM=$(SEEDS) go test ./vehicles/traffic -run 'TestRandomTowns|TestNobodyComesWhereOneStandsInside' -count 1 -timeout 12h

.PHONY: import-table
import-table: webui/dist/index.html ## imports every extract in ../shared/osm, the large ones too: a table
	ROADTWIN_TABLE=1 go test ./cmd/roadtwin -run TestImportTable -v -count 1 -timeout 1h

PICTURES ?= bin/pictures

.PHONY: pictures
pictures: webui/dist/index.html ## draws every extract of ../shared/osm/tiny lane by lane: bin/pictures/*.png
	mkdir -p $(PICTURES)
	ROADTWIN_RENDER=$(abspath $(PICTURES)) go test ./network/osmimport -run 'TestRealExtracts/.*(us|lht|de|tw)\.osm' -short -count 1
	.ci/pictures $(PICTURES)

.PHONY: interop
interop: webui/dist/index.html ## every extract in Debian's sumo, what SUMO generates here, and both their speeds: tables (slow; installs sumo)
	.ci/sumo
	ROADTWIN_INTEROP=all go test ./network/sumonet -run SUMO -count 1
	ROADTWIN_INTEROP=all go test ./cmd/roadtwin -run 'SUMO' -v -count 1 -timeout 3h

.PHONY: speed
speed: webui/dist/index.html ## how fast we are and how fast Debian's sumo is on the same traffic: a table (slow; installs sumo)
	.ci/sumo
	ROADTWIN_INTEROP=all go test -pgo=cmd/roadtwin/default.pgo ./cmd/roadtwin -run TestSpeedBesideSUMO -v -count 1 -timeout 2h

.PHONY: signal-fuzz
signal-fuzz: ## random signal controllers, detector faults, edits and preemptions for SIGNAL_SECONDS (1e8) controller-seconds
	go test ./signals -run TestNothingBringsConflictingGreens -v -timeout 24h -signal.seconds $(SIGNAL_SECONDS)

.PHONY: fuzz
fuzz: webui/dist/index.html ## every fuzz target for FUZZTIME (20s)
	go list ./... | while read -r package; do \
	  for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; \
	    go test "$$package" -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME); \
	  done; \
	done

.PHONY: mutations
mutations: webui/dist/index.html ## reads and imports MUTATIONS (a million) damaged maps: no panic, no invalid network, bounded memory
	ROADTWIN_MUTATIONS=$(MUTATIONS) go test ./network/osmimport/extract -run TestMutations -v -count 1 -timeout 6h

.PHONY: validate
validate: build ## measures the program against published facts: validation.html, with plots
	$(ROADTWIN) validate -o validation.html

.PHONY: bench
bench: build ## vehicle updates a CPU second, by network size and threads
	$(ROADTWIN) bench

# The go command finds the profile by its name and lays out the hottest calls accordingly: some 8 % faster.
.PHONY: profile
profile: webui/dist/index.html ## profiles the engine on the networks of bench for the compiler: cmd/roadtwin/default.pgo
	dir=$$(mktemp -d) && go build -trimpath -o $$dir/roadtwin ./cmd/roadtwin && \
	$$dir/roadtwin bench --vehicles 5000,20000 --threads 1 --profile $$dir/grid.pprof && \
	$$dir/roadtwin bench --network ring --vehicles 5000 --threads 1 --seconds 8 --profile $$dir/ring.pprof && \
	go tool pprof -proto $$dir/roadtwin $$dir/grid.pprof $$dir/ring.pprof > $$dir/default.pgo && \
	mv $$dir/default.pgo cmd/roadtwin/ && rm -r $$dir

# --- Style ------------------------------------------------------------------------------------------------------------

.PHONY: lint
lint: webui/dist/index.html $(GOLANGCI_LINT) ## golangci-lint with gofumpt and the import direction; Biome for the page
	$(GOLANGCI_LINT) run --config .ci/golangci.yml ./...
	$(GOLANGCI_LINT) fmt --config .ci/golangci.yml --diff ./...
	cd webui/app && npm run check

.PHONY: format
format: $(GOLANGCI_LINT) ## formats the Go and the page's sources
	$(GOLANGCI_LINT) fmt --config .ci/golangci.yml ./...
	cd webui/app && npm run format

$(GOLANGCI_LINT):
	GOBIN="$(CURDIR)/bin" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv bin/golangci-lint $@

# --- The rest ---------------------------------------------------------------------------------------------------------

.PHONY: clean
clean: ## removes what was built, results.db too
	rm -rf bin webui/app/node_modules $(DELAWARE) $(DB) $(DB)-wal $(DB)-shm
	find webui/dist -mindepth 1 -not -name .keep -delete

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r target text; do \
	  printf '  make %-14s %s\n' "$$target" "$$text"; \
	done
