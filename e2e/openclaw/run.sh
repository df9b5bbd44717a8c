#!/usr/bin/env bash
# Runs Live Status beside a real OpenClaw (installed into the cache on first use) and leaves nothing running.
# Arguments go to vitest: `e2e/openclaw/run.sh -t approval`.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$here/../../scripts/env.sh"
"$LIVESTATUS_ROOT/scripts/ensure-deps.sh"
eval "$("$LIVESTATUS_ROOT/scripts/ensure-openclaw.sh")"

# Every process group that the tests start is noted here; what outlives a killed test run ends with this script.
LIVESTATUS_E2E_PIDS="$(mktemp "${TMPDIR:-/tmp}/livestatus-e2e-pids.XXXXXX")"
export LIVESTATUS_E2E_PIDS
end_leftovers() {
  while read -r group; do
    if kill -0 -- "-$group" 2>/dev/null; then
      echo "e2e-openclaw: ending a left-over process group $group" >&2
      kill -KILL -- "-$group" 2>/dev/null || true
    fi
  done <"$LIVESTATUS_E2E_PIDS"
  rm -f "$LIVESTATUS_E2E_PIDS"
}
trap end_leftovers EXIT

cd "$LIVESTATUS_ROOT"
npx vitest run --config e2e/openclaw/vitest.config.ts "$@"
