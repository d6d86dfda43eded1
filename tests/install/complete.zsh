# complete.zsh FOLDER LINE: what zsh, with the completions in FOLDER, offers at the end of LINE; a match a line.
# An interactive zsh on a terminal of its own completes; `compadd`, which every match goes through, tells.
zmodload zsh/zpty || exit 77
zpty shell zsh -f -i +Z
zpty -w shell "module_path=(${(j: :)${(@q)module_path}}); fpath=(${(q)1} ${(j: :)${(@q)fpath}})"
zpty -w shell "zmodload zsh/zle zsh/complete && setopt zle"
zpty -w shell 'PROMPT= PROMPT2=; autoload -U compinit && compinit -u -D; bindkey "^I" complete-word
zstyle ":completion:*" completer _complete
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- "<match "${^hits}">"
}
finish() { print "<do""ne>"; compstate[insert]=; compstate[list]=; exit }
comppostfuncs=(finish)
print "<rea""dy>"'
zpty -r shell text '*<ready>*' || exit 1
zpty -w -n shell "$2"$'\t'
zpty -r shell text '*<done>*' || exit 1
print -r -- $text | sed -n 's/.*<match \(.*\)>.*/\1/p'
zpty -d shell
