#!/usr/bin/env bash
# Builds the real Mattermost server that the tests and `make stack` run against (e2e/server: unmodified, from Mattermost's
# own Go modules) into the cache outside the checkout, once (about 3 minutes and 2 GB of Go's module cache), and prints
# where it is, for `eval "$(scripts/ensure-mattermost.sh)"`:
#
#   export LIVESTATUS_MATTERMOST_DIR=...   directory with bin/mattermost and the i18n, templates and fonts that it reads
#
# Safe to call from several processes at once; progress and errors go to stderr.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"

fail() {
  echo "ensure-mattermost: $*" >&2
  exit 1
}

command -v go >/dev/null 2>&1 || fail "needs Go 1.25 or newer to build the Mattermost server."
module="$LIVESTATUS_ROOT/e2e/server"
# The sources of this module are the version: go.mod and go.sum name every other source exactly.
key="$(cat "$module/main.go" "$module/go.mod" "$module/go.sum" | sha256sum | cut -c1-12)"
target="$LIVESTATUS_CACHE/mattermost-server-$key"

is_built() {
  [ -x "$target/bin/mattermost" ] && [ -d "$target/fonts" ]
}

build() {
  local staging sources part
  # Leftovers of a build that was killed; the lock is ours, so nobody is using them.
  rm -rf "$LIVESTATUS_CACHE"/mattermost-staging.*
  staging="$(mktemp -d "$LIVESTATUS_CACHE/mattermost-staging.XXXXXX")"
  echo "ensure-mattermost: building the Mattermost server (once, a few minutes, into $target)..." >&2
  cd "$module"
  if ! CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags='-s -w' -o "$staging/bin/mattermost" . >&2; then
    rm -rf "$staging"
    fail "Go could not build it. Check the network (GOPROXY) and 5 GB of free space, then try again."
  fi
  sources="$(go list -m -f '{{.Dir}}' github.com/mattermost/mattermost/server/v8)"
  for part in i18n templates fonts; do
    cp -r "$sources/$part" "$staging/$part"
  done
  # Files of the module cache are read-only.
  chmod -R u+w,a+rX "$staging"
  rm -rf "$target"
  mv -T "$staging" "$target"
}

mkdir -p "$LIVESTATUS_CACHE"
if ! is_built; then
  exec 9>"$LIVESTATUS_CACHE/mattermost.lock"
  flock -w 1800 9 || fail "another build has held $LIVESTATUS_CACHE/mattermost.lock for 30 minutes. Is it stuck?"
  is_built || build
  exec 9>&-
  is_built || fail "the build in $target is incomplete. Delete that directory and try again."
fi
printf 'export LIVESTATUS_MATTERMOST_DIR=%q\n' "$target"
