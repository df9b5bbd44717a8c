#!/usr/bin/env bash
# Builds Mattermost's command line tool (e2e/mmctl: unmodified, from the modules of the server of the tests) into the cache outside the
# checkout, once (about two minutes after ensure-mattermost.sh), and prints where it is, for `eval "$(scripts/ensure-mmctl.sh)"`:
#
#   export LIVESTATUS_MMCTL=...   the program
#
# Safe to call from several processes at once; progress and errors go to stderr.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"

fail() {
  echo "ensure-mmctl: $*" >&2
  exit 1
}

command -v go >/dev/null 2>&1 || fail "needs Go 1.25 or newer to build mmctl."
module="$LIVESTATUS_ROOT/e2e/mmctl"
# The sources of this module are the version: go.mod and go.sum name every other source exactly.
key="$(cat "$module/main.go" "$module/go.mod" "$module/go.sum" | sha256sum | cut -c1-12)"
target="$LIVESTATUS_CACHE/mmctl-$key"

if ! [ -x "$target" ]; then
  mkdir -p "$LIVESTATUS_CACHE"
  exec 9>"$LIVESTATUS_CACHE/mmctl.lock"
  flock -w 1800 9 || fail "another build has held $LIVESTATUS_CACHE/mmctl.lock for 30 minutes. Is it stuck?"
  if ! [ -x "$target" ]; then
    echo "ensure-mmctl: building mmctl (once, a few minutes, into $target)..." >&2
    (cd "$module" && CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags='-s -w' -o "$target.new" . >&2) ||
      fail "Go could not build it. Check the network (GOPROXY) and 2 GB of free space, then try again."
    mv "$target.new" "$target"
  fi
  exec 9>&-
fi
printf 'export LIVESTATUS_MMCTL=%q\n' "$target"
