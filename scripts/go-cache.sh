# Sourced by the scripts that build a Go program of the tests into the cache outside the checkout, once. They may run in several processes
# at the same moment; progress and errors go to stderr, because stdout is for `eval`.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/env.sh"

fail() {
  echo "$(basename "$0" .sh): $*" >&2
  exit 1
}

command -v go >/dev/null 2>&1 || fail "needs Go 1.25 or newer."

# module_key MODULE: its sources are its version, go.mod and go.sum name every other source exactly.
module_key() {
  cat "$1/main.go" "$1/go.mod" "$1/go.sum" | sha256sum | cut -c1-12
}

# go_build MODULE OUT GIGABYTES
go_build() {
  (cd "$1" && CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags='-s -w' -o "$2" . >&2) ||
    fail "Go could not build it. Check the network (GOPROXY) and $3 GB of free space, then try again."
}

# build_once NAME TARGET: calls `build` of the caller, in one process at a time, unless `is_built`.
build_once() {
  if is_built; then return; fi
  mkdir -p "$LIVESTATUS_CACHE"
  exec 9>"$LIVESTATUS_CACHE/$1.lock"
  flock -w 1800 9 || fail "another build has held $LIVESTATUS_CACHE/$1.lock for 30 minutes. Is it stuck?"
  if ! is_built; then
    echo "$(basename "$0" .sh): building $1 (once, a few minutes, into $2)..." >&2
    build
  fi
  exec 9>&-
  is_built || fail "the build in $2 is incomplete. Delete it and try again."
}
