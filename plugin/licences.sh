#!/usr/bin/env bash
# Prints the licences of the Go modules that are linked into the plugin's executables, on any of our platforms.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/server"
modules='{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}'
for os in linux darwin windows; do
  CGO_ENABLED=0 GOOS=$os go list -deps -f "$modules" .
done | sort -u | while read -r path version dir; do
  printf '%s\n%s %s\n\n' "$(printf '=%.0s' {1..100})" "$path" "$version"
  files="$(find "$dir" -maxdepth 1 -type f \( -iname 'licen[sc]e*' -o -iname 'copying*' -o -iname 'notice*' \) | sort)"
  [ -n "$files" ] || { echo "licences: $path $version has no licence file" >&2; exit 1; }
  while read -r file; do cat "$file"; echo; done <<<"$files"
done
