#!/usr/bin/env bash
# What no committed file may hold: an address of a package registry, a path of one machine, a focus mark in a test.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
complain() {
  if [ -n "$2" ]; then
    printf '%s:\n%s\n' "$1" "$2" >&2
    status=1
  fi
}
complain 'package addresses in lock files' "$(git grep -nE '"resolved": *"https?:' -- '*package-lock.json' | cut -c1-160 || true)"
complain 'paths of one machine' "$(git grep -nIE '(^|[^a-z])/(work|root)/[a-z.]' -- . ':!testdata' ':!scripts/check-tree.sh' | cut -c1-160 || true)"
complain 'focused or switched-off tests' "$(git grep -nE '\b(it|test|describe)\.(only|skip|todo)\(' -- '*.ts' '*.tsx' | cut -c1-160 || true)"
exit "$status"
