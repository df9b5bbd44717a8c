#!/usr/bin/env bash
# Asks the plugin on the server how it is and prints its answer. Takes MM_BASE_URL and PLUGIN_SECRET from the environment, else from
# .env.daemon in the checkout.
set -euo pipefail
here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
env_file="$here/../.env.daemon"

fail() {
  printf 'health: %s\n' "$*" >&2
  exit 1
}

# NAME: its value in the environment, else in the file (the file is read, not executed).
setting() {
  local value="${!1:-}"
  if [ -z "$value" ] && [ -f "$env_file" ]; then
    value="$(sed -n "s/^ *\(export  *\)\{0,1\}$1 *= *//p" "$env_file" | tail -n 1)"
    value="${value%\"}" && value="${value#\"}"
    value="${value%\'}" && value="${value#\'}"
  fi
  printf '%s' "$value"
}

base="$(setting MM_BASE_URL)"
secret="$(setting PLUGIN_SECRET)"
[ -n "$base" ] && [ -n "$secret" ] || fail "(not_configured) set MM_BASE_URL and PLUGIN_SECRET, in the environment or in .env.daemon."

url="${base%/}/plugins/com.openclaw.livestatus/api/v1/health"
answer="$(curl -sS -w '\n%{http_code}' -H @<(printf 'X-Live-Status-Secret: %s\n' "$secret") "$url")" || fail "(unreachable) $url does not answer."
status="${answer##*$'\n'}"
printf '%s\n' "${answer%$'\n'*}"
[ "$status" = 200 ] || fail "(refused_$status) the plugin is missing, disabled, or has another secret."
