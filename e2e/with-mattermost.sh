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

# Of the command, should nobody be left to wait for it: what it started first, so that nothing is started anew.
end_tree() {
  local child
  for child in $(pgrep -P "$1"); do end_tree "$child"; done
  kill -KILL "$1" 2>/dev/null || true
}

# The directory is gone when a run ended well.
watch_over() {
  run_dir="$1"
  while [ -d "$run_dir" ] && kill -0 "$2" 2>/dev/null; do sleep 1; done
  [ -d "$run_dir" ] || return 0
  end_tree "$(cat "$run_dir/command")"
  clean_up
}
export -f clean_up end_tree watch_over
setsid bash -c 'watch_over "$@"' watcher "$run_dir" "$$" </dev/null >/dev/null 2>&1 &

# In the foreground, so that Ctrl-C reaches it; its id is that of the shell that becomes it.
bash -c 'echo "$$" >"$0" && exec "$@"' "$run_dir/command" "$@"
