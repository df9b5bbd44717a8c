#!/usr/bin/env bash
# Starts and stops the Live Status daemon in the background, from a checkout or an unpacked release, from any directory.
#
#   bash start-daemon.sh start|stop|restart|status|logs [--env-file FILE] [-f]
#
# Settings are read from FILE (or $LIVESTATUS_ENV_FILE), else from .env.daemon beside this script; relative paths in it start beside
# this script. The PID file (PID_FILE) and the log (LIVESTATUS_LOG_FILE) lie in the state directory unless they are set.
#
# Exit codes: 0 done, or running; 1 failed, or running but unhealthy; 2 usage or configuration; 3 not running; else the daemon's own.
set -euo pipefail
here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
START_TIMEOUT_S="${LIVESTATUS_START_TIMEOUT_S:-60}"
# The daemon gives itself 10 s.
STOP_TIMEOUT_S=15
MAX_LOG_BYTES=$((10 * 1024 * 1024))

say() {
  printf 'start-daemon: %s\n' "$*"
}

# fail EXIT_CODE CODE MESSAGE
fail() {
  printf 'start-daemon: (%s) %s\n' "$2" "$3" >&2
  exit "$1"
}

usage() {
  fail 2 usage "bash start-daemon.sh start|stop|restart|status|logs [--env-file FILE] [-f: logs goes on]${1:+; $1}"
}

livestatus() {
  "$here/bin/livestatus" "$@"
}

# --- What is asked for

read_arguments() {
  action="${1:-}"
  env_file="${LIVESTATUS_ENV_FILE:-}"
  follow=no
  [ $# -eq 0 ] || shift
  while [ $# -gt 0 ]; do
    case "$1" in
      --env-file)
        [ $# -gt 1 ] || usage '--env-file needs a FILE'
        env_file="$2"
        shift
        ;;
      -f | --follow) follow=yes ;;
      *) usage "what is \"$1\"?" ;;
    esac
    shift
  done
}

