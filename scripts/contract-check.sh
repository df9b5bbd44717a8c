#!/usr/bin/env bash
# Fails when a file generated from contract/openapi.yaml is not what the generator makes of it today.
set -euo pipefail
. "$(dirname "$0")/env.sh"
fresh="$(mktemp -d)"
trap 'rm -rf "$fresh"' EXIT
"$LIVESTATUS_ROOT/scripts/contract-generate.sh" "$fresh"

cd "$fresh"
drift=0
while read -r file; do
  diff -u "$LIVESTATUS_ROOT/$file" "$file" || drift=1
done < <(find . -type f | sed 's|^\./||' | sort)
if [ "$drift" -ne 0 ]; then
  echo "livestatus: generated files differ from contract/openapi.yaml (see above). Run scripts/contract-generate.sh and commit the result." >&2
  exit 1
fi
