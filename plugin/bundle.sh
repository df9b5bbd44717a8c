#!/usr/bin/env bash
# Packs what `make server webapp` built into the file that Mattermost takes: OUT.tar.gz with one folder, named like the plugin.
# usage: plugin/bundle.sh OUT.tar.gz
set -euo pipefail
here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
. "$here/../scripts/packaging/tar.sh"
out="$(realpath -m "${1:?usage: plugin/bundle.sh OUT.tar.gz}")"
cd "$here"

id="$(sed -n 's/^  "id": "\(.*\)",$/\1/p' plugin.json)"
staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT
folder="$staging/$id"
mkdir -p "$folder/server/dist" "$folder/webapp/dist"
cp plugin.json "$folder/"
cp -r assets "$folder/"
cp ../LICENSE "$folder/"
./licences.sh >"$folder/THIRD-PARTY-LICENCES.txt"
cp server/dist/plugin-* "$folder/server/dist/"
cp webapp/dist/main.js* "$folder/webapp/dist/"
chmod 755 "$folder"/server/dist/plugin-*
livestatus_tar "$out" "$staging" "$id"
printf '%s\n' "$out"