# Relative paths in the settings start where the script lies, whatever directory it is called from.
choose_env_file() {
  case "$env_file" in
    '') [ ! -f "$here/.env.daemon" ] || env_file="$here/.env.daemon" ;;
    /*) ;;
    *) env_file="$PWD/$env_file" ;;
  esac
  cd "$here"
  env_option=(--no-env-file)
  [ -z "$env_file" ] || env_option=(--env-file "$env_file")
}

# Where things lie. Problems of other settings do not matter here: a daemon can be stopped after a bad edit.
read_places() {
  local values
  values="$(livestatus config STATE_DIR PID_FILE HEALTH_HOST HEALTH_PORT "${env_option[@]}")" || exit "$?"
  { IFS= read -r state_dir && IFS= read -r pid_file && read -r health_host && read -r health_port; } <<<"$values"
  [ -n "$pid_file" ] || pid_file="$state_dir/daemon.pid"
  log_file="${LIVESTATUS_LOG_FILE:-$state_dir/daemon.log}"
  case "$health_host" in
    0.0.0.0) health_host=127.0.0.1 ;;
    ::) health_host='[::1]' ;;
    *:*) health_host="[$health_host]" ;;
  esac
}

# --- Which process is ours

# A number in a file may be that of a stranger by now: the process must be a Live Status daemon, and where the system tells, one
# that was given this very PID file (or none: started by hand, by the file's settings).
is_ours() {
  local pid="$1" command
  case "$pid" in '' | *[!0-9]*) return 1 ;; esac
  kill -0 "$pid" 2>/dev/null || return 1
  if [ -r "/proc/$pid/cmdline" ]; then
    command="$(tr '\0' ' ' <"/proc/$pid/cmdline")"
  else
    command="$(ps -ww -o command= -p "$pid")"
  fi
  [[ "$command" == *daemon/src/cli/main.[jt]s\ run* ]] || return 1
  if [ -r "/proc/$pid/environ" ] && grep -qz '^PID_FILE=' "/proc/$pid/environ"; then
    grep -qzFx "PID_FILE=$pid_file" "/proc/$pid/environ"
  fi
}

# The daemon's process id, or nothing. What is left of a dead one is cleared away.
running_pid() {
  local pid
  [ -f "$pid_file" ] || return 0
  pid="$(head -n 1 "$pid_file")"
  if is_ours "$pid"; then printf '%s' "$pid"; fi
}

# --- How it is

# Prints "healthy", "degraded: why" or "unhealthy: why"; fails when nothing answers.
health() {
  local address="$health_host:$health_port"
  if [ "$health_port" = 0 ]; then address="$(chosen_address)"; fi
  # shellcheck disable=SC2016
  HEALTH_URL="http://$address/health" node -e '
    fetch(process.env.HEALTH_URL, { signal: AbortSignal.timeout(5000) }).then(async (answer) => {
      const { status, sources = [], sinks = [] } = await answer.json();
      const bad = [...sources, ...sinks].filter(({ state }) => state !== "ok");
      const why = bad.map(({ name, state, code, reason }) => `${name} is ${state}${code ? ` [${code}]` : ""}${reason ? ` ${reason}` : ""}`).join(", ");
      console.log(why === "" ? status : `${status}: ${why}`);
    }).catch(() => process.exit(1));'
}

# HEALTH_PORT=0: the log alone tells which one it took.
chosen_address() {
  sed -n 's|.*"url":"http://\([^"/]*\).*|\1|p' "$log_file" 2>/dev/null | tail -n 1
}

# --- Actions

start() {
  local pid
  livestatus config "${env_option[@]}" >/dev/null || exit "$?"
  mkdir -p "$(dirname "$pid_file")" "$(dirname "$log_file")" 2>/dev/null ||
    fail 1 not_writable "cannot make the directories of $pid_file and $log_file."
  one_at_a_time
  pid="$(running_pid)"
  if [ -n "$pid" ]; then
    say "(already_running) pid $pid, $(health || printf 'it does not answer /health')."
    return 0
  fi
  [ -n "$env_file" ] || say "(no_env_file) no .env.daemon beside this script: watching this machine's OpenClaw, dashboard only."
  launch
}

# Two starts at the same moment: the second waits for the first and then finds the daemon running.
one_at_a_time() {
  command -v flock >/dev/null 2>&1 || return 0
  exec 9>"$pid_file.lock" || fail 1 not_writable "cannot write $pid_file.lock."
  flock -w "$START_TIMEOUT_S" 9 || fail 1 start_busy "another start has not come to an end for $START_TIMEOUT_S s."
}

launch() {
  local pid begin
  rm -f "$pid_file"
  open_log
  begin="$(wc -c <"$log_file")"
  # A session of its own: closing the terminal does not end it. The lock is not for the daemon to hold.
  if command -v setsid >/dev/null 2>&1; then
    PID_FILE="$pid_file" setsid "$here/bin/livestatus" run "${env_option[@]}" >>"$log_file" 2>&1 </dev/null 9>&- &
  else
    set -m
    PID_FILE="$pid_file" "$here/bin/livestatus" run "${env_option[@]}" >>"$log_file" 2>&1 </dev/null 9>&- &
    set +m
  fi
  pid=$!
  wait_until_up "$pid" "$begin"
}

open_log() {
  if [ -f "$log_file" ] && [ "$(wc -c <"$log_file")" -gt "$MAX_LOG_BYTES" ]; then mv -f "$log_file" "$log_file.1"; fi
  (umask 077 && : >>"$log_file") || fail 1 not_writable "cannot write the log $log_file."
}

# wait_until_up PID BYTES_OF_LOG_BEFORE: the daemon writes its PID file when it listens.
wait_until_up() {
  local pid="$1" begin="$2" state code end=$((SECONDS + START_TIMEOUT_S))
  while [ "$SECONDS" -lt "$end" ]; do
    if ! kill -0 "$pid" 2>/dev/null; then
      code=0
      wait "$pid" || code=$?
      tail -c "+$((begin + 1))" "$log_file" | tail -n 15 >&2
      fail "$([ "$code" = 0 ] && printf 1 || printf '%s' "$code")" start_failed "the daemon ended (exit $code); the lines above are from $log_file."
    fi
    if [ "$(cat "$pid_file" 2>/dev/null)" = "$pid" ] && state="$(health)"; then
      say "started, pid $pid, $state. Dashboard: http://$([ "$health_port" = 0 ] && chosen_address || printf '%s' "$health_host:$health_port")  Log: $log_file"
      return 0
    fi
    sleep 0.2
  done
  fail 1 start_timeout "pid $pid does not answer /health after $START_TIMEOUT_S s; see $log_file. It goes on trying; \"stop\" ends it."
}

stop() {
  local pid
  pid="$(running_pid)"
  if [ -z "$pid" ]; then
    if [ -f "$pid_file" ]; then
      rm -f "$pid_file"
      say '(stale_pid) not running; the PID file of an earlier daemon is removed.'
    else
      say '(not_running) not running.'
    fi
    return 0
  fi
  kill -TERM "$pid" 2>/dev/null || true
  if ! gone_within "$STOP_TIMEOUT_S" "$pid"; then
    kill -KILL "$pid" 2>/dev/null || true
    gone_within 5 "$pid" || fail 1 stop_failed "pid $pid does not end."
    say "(stop_forced) pid $pid did not end within $STOP_TIMEOUT_S s and was killed. Turns are kept."
  else
    say "stopped (pid $pid). Turns are kept; the next start goes on with them."
  fi
  rm -f "$pid_file"
}

# gone_within SECONDS PID
gone_within() {
  local end=$((SECONDS + $1))
  while kill -0 "$2" 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# A configuration that is not right must not take down the daemon that runs.
restart() {
  livestatus config "${env_option[@]}" >/dev/null || exit "$?"
  stop
  start
}

status() {
  local pid state
  pid="$(running_pid)"
  if [ -z "$pid" ]; then
    [ -f "$pid_file" ] && fail 3 stale_pid "not running; it ended without tidying up (crash, kill -9, power). \"start\" goes on where it left off."
    fail 3 not_running 'not running.'
  fi
  state="$(health)" || fail 1 not_answering "pid $pid runs, but http://$health_host:$health_port/health does not answer."
  say "running, pid $pid, $state."
  [[ "$state" != unhealthy* ]]
}

logs() {
  [ -f "$log_file" ] || fail 3 no_log "there is no log at $log_file yet."
  if [ "$follow" = yes ]; then exec tail -n 100 -F "$log_file"; fi
  tail -n 100 "$log_file"
}

read_arguments "$@"
case "$action" in
  start | stop | restart | status | logs)
    choose_env_file
    # A recent Node first in PATH, for the program and for the question about its health.
    . "$here/scripts/env.sh"
    read_places
    "$action"
    ;;
  *) usage ;;
esac
