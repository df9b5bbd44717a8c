#!/usr/bin/env bash
# Runs a command beside a real OpenClaw (installed into the cache on first use) and all that a real Mattermost needs, and leaves
# nothing running:
#
#   e2e/openclaw/run.sh npx vitest run --config e2e/openclaw/vitest.config.ts -t approval
#   e2e/openclaw/run.sh npx vitest run --config e2e/chain/vitest.config.ts places.test.ts
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$here/../../scripts/env.sh"
"$LIVESTATUS_ROOT/scripts/ensure-deps.sh"
# Two lines: the exit status of a command inside `eval "$(...)"` is lost.
openclaw="$("$LIVESTATUS_ROOT/scripts/ensure-openclaw.sh")"
eval "$openclaw"
exec "$here/../with-mattermost.sh" "$@"
