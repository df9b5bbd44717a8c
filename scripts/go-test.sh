#!/usr/bin/env bash
# Runs `go test -json` over the plugin's server, with the race detector where a C compiler is found (it needs one).
set -euo pipefail
cd "$(dirname "$0")/../plugin/server"
if command -v "$(go env CC | cut -d' ' -f1)" >/dev/null 2>&1; then
  export CGO_ENABLED=1
  exec go test -race -json ./...
fi
echo "go-test: no C compiler, so without the race detector" >&2
exec go test -json ./...
