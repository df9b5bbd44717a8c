#!/usr/bin/env bash
# Makes the daemon's release: one npm package with the compiled program, its dashboard and every dependency inside. It can be
# installed by npm (without a network) or unpacked and started where it lies (start-daemon.sh). Its folders are those of the checkout.
# usage: scripts/packaging/daemon.sh OUT.tgz
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../env.sh"
. "$LIVESTATUS_ROOT/scripts/packaging/tar.sh"
out="$(realpath -m "${1:?usage: scripts/packaging/daemon.sh OUT.tgz}")"
cd "$LIVESTATUS_ROOT"
scripts/ensure-deps.sh
scripts/ensure-dashboard.sh

staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT
package="$staging/package"
mkdir -p "$package/node_modules/@livestatus/contract"

# The program, one file for one. The contract becomes a package of its own inside, found by its name as in the checkout.
npx tsc -p scripts/packaging --outDir "$staging/js"
cp -r "$staging/js/daemon" "$package/"
cp -r "$staging/js/contract/src" "$package/node_modules/@livestatus/contract/"
node --disable-warning=ExperimentalWarning scripts/packaging/daemon-manifest.ts >"$package/package.json"
sed 's|\./src/index\.ts|./src/index.js|' contract/package.json >"$package/node_modules/@livestatus/contract/package.json"

# What the daemon needs to run, as the lock file has it, without what only a compiler or debugger reads.
while IFS= read -r path; do
  relative="${path#"$LIVESTATUS_ROOT"/}"
  case "$relative" in
    /* | node_modules/@livestatus/* | daemon | contract) continue ;;
  esac
  target="$package/${relative#daemon/}"
  mkdir -p "$target"
  # Its own node_modules are on the list where they are needed.
  tar -C "$path" --exclude=./node_modules --exclude='*.map' --exclude='*.d.ts' --exclude='*.d.mts' --exclude='*.d.cts' -cf - . | tar -C "$target" -xf -
done < <(npm ls --omit=dev --all --parseable -w @livestatus/daemon)

# Everything beside the program.
mkdir -p "$package/bin" "$package/scripts" "$package/dashboard" "$package/docs" "$package/testdata/recordings/gateway"
cp bin/livestatus "$package/bin/"
cp scripts/env.sh "$package/scripts/"
cp -r dashboard/dist "$package/dashboard/"
cp LICENSE README.md CHANGELOG.md .env.daemon.example "$package/"
cp docs/*.md "$package/docs/"
node --disable-warning=ExperimentalWarning -e 'import("./daemon/src/wiring/demo.ts").then(({ demoPaths }) => console.log(demoPaths(".").join("\n")))' |
  xargs -I{} cp {} "$package/testdata/recordings/gateway/"
cp -r start-daemon.sh deploy "$package/"
# Types of the hook: for our checks alone.
rm "$package/deploy/openclaw-hook/handler.d.ts"
livestatus_tar "$out" "$staging" package
printf '%s\n' "$out"
