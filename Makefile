# Every target is a line or two that can also be typed by hand.

GO ?= go

dsa: ## build the program into ./dsa
	CGO_ENABLED=0 $(GO) build -trimpath -o dsa ./cmd/dsa

.PHONY: dsa test check golden bench torture samba windows readers demos fuzz dist man install

test: ## every test, in under two minutes
	$(GO) test ./...

check: test ## what is run before anything lands
	sh .ci/check

golden: ## write the expected texts anew; read the difference before keeping it
	$(GO) test ./cmd -run Golden -update

bench: ## verifying, signing and start-up against ssh-keygen, git and the machine's own limits, in one run of minutes
	sh .ci/bench

torture: ## losses of power, failing calls, killed writers, full disks: some twenty minutes, and a table
	bash .ci/torture

samba: ## eight clients and one folder on a Windows share of this machine
	bash .ci/samba

windows: ## the program for Windows under Wine, and what nothing but Windows can show
	bash .ci/windows/run

readers: ## what is written for others, opened by LibreOffice, a browser with axe-core, Python and SQLite
	bash .ci/readers

demos: ## every page of every demonstration, on several sizes of screen
	DSA_DEMOS=long $(GO) test ./cmd/screen -count 1 -run TestDemosOfAllCases

fuzz: ## each fuzz target for half a minute
	sh .ci/fuzz 30s

dist: ## archives for six platforms into dist/, the same bytes for everybody; KEY=FILE signs their sums
	$(GO) run ./.ci/dist $(if $(KEY),-key $(KEY))

man: ## the manual pages, into dist/man; their day is that of the commit
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(GO) run ./cmd/man dist/man

install: ## into $(go env GOPATH)/bin
	CGO_ENABLED=0 $(GO) install -trimpath ./cmd/dsa
