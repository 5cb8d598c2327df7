# Every target is a line or two that can also be typed by hand.

GO ?= go

dsa: ## build the program into ./dsa
	CGO_ENABLED=0 $(GO) build -trimpath -o dsa ./cmd/dsa

.PHONY: dsa test check golden bench fuzz install

test: ## every test, in under two minutes
	$(GO) test ./...

check: test ## what is run before anything lands
	sh .ci/check

golden: ## write the expected texts anew; read the difference before keeping it
	$(GO) test ./cmd -run Golden -update

bench: ## start-up against a bare program, in one run
	$(GO) test ./cmd -run '^$$' -bench StartUp -benchtime 40x -count 1

fuzz: ## each fuzz target for half a minute
	sh .ci/fuzz 30s

install: ## into $(go env GOPATH)/bin
	CGO_ENABLED=0 $(GO) install -trimpath ./cmd/dsa
