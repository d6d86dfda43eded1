#!/usr/bin/env bash
# completion_test.sh BINARY SOURCE bash|zsh|fish: every command and flag that --help knows is offered by that shell, and nothing else is.
. "$(dirname "$0")/tools.sh"
shell=$3
folder=$source/config/completion
mkdir "$work/bin"
ln -s "$binary" "$work/bin/tenantscope"
PATH=$work/bin:$PATH
program=$(find_tool "$shell")
[ -n "$program" ] || fail "no $shell: run scripts/setup --tests"
case $program in "$tools"/*) unpacked=yes ;; *) unpacked= ;; esac

# What the shell offers at the end of a line, without the `=` and spaces that it would put behind.
offered_by_bash() {
  bash -c '. "$1/tenantscope.bash"
    read -ra COMP_WORDS <<<"$2"
    case $2 in *" ") COMP_WORDS+=("") ;; esac
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _tenantscope
    printf "%s\n" "${COMPREPLY[@]}"' bash "$folder" "$1"
}
# shellcheck disable=SC2016  # fish expands it
offered_by_fish() {
  LD_LIBRARY_PATH=${unpacked:+$libraries} "$program" --no-config -c '
    test -n "$argv[3]"; and set fish_function_path "$argv[3]"
    source "$argv[1]/tenantscope.fish"
    complete -C "$argv[2]"' "$folder" "$1" "${unpacked:+$tools/usr/share/fish/functions}" | cut -f 1
}
# shellcheck disable=SC2016  # zsh expands it
offered_by_zsh() {
  PATH=$(dirname "$program"):$PATH "$program" -f -c '
    [[ -n $4 ]] && { module_path=($4/usr/lib/*-linux-gnu/zsh/*(/N)); fpath=($4/usr/share/zsh/functions/**/*(/N)) }
    . $1/complete.zsh $2 $3' zsh "$source/tests/install" "$folder" "$1" "${unpacked:+$tools}"
}
offered() { "offered_by_$shell" "$1" | sed -E 's/[= ]+$//' | sort -u; }

expect() {  # LINE WORDS...: just these are offered at the end of the line
  local line=$1 wanted got
  shift
  wanted=$(printf '%s\n' "$@" | sort -u)
  got=$(offered "$line")
  [ "$got" = "$wanted" ] || fail "\`$line\` offers ${got//$'\n'/ }, not ${wanted//$'\n'/ }"
}

while read -ra words; do
  line="tenantscope${words[*]:+ ${words[*]}}"
  mapfile -t flags < <(flags_of "${words[@]}")
  [ ${#flags[@]} -gt 0 ] || fail "no flags of $line"
  expect "$line --" "${flags[@]}"
  mapfile -t commands < <(commands_of "${words[@]}")
  [ ${#commands[@]} = 0 ] || expect "$line " "${commands[@]}"
done < <(all_commands)

# Values come from --help as well, behind a blank and behind `=`.
expect 'tenantscope serve --log.format ' json logfmt
case $shell in
  zsh) expect 'tenantscope serve --log.level=' debug info warn error ;;
  *) expect 'tenantscope serve --log.level=' --log.level={debug,info,warn,error} ;;
esac
mapfile -t flags < <(flags_of events)
expect 'tenantscope events --follow --output=json --' "${flags[@]}"
cd "$source" || exit
expect 'tenantscope events --after ' ''
if [ "$shell" != bash ]; then  # bash's own completion of file names takes over there
  offered 'tenantscope config check conf' | grep -q '^config' || fail "no files are offered for config check"
  offered 'tenantscope serve --config.file=conf' | grep -q 'config' || fail "no files are offered for --config.file"
fi
