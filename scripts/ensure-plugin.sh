#!/usr/bin/env bash
# Builds the plugin bundle for this machine alone (make -C plugin local) into .build/ if its sources, those of what it is
# made of, or its build changed since the last build, and prints where it is, for `eval "$(scripts/ensure-plugin.sh)"`:
#
#   export LIVESTATUS_PLUGIN_BUNDLE=...   the .tar.gz that Mattermost takes
#
# Safe to call from several processes at once; the build's output goes to stderr.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"
cd "$LIVESTATUS_ROOT"

bundle="$LIVESTATUS_ROOT/.build/plugin/com.openclaw.livestatus-local.tar.gz"
sources=(plugin/server plugin/webapp plugin/plugin.json plugin/Makefile plugin/bundle.sh ui/src contract/src package-lock.json)

is_current() {
  # A directory's own time changes when a file in it appears or goes; what builds and tests write there does not count.
  [ -f "$bundle" ] && [ -z "$(find "${sources[@]}" \( -name dist -o -name node_modules -o -name '.*' \) -prune -o \
    -newer "$bundle" ! -path plugin/server ! -path plugin/webapp -print -quit)" ]
}

if ! is_current; then
  scripts/ensure-deps.sh
  mkdir -p .build/plugin
  exec 9>.build/plugin.lock
  flock 9
  if ! is_current; then
    echo "livestatus: building the plugin..." >&2
    started_at="$(mktemp .build/plugin/started.XXXXXX)"
    staging="$(mktemp -u .build/plugin/bundle.XXXXXX).tar.gz"
    trap 'rm -f "$started_at" "$staging"' EXIT
    # Whoever calls may have set NODE_ENV for itself (vitest does): the bundle is always the one for production.
    NODE_ENV=production make --no-print-directory -C plugin local BUNDLE="$LIVESTATUS_ROOT/$staging" >&2
    # As old as the moment before the build: what was saved meanwhile is built next time.
    touch -r "$started_at" "$staging"
    mv "$staging" "$bundle"
  fi
  exec 9>&-
fi
printf 'export LIVESTATUS_PLUGIN_BUNDLE=%q\n' "$bundle"
