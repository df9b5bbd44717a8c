# shellcheck shell=bash
# Source this file: archives whose bytes depend on names, modes and contents alone, not on who made them, where and when.

# livestatus_tar OUT.tar.gz DIRECTORY NAME: packs DIRECTORY/NAME under the name NAME. Replaces OUT in one step.
livestatus_tar() {
  local out="$1" directory="$2" name="$3" staging
  mkdir -p "$(dirname "$out")"
  staging="$(mktemp "$out.XXXXXX")"
  # The time npm gives to the files it packs: no tool is confused by it, and it never changes.
  if ! tar --format=ustar --sort=name --mtime="@${SOURCE_DATE_EPOCH:-499162500}" --owner=0 --group=0 --numeric-owner \
    --mode='u=rwX,go=rX' -C "$directory" -cf - "$name" | gzip -9n >"$staging"; then
    rm -f "$staging"
    return 1
  fi
  chmod 644 "$staging"
  mv -f "$staging" "$out"
}
