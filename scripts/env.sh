# shellcheck shell=bash
# Source this file: puts a Node that Live Status can run on first in PATH and defines where caches live.
#
# The system's Node is used if it is >= 22.19 (node:sqlite and type stripping without flags). Otherwise the binary that the
# npm package node-linux-<arch> carries is installed once into the cache. Nothing outside the cache is touched.

# Services and containers may start without HOME; bash then knows it from the user database.
if [ -z "${HOME:-}" ]; then
  unset HOME
  HOME=~
  export HOME
fi
LIVESTATUS_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
LIVESTATUS_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/livestatus"
LIVESTATUS_NODE_VERSION="24.21.0"
export LIVESTATUS_ROOT LIVESTATUS_CACHE

livestatus_node_is_recent() {
  # prints nothing; true if "$1" runs and is >= 22.19
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 19) ? 0 : 1)' 2>/dev/null
}

# Installs node-linux-<arch>@$1 into the cache and prints its bin directory. Safe to call from several processes at once.
livestatus_install_node() {
  local version="$1" arch target staging
  case "$(uname -m)" in
    x86_64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *)
      echo "livestatus: no Node >= 22.19 found and none can be installed for $(uname -m). Install Node 24 and try again." >&2
      return 1
      ;;
  esac
  target="$LIVESTATUS_CACHE/node-$version-$arch"
  if ! [ -x "$target/bin/node" ]; then
    if ! command -v npm >/dev/null 2>&1; then
      echo "livestatus: needs Node >= 22.19, or npm to fetch it. Install Node.js 24 (which brings npm) and try again." >&2
      return 1
    fi
    mkdir -p "$LIVESTATUS_CACHE"
    staging="$(mktemp -d "$LIVESTATUS_CACHE/node-staging.XXXXXX")"
    echo "livestatus: fetching Node $version (once, into $LIVESTATUS_CACHE)..." >&2
    if ! npm install --prefix "$staging" --no-save --no-audit --no-fund --loglevel=error "node-linux-$arch@$version" >&2; then
      rm -rf "$staging"
      echo "livestatus: could not fetch node-linux-$arch@$version from npm. Check the network, or install Node 24 yourself." >&2
      return 1
    fi
    # mv onto an existing directory fails: whoever came first wins, and both copies are the same.
    mv -T "$staging/node_modules/node-linux-$arch" "$target" 2>/dev/null || true
    rm -rf "$staging"
  fi
  printf '%s\n' "$target/bin"
}

if ! { command -v node >/dev/null 2>&1 && livestatus_node_is_recent node; }; then
  livestatus_node_bin="$(livestatus_install_node "$LIVESTATUS_NODE_VERSION")" || exit 1
  PATH="$livestatus_node_bin:$PATH"
  export PATH
fi
