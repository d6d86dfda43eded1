# shellcheck shell=bash
# Sourced where programs are needed that aren't ours: those that scripts/setup --tests has unpacked come first, the machine's own second.
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/tools/unpacked
# shellcheck disable=SC2034  # those who source it use it
libraries=$(echo "$tools"/usr/lib/*-linux-gnu)
tools_first=$tools/usr/bin:$tools/usr/sbin:$PATH:/usr/sbin:/sbin

# The path of a program; nothing where there is none.
find_tool() { PATH=$tools_first type -P "$1" || true; }
