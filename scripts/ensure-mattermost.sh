#!/usr/bin/env bash
# Builds the real Mattermost server that the tests and `make stack` run against (e2e/server: unmodified, from Mattermost's
# own Go modules) into the cache outside the checkout, once (about 3 minutes and 2 GB of Go's module cache), and prints
# where it is, for `eval "$(scripts/ensure-mattermost.sh)"`:
#
#   export LIVESTATUS_MATTERMOST_DIR=...   directory with bin/mattermost and the i18n, templates and fonts that it reads
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/go-cache.sh"

module="$LIVESTATUS_ROOT/e2e/server"
target="$LIVESTATUS_CACHE/mattermost-server-$(module_key "$module")"

is_built() {
  [ -x "$target/bin/mattermost" ] && [ -d "$target/fonts" ]
}

build() {
  local staging sources part
  # Leftovers of a build that failed or was killed; the lock is ours, so nobody is using them.
  rm -rf "$LIVESTATUS_CACHE"/mattermost-staging.*
  staging="$(mktemp -d "$LIVESTATUS_CACHE/mattermost-staging.XXXXXX")"
  go_build "$module" "$staging/bin/mattermost" 5
  sources="$(go -C "$module" list -m -f '{{.Dir}}' github.com/mattermost/mattermost/server/v8)"
  for part in i18n templates fonts; do
    cp -r "$sources/$part" "$staging/$part"
  done
  # Files of the module cache are read-only.
  chmod -R u+w,a+rX "$staging"
  rm -rf "$target"
  mv -T "$staging" "$target"
}

build_once mattermost "$target"
printf 'export LIVESTATUS_MATTERMOST_DIR=%q\n' "$target"
