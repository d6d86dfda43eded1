#!/usr/bin/env bash
# lintian_test.sh BINARY SOURCE BUILD: lintian finds no error in the package.
. "$(dirname "$0")/tools.sh"
build=$3
lintian=$(find_tool lintian)
[ -n "$lintian" ] || fail "no lintian: run scripts/setup --tests"
make_package "$build" "$work"
findings=$(PATH=$tools_first LD_LIBRARY_PATH=$libraries:$tools/usr/lib/man-db PERL5LIB=$tools/usr/share/perl5:$(echo "$libraries"/perl5/*) \
  "$lintian" --no-cfg --allow-root --fail-on error "$work/first.deb" 2>&1) || fail "$findings"
printf '%s\n' "$findings"
