#!/usr/bin/env bash
# hardening_test.sh BINARY SOURCE: the program is built with every hardening flag.
# The checks themselves are tried on a program that lacks one flag at a time.
. "$(dirname "$0")/tools.sh"
command -v readelf objdump > /dev/null || fail "no binutils: run scripts/setup"

# lacks ELF: what it is built without, a word each.
lacks() {
  local header dynamic symbols code
  header=$(readelf --wide --file-header --program-headers "$1") dynamic=$(readelf --wide --dynamic "$1")
  symbols=$(readelf --wide --dyn-syms "$1")
  [[ $header == *"DYN (Position-Independent"* && $dynamic == *"FLAGS_1"*PIE* ]] || echo pie
  [[ $header == *GNU_RELRO* && $dynamic == *"FLAGS_1"*NOW* ]] || echo relro
  grep -qE 'GNU_STACK .* RW +0x' <<< "$header" || echo nx
  [[ $symbols == *__stack_chk_fail* ]] || echo stack-protector
  grep -qE ' __[a-z]+_chk(@| |$)' <<< "${symbols//__stack_chk_fail/}" || echo fortify
  grep -q __glibcxx_assert_fail <<< "$symbols" || echo assertions
  [[ $(uname -m) == x86_64 ]] || return 0
  code=$work/code
  objdump --disassemble --section=.text --no-show-raw-insn "$1" |
    awk '/\tendbr64/ {marked++} /\tor[bwlq]? +\$0x0,\(%rsp\)/ {probed++} END {print marked + 0, probed + 0}' > "$code"
  read -r marked probed < "$code"
  # Without the flag only the system's own start-up code has marks, two of them.
  [ "$marked" -gt 4 ] || echo cf-protection
  [ "$probed" -gt 0 ] || echo stack-clash-protection
}

missing=$(lacks "$binary")
[ -z "$missing" ] || fail "$binary is built without: ${missing//$'\n'/, }"

cat > "$work/sample.cpp" << 'EOF'
#include <cstdio>
#include <cstring>
#include <vector>

int first(int count) { return count + 1; }
int second(int count) { return count * 3; }

// Long enough a frame to be probed, an array to be guarded, a copy and an index to be checked.
int main(int count, char** words) {
  char room[20000];
  std::strcpy(room, words[0]);
  std::vector<int> numbers(std::size_t(count), 1);
  return std::printf("%s %d\n", room, numbers[std::size_t(count)]) > 0 ? 0 : 1;
}
EOF
flags=(-fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-clash-protection -fcf-protection=full
  -pie "-Wl,-z,relro" "-Wl,-z,now" "-Wl,-z,noexecstack")
sample() { "${CXX:-g++}" -std=c++20 -O2 "$work/sample.cpp" -o "$work/sample" "$@" 2> "$work/log" || fail "$(cat "$work/log")"; }
# expect_lack WORD FROM TO: of the flags with TO in FROM's place, the word alone is missed.
expect_lack() {
  sample "${flags[@]/#$2/$3}"
  [ "$(lacks "$work/sample")" = "$1" ] || fail "the check of $1 found: $(lacks "$work/sample")"
}
sample "${flags[@]}"
[ -z "$(lacks "$work/sample")" ] || fail "the checks found with every flag: $(lacks "$work/sample")"
expect_lack pie -pie -no-pie
expect_lack relro -Wl,-z,relro -Wl,-z,norelro
expect_lack relro -Wl,-z,now -Wl,-z,lazy
expect_lack nx -Wl,-z,noexecstack -Wl,-z,execstack
expect_lack stack-protector -fstack-protector-strong -fno-stack-protector
expect_lack fortify -D_FORTIFY_SOURCE=2 -U_FORTIFY_SOURCE
expect_lack assertions -D_GLIBCXX_ASSERTIONS -U_GLIBCXX_ASSERTIONS
[[ $(uname -m) == x86_64 ]] || exit 0
expect_lack cf-protection -fcf-protection=full -fcf-protection=none
expect_lack stack-clash-protection -fstack-clash-protection -fno-stack-clash-protection
