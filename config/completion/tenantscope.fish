# fish completion for tenantscope. What there is to complete is read from its own --help.

# A line each: flag or command, its name, the kind of its value, what it is for.
function __tenantscope_help
    $argv --help 2>/dev/null | awk '
        function told() { if (name) print kind "\t" name "\t" type "\t" text; name = "" }
        /^Subcommands:/ { below = 1 }
        /^  -/ || below && /^  [a-z]/ {
            told(); kind = /^  -/ ? "flag" : "command"; type = ""; text = ""
            name = $1; sub(/^-.,/, "", name)
            if (kind == "flag" && $0 ~ "^  [^ ]+ [A-Z]") type = $2
            if (match($0, /[^ ]  +[^ ]/)) text = substr($0, RSTART + RLENGTH - 1)
            next }
        /^          / && name && !text { sub(/^ +/, ""); text = $0 }
        /^$/ { told() }
        END { told() }'
end

function __tenantscope_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l command $words[1]
    set -l help (__tenantscope_help $command)
    for word in $words[2..]
        if string match -q -- "command"\t"$word"\t"*" $help
            set -a command $word
            set help (__tenantscope_help $command)
        end
    end

    # The flag whose value this is: `--output json` or `--output=json`.
    set -l flag $words[-1]
    set -l prefix ''
    if string match -q -- '--*=*' $current
        set flag (string split -m 1 = -- $current)[1]
        set prefix $flag=
    end
    if test -n "$prefix"; or not string match -q -- '-*' $current
        set -l line (string match -- "flag"\t"$flag"\t"*" $help)
        set -l type (string split \t -- $line)[3]
        if set -l values (string match -r '\{(.*)\}' -- $type)
            string split , -- $values[2] | string replace -r -- '->.*' '' | string replace -r '^' -- $prefix
            return
        else if string match -qr '(file|from|scenario|path|directory)$|storage copy --to$' -- "$command $flag"
            __fish_complete_path (string replace -- $prefix '' $current) | string replace -r '^' -- $prefix
            return
        else if test -n "$type"
            return
        end
    end

    if not string match -q -- '-*' $current; and string match -qr '(config check|storage (backup|restore))$' -- "$command"
        __fish_complete_path $current
        return
    end
    for line in $help
        set -l parts (string split \t -- $line)
        if test $parts[1] = command; or string match -q -- '-*' $current
            test -n "$parts[3]"; and set parts[2] $parts[2]=
            echo "$parts[2]"\t"$parts[4]"
        end
    end
end

complete -c tenantscope -f -a '(__tenantscope_complete)'
