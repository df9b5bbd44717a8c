#!/usr/bin/env bash
# Installs a bundle and enables it. usage: plugin/deploy.sh BUNDLE.tar.gz, with one of
#   PLUGIN_DIR=/opt/mattermost/plugins          unpacks it there (then enable it once in the System Console, or restart)
#   MM_BASE_URL=... MM_ADMIN_TOKEN=...          uploads it over the API, in place of an older one, and enables it
# The server must allow uploads for the second (PluginSettings.EnableUploads).
set -euo pipefail
bundle="${1:?usage: plugin/deploy.sh BUNDLE.tar.gz}"
id=com.openclaw.livestatus

fail() {
  printf 'deploy: %s\n' "$*" >&2
  exit 1
}

if [ -n "${PLUGIN_DIR:-}" ]; then
  [ -d "$PLUGIN_DIR" ] || fail "(no_plugin_dir) $PLUGIN_DIR is no directory. Set PLUGIN_DIR to the server's plugin directory."
  # A new folder beside the old one, then swapped: a server that starts meanwhile finds one or the other, never half of one.
  staging="$(mktemp -d "$PLUGIN_DIR/.livestatus.XXXXXX")"
  trap 'rm -rf "$staging"' EXIT
  tar -xzf "$bundle" -C "$staging"
  if [ -e "$PLUGIN_DIR/$id" ]; then mv "$PLUGIN_DIR/$id" "$staging/old"; fi
  mv "$staging/$id" "$PLUGIN_DIR/$id"
  printf 'deploy: %s is in %s. Disable and enable it in the System Console (or restart the server) to load it.\n' "$id" "$PLUGIN_DIR"
  exit 0
fi

base="${MM_BASE_URL:-${MM_SERVICESETTINGS_SITEURL:-}}"
[ -n "$base" ] && [ -n "${MM_ADMIN_TOKEN:-}" ] ||
  fail "(not_configured) set MM_BASE_URL and MM_ADMIN_TOKEN (a system admin's access token), or PLUGIN_DIR."
base="${base%/}"

# The token goes in by a file descriptor: arguments are visible to everybody on the machine.
api() {
  local path="$1" answer status
  shift
  answer="$(curl -sS -w '\n%{http_code}' -H @<(printf 'Authorization: Bearer %s\n' "$MM_ADMIN_TOKEN") "$@" "$base/api/v4$path")" ||
    fail "(unreachable) $base does not answer."
  status="${answer##*$'\n'}"
  [ "$status" -lt 300 ] || fail "(refused_$status) $path: ${answer%$'\n'*}"
}

api /plugins -F "plugin=@$bundle" -F force=true
api "/plugins/$id/enable" -X POST
printf 'deploy: %s is installed and enabled on %s\n' "$id" "$base"
