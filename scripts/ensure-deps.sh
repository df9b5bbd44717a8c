#!/usr/bin/env bash
# Installs the npm workspaces if package-lock.json changed since the last install. Safe to run at any time, also twice at once.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$LIVESTATUS_ROOT"
stamp=node_modules/.livestatus-installed
if ! [ -f "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
  mkdir -p .build
  exec 9>.build/npm-ci.lock
  # Where there is no flock, two installs at once are the person's own affair.
  ! command -v flock >/dev/null 2>&1 || flock 9
  if ! [ -f "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
    echo "livestatus: installing npm packages..." >&2
    if ! npm ci --no-audit --no-fund --loglevel=error >&2; then
      echo "livestatus: npm could not install the packages. Check the network and the npm registry, then try again." >&2
      exit 1
    fi
    cp package-lock.json "$stamp"
  fi
fi
