# Every target is a line or two that can also be typed by hand.

GO ?= go

dsa: ## build the program into ./dsa
	CGO_ENABLED=0 $(GO) build -trimpath -o dsa ./cmd/dsa

.PHONY: dsa test check golden bench torture samba readers demos fuzz install

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

readers: ## what is written for others, opened by LibreOffice, a browser with axe-core, Python and SQLite
	bash .ci/readers

demos: ## every page of every demonstration, on several sizes of screen
	DSA_DEMOS=long $(GO) test ./cmd/screen -count 1 -run TestDemosOfAllCases

fuzz: ## each fuzz target for half a minute
	sh .ci/fuzz 30s

install: ## into $(go env GOPATH)/bin
	CGO_ENABLED=0 $(GO) install -trimpath ./cmd/dsa
