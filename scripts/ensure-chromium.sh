#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests and prints where it is, as NAME=value lines:
# CHROMIUM_PATH if set, else the system's, else the one that npm's @sparticuz/chromium carries (linux x64, with the
# libraries and fonts a bare machine lacks). Only where none of these can be had, and only as root, apt is asked.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"
"$LIVESTATUS_ROOT/scripts/ensure-deps.sh"

print_chromium() {
  node --disable-warning=ExperimentalWarning "$LIVESTATUS_ROOT/e2e/browser/print-chromium.ts"
}

print_chromium && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "ensure-chromium: installing Chromium by apt..." >&2
  apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2
  print_chromium && exit 0
fi
echo "ensure-chromium: no Chromium. Install chromium (apt-get install chromium), or set CHROMIUM_PATH to one." >&2
exit 1
