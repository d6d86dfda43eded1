# shellcheck shell=bash
# Sourced by the tests of this folder, which are called with the binary and the checkout.
set -euo pipefail
binary=$1 source=$2
. "$source/scripts/tools.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
skip() { printf 'SKIPPED: %s\n' "$*" >&2; exit 77; }

# The names that --help of a (sub-)command tells, a line each.
flags_of() { "$binary" "$@" --help | sed -nE 's/^  (-.,)?(--[a-z.-]+).*/\2/p'; }
commands_of() { "$binary" "$@" --help | sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p'; }

# Each command that there is as its words, a line each; the first is empty: tenantscope alone.
all_commands() {
  local command words="${*}"
  echo "$words"
  for command in $(commands_of "$@"); do all_commands "$@" "$command"; done
}

# make_package BUILD FOLDER: first.deb there is the package, second.deb a newer one, third.deb one that is newer still and has another
# default.
make_package() {
  (cd "$1" && cpack --config CPackConfig.cmake -G DEB -B "$2/cpack" > "$2/cpack.log" 2>&1) || fail "$(cat "$2/cpack.log")"
  mv "$2"/cpack/*.deb "$2/first.deb"
  rm -r "$2/cpack"
  dpkg-deb -R "$2/first.deb" "$2/tree"
  sed -i 's/^Version: .*/&.2/' "$2/tree/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$2/tree" "$2/second.deb" > /dev/null
  sed -i 's/^Version: .*/&.3/' "$2/tree/DEBIAN/control"
  echo '# a new default' >> "$2/tree/etc/tenantscope/tenantscope.yaml"
  dpkg-deb --root-owner-group -b "$2/tree" "$2/third.deb" > /dev/null
  rm -r "$2/tree"
}
