#!/usr/bin/env bash
# Generates from contract/openapi.yaml: TypeScript types and tables, Go types and tables, docs/errors.md.
# usage: scripts/contract-generate.sh [OUTPUT_ROOT]   (default: this checkout)
set -euo pipefail
. "$(dirname "$0")/env.sh"
[ -d "$LIVESTATUS_ROOT/node_modules/openapi-typescript" ] || "$LIVESTATUS_ROOT/scripts/ensure-deps.sh"
out="$(realpath "${1:-$LIVESTATUS_ROOT}")"
cd "$LIVESTATUS_ROOT/contract"

mkdir -p "$out/plugin/server/contract"
node scripts/generate.ts "$out" &
typescript=$!
# The generator is pinned, with checksums, by contract/tools/go.mod.
go -C tools tool oapi-codegen -config "$PWD/oapi-codegen.yaml" -o "$out/plugin/server/contract/types.gen.go" "$PWD/openapi.yaml"
wait "$typescript"
gofmt -w "$out/plugin/server/contract/tables.gen.go"
