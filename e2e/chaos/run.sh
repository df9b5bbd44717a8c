#!/usr/bin/env bash
# `make chaos`: faults on a real Mattermost with a PostgreSQL of its own (never the machine's), and on a real OpenClaw.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$here/../../scripts/env.sh"
openclaw="$("$LIVESTATUS_ROOT/scripts/ensure-openclaw.sh")"
eval "$openclaw"
export LIVESTATUS_POSTGRES_OWN=1
exec "$here/../with-mattermost.sh" node --disable-warning=ExperimentalWarning "$here/main.ts" "$@"
