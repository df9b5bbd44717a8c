#!/usr/bin/env bash
# Builds the dashboard into dashboard/dist if its sources, those of what it is made of, or its build changed since the last
# build. The check reads names and times only (a few ms); the build takes about two seconds and replaces the old
# files in one step, so a daemon that serves them never sees half a build. Safe to call from several processes at once.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"
cd "$LIVESTATUS_ROOT"

built=dashboard/dist/index.html
sources=(dashboard/src dashboard/public dashboard/index.html dashboard/vite.config.ts dashboard/package.json ui/src contract/src package-lock.json)

is_current() {
  # A directory's own time changes when a file in it appears or goes.
  [ -f "$built" ] && [ -z "$(find "${sources[@]}" -newer "$built" -print -quit)" ]
}

is_current && exit 0
scripts/ensure-deps.sh
mkdir -p .build
exec 9>.build/dashboard.lock
flock 9
is_current && exit 0

started_at="$(mktemp .build/dashboard-started.XXXXXX)"
staging="$(mktemp -d .build/dashboard.XXXXXX)"
trap 'rm -rf "$started_at" "$staging"' EXIT
echo "livestatus: building the dashboard..." >&2
# Whoever calls may have set NODE_ENV for itself (vitest does): the page is always the one for production.
NODE_ENV=production LIVESTATUS_DASHBOARD_OUT="$LIVESTATUS_ROOT/$staging/dist" npm run --silent -w dashboard build -- --logLevel warn >&2
# As old as the moment before the build: what was saved meanwhile is built next time.
touch -r "$started_at" "$staging/dist/index.html"
chmod 755 "$staging" "$staging/dist"
if [ -d dashboard/dist ]; then mv dashboard/dist "$staging/old"; fi
mv "$staging/dist" dashboard/dist
