# Live Status: the commands that must always work. Each bootstraps what it needs (Node, npm packages, a browser) by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# One line: puts a recent Node first in PATH and installs the npm packages if they are missing or out of date.
ENV := . scripts/env.sh && scripts/ensure-deps.sh

.PHONY: help demo run test check format generate e2e-openclaw bench chaos soak dist stack screenshots clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: ## Play recorded OpenClaw runs live on http://127.0.0.1:9090
	@bin/livestatus replay --demo --loop --speed 1

run: ## Watch the OpenClaw of this machine on http://127.0.0.1:9090
	@bin/livestatus run

test: ## Every check and test except those that need a real OpenClaw
	@$(ENV) && node --disable-warning=ExperimentalWarning scripts/run-tests.ts

check: ## Format, lint, types, contract drift, import rules (fast)
	@$(ENV) && node --disable-warning=ExperimentalWarning scripts/run-tests.ts check

format: ## Format and fix what can be fixed by a tool
	@$(ENV) && npx biome check --write . && gofmt -l -w plugin/server

generate: ## Generate what is committed: contract types, docs of settings, errors and commands
	@$(ENV) && scripts/contract-generate.sh && node --disable-warning=ExperimentalWarning scripts/config-docs.ts && node --disable-warning=ExperimentalWarning scripts/version.ts

e2e-openclaw: ## The whole chain with a real OpenClaw (installs 650 MB into the cache once)
	@$(ENV) && node --disable-warning=ExperimentalWarning scripts/run-tests.ts openclaw

stack: ## A real Mattermost with the plugin, demo people, and recordings that play in its channels
	@e2e/with-mattermost.sh node --disable-warning=ExperimentalWarning e2e/stack/main.ts

bench: ## Speed and memory, each beside a baseline of the same run (BENCH="live mattermost --write": some, into docs/benchmarks.md)
	@e2e/with-mattermost.sh node --disable-warning=ExperimentalWarning --expose-gc bench/main.ts $(BENCH)

chaos: ## Faults on real parts, about 30 minutes (CHAOS="daemon-kill plugin-killed --write": some, into docs/reliability.md)
	@e2e/chaos/run.sh $(CHAOS)

soak: ## 100 agents at work for MINUTES=30: memory, handles and logs must not grow; into docs/reliability.md
	@e2e/with-mattermost.sh node --disable-warning=ExperimentalWarning bench/soak/main.ts $(MINUTES)

dist: ## What is released, into dist/: the plugin's bundle, the daemon's package, checksums
	@scripts/packaging/dist.sh

screenshots: ## Pictures of the dashboard and of the plugin in every state into .build/screenshots
	@$(ENV) && scripts/ensure-dashboard.sh && npm run --silent -w dashboard screenshots
	@e2e/with-mattermost.sh node --disable-warning=ExperimentalWarning e2e/plugin-browser/screenshots.ts

clean: ## Remove what was built in this checkout (caches outside stay)
	rm -rf .build dist node_modules */dist */node_modules plugin/*/dist plugin/*/node_modules
