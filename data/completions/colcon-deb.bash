# SPDX-License-Identifier: Apache-2.0
# Completion for bash.
# Everything comes from the program's --help at the time of completion. The awk program prints a row for each thing that the
# help lists: KIND;NAME;ARGUMENT;VALUES;DESCRIPTION. KIND is name (a command or verb), topic (of the command help), option or
# operand. The files for bash, zsh and fish have the same awk program.

# _colcon_deb_rows PROGRAM [COMMAND [VERB]]
_colcon_deb_rows()
{
    "$@" --help 2>/dev/null | awk '
function flush(  i, n, each, values) {
    if (kind == "") return
    n = split(names, each, " ")
    for (i = 1; i <= n; i++) {
        values = known[each[i]]
        if (match(text, /: [A-Za-z]+(([|]|, )[A-Za-z]+)+ [[]/)) {
            values = substr(text, RSTART + 2, RLENGTH - 4)
            gsub(/[|]|, /, " ", values)
        }
        print kind ";" each[i] ";" argument ";" values ";" text
    }
    kind = ""
}
BEGIN {
    # Values that the help does not list.
    known["--arch"] = "amd64 arm64 armhf i386 ppc64el riscv64 s390x"
    known["--platform"] = "linux/amd64 linux/arm64 linux/arm/v7"
    known["--progress"] = "auto plain"
    known["--suite"] = "bookworm trixie jammy noble"
}
/^Usage: .*[[]OPTION/ && !/ COMMAND / {
    sub(/ [[](OPTION|--).*/, "")
    gsub(/[].[]/, "", $NF)
    if ($NF ~ /^[A-Z]+$/) print "operand;" $NF ";;;"
}
/^  [a-z-]+ help [a-z-]+  / {
    topic = $3
    sub(/^ +[^ ]+ help [^ ]+ +/, "")
    print "topic;" topic ";;;" $0
}
/^(Commands|Verbs):$/ { listing = 1 }
/^$/ { flush(); listing = 0 }
/^  -., --/ || /^      --/ || (listing && /^  [a-z]/) {
    flush()
    kind = listing ? "name" : "option"
    names = text = $0
    sub(/^ +/, "", names)
    sub(/  .*/, "", names)
    if (!sub(/^ +[^ ]+( --[^ ]+)?  +/, "", text)) text = ""
    argument = ""
    if (match(names, /=/)) {
        argument = substr(names, RSTART + 1)
        names = substr(names, 1, RSTART - 1)
    }
    # --warm[=TIME]: the next word is no argument.
    if (sub(/[[]$/, "", names)) argument = ""
    sub(/,/, "", names)
    if (sub(/--[[]no-[]]/, "--", names)) {
        n = split(names, parts, "--")
        names = names " --no-" parts[n]
    }
    next
}
kind != "" {
    sub(/^ +/, "")
    text = text == "" ? $0 : text " " $0
}
END { flush() }
'
}

# _colcon_deb_offer WORDS: those words that begin as the current one does
_colcon_deb_offer()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

# _colcon_deb_places -d|-f: directories, or all files
_colcon_deb_places()
{
    mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
    compopt -o filenames 2>/dev/null
}

# The option that a list of packages belongs to: names end at the next option or at a word with a slash.
_colcon_deb_list()
{
    local at
    for ((at = COMP_CWORD - 1; at > 0; at--)); do
        case ${COMP_WORDS[at]} in
        --?*) echo "${COMP_WORDS[at]}" ;;
        -* | */*) ;;
        *) continue ;;
        esac
        return
    done
}

# _colcon_deb_ask PLACEHOLDER WORD...: what the program knows to stand there, on a line of these words
_colcon_deb_ask()
{
    _colcon_deb_offer "$("${COMP_WORDS[0]}" help --words "$@" 2>/dev/null)"
}

_colcon_deb_images()
{
    _colcon_deb_offer "$("${COMP_WORDS[0]}" image ls --all --quiet 2>/dev/null)"
}

_colcon_deb()
{
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
    local depth=1 kind name argument values rows names options='' operand='' list
    COMPREPLY=()

    # Bash makes three words of --option=value.
    if [ "$current" = = ]; then
        current=''
    elif [ "$option" = = ]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi

    # A help that lists names is followed by one of them.
    while :; do
        rows=$(_colcon_deb_rows "${COMP_WORDS[@]:0:depth}")
        names=$(awk -F';' '$1 == "name" { print $2 }' <<<"$rows")
        [ -n "$names" ] || break
        if [ "$COMP_CWORD" -eq "$depth" ]; then
            case $depth-$option in
            1-*) names+=' --help --version' ;;
            2-help) names+=" $(awk -F';' '$1 == "topic" { print $2 }' <<<"$rows") --help" ;;
            *) names+=' --help' ;;
            esac
            _colcon_deb_offer "$names"
            return
        fi
        depth=$((depth + 1))
    done

    list=$(_colcon_deb_list)
    while IFS=';' read -r kind name argument values _; do
        case $kind in
        operand) operand=$name ;;
        option)
            case $name in --*) options+=" $name" ;; esac
            if [ "$name/$argument" = "$list/PACKAGE..." ] && [[ $current != [-/~.]* ]]; then
                _colcon_deb_ask PACKAGE "${COMP_WORDS[@]:depth}"
                return
            fi
            if [ "$name" = "$option" ] && [ -n "$argument" ]; then
                case $argument in
                FILE | PLACE) _colcon_deb_places -f ;;
                DIR*) _colcon_deb_places -d ;;
                REF) _colcon_deb_images ;;
                PACKAGE* | TARGET | CONTEXT) _colcon_deb_ask "${argument%...}" "${COMP_WORDS[@]:depth}" ;;
                *) _colcon_deb_offer "$values" ;;
                esac
                return
            fi
            ;;
        esac
    done <<<"$rows"

    case $current-$operand in
    -*-*) _colcon_deb_offer "$options" ;;
    *-PATH | *-CONTEXT) _colcon_deb_places -d ;;
    *-RUN | *-DEB) _colcon_deb_places -f ;;
    *-IMAGE) _colcon_deb_images ;;
    *-PACKAGE) _colcon_deb_ask PACKAGE "${COMP_WORDS[@]:depth}" ;;
    esac
}

complete -F _colcon_deb colcon-deb
