#!/usr/bin/env bash
# Runs a command with everything a real Mattermost needs (the server, PostgreSQL, the plugin's bundle; each made on first
# use), and leaves nothing running when the command has ended, whatever ended it:
#
#   e2e/with-mattermost.sh npx vitest run --config e2e/plugin/vitest.config.ts
#
# Its temporary files and the process groups it starts stand in one directory. Should this script itself be killed, a
# watcher in a session of its own cleans up.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$here/../scripts/env.sh"
cd "$LIVESTATUS_ROOT"
scripts/ensure-deps.sh
# Two lines each: the exit status of a command inside `eval "$(...)"` is lost.
mattermost="$(scripts/ensure-mattermost.sh)"
eval "$mattermost"
postgres="$(scripts/ensure-postgres.sh)"
eval "$postgres"
plugin="$(scripts/ensure-plugin.sh)"
eval "$plugin"

run_dir="$(mktemp -d "${TMPDIR:-/tmp}/livestatus-e2e.XXXXXX")"
# Open to PostgreSQL's unprivileged user, who finds its way but no names.
chmod 711 "$run_dir"
export TMPDIR="$run_dir" LIVESTATUS_E2E_PIDS="$run_dir/process-groups"
touch "$LIVESTATUS_E2E_PIDS"

clean_up() {
  while read -r group; do
    if kill -0 -- "-$group" 2>/dev/null; then
      echo "with-mattermost: ending a left-over process group $group" >&2
      kill -KILL -- "-$group" 2>/dev/null || true
    fi
  done <"$LIVESTATUS_E2E_PIDS"
  rm -rf "$run_dir"
}
trap clean_up EXIT

export -f clean_up
# Gone when the directory is, which is how a run that ended well tells it.
setsid bash -c 'while [ -d "$1" ] && kill -0 "$0" 2>/dev/null; do sleep 1; done; [ ! -d "$1" ] || run_dir="$1" clean_up' \
  "$$" "$run_dir" </dev/null >/dev/null 2>&1 &

"$@"
