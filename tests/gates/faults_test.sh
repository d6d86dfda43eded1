#!/usr/bin/env bash
# faults_test.sh SOURCE: each quick gate passes a small tree, and finds the fault that is planted in it.
set -euo pipefail
source=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

for program in clang-format-14 black shellcheck; do
  command -v "$program" >/dev/null || { echo "SKIPPED: no $program: run scripts/setup --gates" >&2; exit 77; }
done

cd "$tree"
mkdir -p daemon/base daemon/domain tests scripts
cp -r "$source/scripts/gates" "$source/scripts/format" scripts
cp "$source"/tests/{includes,names}_test.cmake tests
cp "$source/.clang-format" "$source/.shellcheckrc" .
git init -q .

passes() { "$@" > output 2>&1 || fail "$*: $(cat output)"; }
finds() {  # finds PATTERN GATE...
  local pattern=$1
  shift
  ! "$@" > output 2>&1 || fail "$* passes: $(cat output)"
  grep -qE "$pattern" output || fail "$*: no $pattern in: $(cat output)"
}

# The coroutine rule: what follows the number of findings is the body of a coroutine.
coroutine() {
  local findings=$1
  {
    echo 'namespace asio = boost::asio;'
    echo 'asio::awaitable<int> f(int a) {'
    cat
    echo '}'
  } > daemon/base/f.cpp
  if [[ $findings == 0 ]]; then passes scripts/gates/coroutines; else finds ":$findings: " scripts/gates/coroutines; fi
}
coroutine 3 <<< '  co_await post([a] { return a; });'
coroutine 3 <<< '  co_await post([] { return 1; });'
coroutine 3 <<< '  co_await send(Request{.path = "/"});'
coroutine 3 <<< '  co_await send({1, 2});'
coroutine 3 <<< '  const auto x = co_await send(std::string_view{});'
coroutine 3 <<< '  f(Point{1, 2}, co_await g());'
coroutine 3 <<< '  return Point{co_await g()};'
coroutine 4 <<< '  if (a)
    co_await (a ? g(Point{1}) : g(a));'
coroutine 3 <<< '  if (co_await g(Point{1})) { a = 1; }'
coroutine 3 <<< '  const auto later = [a]() -> asio::awaitable<int> { co_return a; };'
coroutine 3 <<< '  co_spawn(loop, [a]() -> asio::awaitable<int> { co_return co_await g(); }, detached);'
coroutine 0 <<< '  const Point p{1, 2};
  const auto one = [a] { return a; };
  auto [x, y] = co_await g(p, one, "{", R"([] {})", values[a]);  // [a] { }
  if (co_await g(p)) { a = 1; } else { co_await g(p); }
  for (int i : values) { co_await g(i); }
  switch (co_await g(p)) { case 1: { co_await g(p); } default: co_return 1; }
  try { co_await g(p); } catch (const std::exception&) { a = 1; }
  const Point q = {1, 2};
  co_return co_await g(q);'
rm daemon/base/f.cpp

includes() { cmake -DDAEMON="$tree/daemon" -P tests/includes_test.cmake; }
echo '#include "base/b.hpp"' > daemon/domain/a.hpp
passes includes
echo '#include "domain/a.hpp"' > daemon/base/b.hpp
finds 'upwards' includes
rm daemon/base/b.hpp
mkdir daemon/attic
finds 'no floor' includes
rmdir daemon/attic

names() { cmake -DDAEMON="$tree/daemon" -P tests/names_test.cmake; }
printf '%s\n' 'struct A {' '  int a;' '};' > daemon/domain/a.hpp
printf '%s\n' 'struct A {' '  char a;' '};' > daemon/domain/b.hpp
finds 'defined twice' names
rm daemon/domain/b.hpp
passes names
printf '%s\n' '#include "a.hpp"' 'namespace tenantscope {' 'namespace {' 'int a;' '}  // namespace' '}  // namespace tenantscope' > tests/a_test.cpp
passes names
sed -i '2a struct A {};' tests/a_test.cpp
finds 'outside their own' names
rm tests/a_test.cpp

# shellcheck disable=SC2016  # the backticks are Markdown's
echo 'It never fails: `Never.Fails`.' > SECURITY.md
finds 'no test is named Never.Fails' scripts/gates/claims
echo 'TEST(Never, Fails) {}' > tests/never_test.cpp
passes scripts/gates/claims
rm SECURITY.md tests/never_test.cpp

# shellcheck disable=SC2016  # a script's text
printf '%s\n' '#!/bin/sh' 'echo "$1"' > scripts/say
passes scripts/gates/shell
# shellcheck disable=SC2016  # it is the planted fault
echo 'echo $1' >> scripts/say
finds 'SC2086' scripts/gates/shell

printf '%s\n' 'struct A {' '  int a;' '};' > daemon/domain/a.hpp
printf '%s\n' '#!/usr/bin/env python3' 'print("a")' > scripts/print
passes scripts/format --check
echo 'int  b;' >> daemon/domain/a.hpp
finds 'a.hpp:4' scripts/format --check
passes scripts/format
passes scripts/format --check
echo "print('a')" >> scripts/print
finds 'would reformat scripts/print' scripts/format --check
passes scripts/format
passes scripts/format --check
