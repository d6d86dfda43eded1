# shellcheck shell=bash
# Sourced by the rehearsals: a folder and what runs in it, which end with the script.

say() { printf 'run: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

# has PROGRAM...: each of them is there.
has() {
  local program
  for program; do
    command -v "$program" >/dev/null || die "no $program: run scripts/setup --tests and scripts/build"
  done
}

folder=$(mktemp -d)
declare -A pids
# shellcheck disable=SC2317  # the trap below calls it
stop() {
  trap - EXIT INT TERM
  kill -TERM "${pids[@]}" 2>/dev/null || true
  wait "${pids[@]}" 2>/dev/null || true
  rm -rf "$folder"
  say "stopped"
}
trap stop EXIT
trap 'exit 0' INT TERM

# start NAME COMMAND...: in the background, to end with this script at the latest. What it says is in $folder/NAME.log.
start() {
  local name=$1
  shift
  setpriv --pdeathsig TERM "$@" >"$folder/$name.log" 2>&1 &
  pids[$name]=$!
}
# await WHAT COMMAND...: until it succeeds, for a minute.
await() {
  local what=$1 name
  shift
  for _ in {1..300}; do
    "$@" && return
    for name in "${!pids[@]}"; do
      kill -0 "${pids[$name]}" 2>/dev/null || { cat "$folder/$name.log" >&2; die "$name has ended"; }
    done
    sleep 0.2
  done
  tail -n 20 "$folder"/*.log >&2
  die "waited in vain for $what"
}
# shellcheck disable=SC2317  # await calls it
said() { grep -q "$2" "$folder/$1.log"; }
# The first that PATTERN's group matches in what NAME says: address NAME PATTERN
address() { sed -nE "s#.*$2.*#\\1#p" "$folder/$1.log" | head -n 1; }
# shellcheck disable=SC2154,SC2317  # the script sets it, await calls it
prometheus_has() { promtool query instant "$prometheus" "$1" 2>/dev/null | grep -q .; }
