#!/usr/bin/env bash
# Everything that is released, into dist/: the plugin's bundle, the daemon's package, and their checksums.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../env.sh"
cd "$LIVESTATUS_ROOT"
version="$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)"
plugin="com.openclaw.livestatus-$version.tar.gz"
daemon="livestatus-$version.tgz"
mkdir -p dist
make --no-print-directory -C plugin package BUNDLE="$PWD/dist/$plugin"
scripts/packaging/daemon.sh "dist/$daemon"
(cd dist && sha256sum "$plugin" "$daemon" >SHA256SUMS)
