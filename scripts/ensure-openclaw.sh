#!/usr/bin/env bash
# Installs the real OpenClaw that the e2e tests run against into the cache (outside the checkout, about 650 MB, once) and
# prints where it is, for `eval "$(scripts/ensure-openclaw.sh)"`:
#
#   export LIVESTATUS_OPENCLAW_DIR=...   directory whose node_modules holds `openclaw` and `@openclaw/mattermost`
#   export LIVESTATUS_OPENCLAW_NODE=...  a Node that this OpenClaw accepts
#
# Install scripts are not run. Safe to call from several processes at once; progress and errors go to stderr.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"

openclaw_version="2026.9.6"
mattermost_version="2026.9.5"
target="$LIVESTATUS_CACHE/openclaw-$openclaw_version"

fail() {
  echo "ensure-openclaw: $*" >&2
  exit 1
}

# OpenClaw 2026.9.6 refuses to start on any Node but >= 24.16 <25 or >= 26.1 (its package.json `engines`).
node_suits_openclaw() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit((a === 24 && b >= 16) || (a === 26 && b >= 1) || a > 26 ? 0 : 1)' 2>/dev/null
}

find_node() {
  local bin
  if command -v node >/dev/null 2>&1 && node_suits_openclaw node; then
    command -v node
    return
  fi
  bin="$(livestatus_install_node "$LIVESTATUS_NODE_VERSION")" || fail "OpenClaw $openclaw_version needs Node >= 24.16."
  node_suits_openclaw "$bin/node" || fail "$bin/node does not run, or is not a Node that OpenClaw $openclaw_version accepts."
  printf '%s\n' "$bin/node"
}

is_installed() {
  [ -f "$target/node_modules/openclaw/openclaw.mjs" ] && [ -f "$target/node_modules/@openclaw/mattermost/package.json" ]
}

install() {
  local staging
  command -v npm >/dev/null 2>&1 || fail "needs npm to fetch OpenClaw. Install Node.js 24 (which brings npm) and try again."
  # Leftovers of an install that was killed; the lock is ours, so nobody is using them.
  rm -rf "$LIVESTATUS_CACHE"/openclaw-staging.*
  staging="$(mktemp -d "$LIVESTATUS_CACHE/openclaw-staging.XXXXXX")"
  echo "ensure-openclaw: installing openclaw@$openclaw_version (650 MB, once, into $target)..." >&2
  if ! npm install --prefix "$staging" --ignore-scripts --no-audit --no-fund --loglevel=error \
    "openclaw@$openclaw_version" "@openclaw/mattermost@$mattermost_version" >&2; then
    rm -rf "$staging"
    fail "npm could not install openclaw@$openclaw_version. Check the network and 1.5 GB of free space in $LIVESTATUS_CACHE, then try again."
  fi
  rm -rf "$target"
  mv -T "$staging" "$target"
}

node_path="$(find_node)"
mkdir -p "$LIVESTATUS_CACHE"
if ! is_installed; then
  exec 9>"$LIVESTATUS_CACHE/openclaw.lock"
  flock -w 900 9 || fail "another install has held $LIVESTATUS_CACHE/openclaw.lock for 15 minutes. Is it stuck?"
  is_installed || install
  exec 9>&-
  is_installed || fail "the install in $target is incomplete. Delete that directory and try again."
fi
printf 'export LIVESTATUS_OPENCLAW_DIR=%q\nexport LIVESTATUS_OPENCLAW_NODE=%q\n' "$target" "$node_path"
