#!/usr/bin/env bash
# Runs staticcheck over the plugin's server. It is pinned, with checksums, by plugin/tools/go.mod.
set -euo pipefail
cd "$(dirname "$0")/../plugin"
staticcheck="$(go -C tools tool -n staticcheck)"
cd server
exec "$staticcheck" -checks 'all,-ST1000,-ST1003,-ST1020,-ST1021,-ST1022' ./...
