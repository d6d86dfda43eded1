# bash completion for tenantscope. What there is to complete is read from its own --help.

_tenantscope() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} flag='' prefix='' help line word words i
  local -a path=()
  COMPREPLY=()
  help=$("$program" --help 2>/dev/null)
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word =~ ^[a-z]+$ && $help =~ Subcommands:.*$'\n  '$word' ' ]] || continue
    path+=("$word")
    help=$("$program" "${path[@]}" --help 2>/dev/null)
  done

  # The flag whose value this is: `--output json`, `--output=json`, of which bash makes one word or three.
  if [[ $current == --*=* ]]; then
    flag=${current%%=*} prefix=$flag= current=${current#*=}
  elif [[ $current == = ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 1]} current=''
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == -* && $current != -* ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 1]}
  fi
  if [[ -n $flag ]]; then
    line=$(grep -m 1 -E "^  (-.,)?${flag//./\\.} [A-Z]|^  $flag,--[a-z.-]+ [A-Z]" <<<"$help")
    if [[ $line =~ \{([^\}]*)\} ]]; then
      words=$(sed 's/->[0-9]*//g; s/,/\n/g' <<<"${BASH_REMATCH[1]}")
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$words" -- "$current")
      return
    elif [[ $flag =~ (file|from|scenario|path|directory)$ || "${path[*]} $flag" == 'storage copy --to' ]]; then
      compopt -o default 2>/dev/null
      return
    elif [[ -n $line ]]; then
      return
    fi
  fi

  words=''
  if [[ $current != -* ]]; then words=$(sed -n '/^Subcommands:/,$s/^  \([a-z][a-z]*\) .*/\1 /p' <<<"$help"); fi
  if [[ $current != -* && $help =~ $'\n  '(FILE|DIR)' ' ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  if [[ -z $words ]]; then
    words=$(sed -nE 's/^  (-.,)?(--[a-z.-]+) [A-Z].*/\2=/p; s/^  (-.,)?(--[a-z.-]+)( {2}.*)?$/\2 /p' <<<"$help")
  fi
  compopt -o nospace 2>/dev/null
  local IFS=$'\n'
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _tenantscope tenantscope
