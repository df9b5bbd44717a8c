#!/usr/bin/env bash
# Runs Live Status beside a real OpenClaw (installed into the cache on first use) and leaves nothing running.
# Arguments go to vitest: `e2e/openclaw/run.sh -t approval`.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$here/../../scripts/env.sh"
"$LIVESTATUS_ROOT/scripts/ensure-deps.sh"
# Two lines: the exit status of a command inside `eval "$(...)"` is lost.
openclaw="$("$LIVESTATUS_ROOT/scripts/ensure-openclaw.sh")"
eval "$openclaw"

# Everything the tests make stands in one directory: temporary files, and the process groups they start, so that what
# outlives a killed test run ends with this script.
run_dir="$(mktemp -d "${TMPDIR:-/tmp}/livestatus-e2e.XXXXXX")"
export TMPDIR="$run_dir" LIVESTATUS_E2E_PIDS="$run_dir/process-groups"
touch "$LIVESTATUS_E2E_PIDS"
clean_up() {
  while read -r group; do
    if kill -0 -- "-$group" 2>/dev/null; then
      echo "e2e-openclaw: ending a left-over process group $group" >&2
      kill -KILL -- "-$group" 2>/dev/null || true
    fi
  done <"$LIVESTATUS_E2E_PIDS"
  rm -rf "$run_dir"
}
trap clean_up EXIT

cd "$LIVESTATUS_ROOT"
npx vitest run --config e2e/openclaw/vitest.config.ts "$@"
