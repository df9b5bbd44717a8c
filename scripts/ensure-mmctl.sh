#!/usr/bin/env bash
# Builds Mattermost's command line tool (e2e/mmctl: unmodified, from the modules of the server of the tests) into the cache outside the
# checkout, once (about two minutes after ensure-mattermost.sh), and prints where it is, for `eval "$(scripts/ensure-mmctl.sh)"`:
#
#   export LIVESTATUS_MMCTL=...   the program
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/go-cache.sh"

module="$LIVESTATUS_ROOT/e2e/mmctl"
target="$LIVESTATUS_CACHE/mmctl-$(module_key "$module")"

is_built() {
  [ -x "$target" ]
}

build() {
  go_build "$module" "$target.new" 2
  mv "$target.new" "$target"
}

build_once mmctl "$target"
printf 'export LIVESTATUS_MMCTL=%q\n' "$target"
