#!/usr/bin/env bash
# Installs the npm workspaces if package-lock.json changed since the last install. Safe to run at any time.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$LIVESTATUS_ROOT"
stamp=node_modules/.livestatus-installed
if ! [ -f "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
  echo "livestatus: installing npm packages..." >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi
