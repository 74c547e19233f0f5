# SPDX-License-Identifier: Apache-2.0
# Completion for fish.
# Everything comes from the program's --help at the time of completion. The awk program prints a row for each thing that the
# help lists: KIND;NAME;ARGUMENT;VALUES;DESCRIPTION. KIND is name (a command or verb), topic (of the command help), option or
# operand. The files for bash, zsh and fish have the same awk program.

# __colcon_deb_rows PROGRAM [COMMAND [VERB]]
function __colcon_deb_rows
    $argv --help 2>/dev/null | awk '
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
end

# The rows of the command on the command line. A help that lists names is followed by one of them.
function __colcon_deb_help
    set -l rows
    set -l words (commandline -opc)
    for depth in (seq (count $words))
        set rows (__colcon_deb_rows $words[1..$depth])
        string match -q 'name;*' -- $rows; or break
    end
    printf '%s\n' $rows
end

# The option whose argument is to be completed: the word before, or the current word up to its =
function __colcon_deb_option
    set -l current (commandline -ct)
    if string match -q -- '--*=*' $current
        string replace -r '=.*' '' -- $current
    else
        set -l words (commandline -opc)
        echo -- $words[-1]
    end
end

# The argument of that option and its values; nothing if the option takes none
function __colcon_deb_argument
    set -l option (__colcon_deb_option)
    for row in (__colcon_deb_help)
        set -l fields (string split -m 4 ';' -- $row)
        if test "$fields[1]" = option; and test "$fields[2]" = "$option"; and test -n "$fields[3]"
            printf '%s\n' $fields[3] (string split -n ' ' -- $fields[4])
            return
        end
    end
    return 1
end

# The option that a list of packages belongs to: names end at the next option or at a word with a slash.
function __colcon_deb_list
    set -l words (commandline -opc)
    for word in $words[-1..2]
        switch $word
            case '--?*'
                echo -- $word
                return
            case '-*' '*/*'
                return
        end
    end
end

# Whether the current word is a package of such a list
function __colcon_deb_lists_packages
    string match -qr '^[-/~.]' -- (commandline -ct); and return 1
    set -l list (__colcon_deb_list)
    test -n "$list"; or return 1
    for row in (__colcon_deb_help)
        string match -q -- "option;$list;PACKAGE...;*" $row; and return
    end
    return 1
end

# __colcon_deb_ask PREFIX PLACEHOLDER: PREFIX before each word that the program knows to stand there
function __colcon_deb_ask
    set -l words (commandline -opc)
    for word in ($words[1] help --words $argv[2] $words[3..] 2>/dev/null)
        echo -- "$argv[1]$word"
    end
end

function __colcon_deb_takes_file
    set -l argument (__colcon_deb_argument)
    contains -- "$argument[1]" FILE PLACE
end

# __colcon_deb_directories PREFIX TEXT: PREFIX before each directory that begins with TEXT
function __colcon_deb_directories
    for directory in (__fish_complete_directories "$argv[2]")
        echo -- "$argv[1]$directory"
    end
end

function __colcon_deb_words
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    set -l prefix (string match -r -- '^--[^=]*=' $current)
    if __colcon_deb_lists_packages
        __colcon_deb_ask '' PACKAGE
        return
    end
    if set -l argument (__colcon_deb_argument)
        switch $argument[1]
            case FILE PLACE
            case 'DIR*'
                __colcon_deb_directories "$prefix" (string replace -- "$prefix" '' $current)
            case REF
                for image in ($words[1] image ls --all --quiet 2>/dev/null)
                    echo -- "$prefix$image"
                end
            case 'PACKAGE*' TARGET CONTEXT
                __colcon_deb_ask "$prefix" (string replace ... '' -- $argument[1])
            case '*'
                printf '%s\n' "$prefix"$argument[2..]
        end
        return
    end

    set -l kind name operand
    if string match -q -- '-*' $current
        set kind option
        test (count $words) -gt 1; or printf '%s\t%s\n' --version 'print the version'
    else if test "$words[2..]" = help
        set -a kind topic
    end
    set -l rows (__colcon_deb_help)
    if string match -q 'name;*' -- $rows; and test "$kind" = option
        printf '%s\t%s\n' --help 'print this help'
    end
    for row in $rows
        set -l fields (string split -m 4 ';' -- $row)
        contains -- $fields[1] $kind; or continue
        switch "$fields[1] $fields[2]"
            case 'operand PATH' 'operand CONTEXT'
                __colcon_deb_directories '' "$current"
            case 'operand RUN' 'operand DEB'
                __fish_complete_path "$current"
            case 'operand PACKAGE'
                __colcon_deb_ask '' PACKAGE
            case 'operand IMAGE'
                $words[1] image ls --all --quiet 2>/dev/null
            case 'option *' 'name *' 'topic *'
                printf '%s\t%s\n' $fields[2] $fields[5]
        end
    end
end

complete -c colcon-deb -f
complete -c colcon-deb -n __colcon_deb_takes_file -F
complete -c colcon-deb -a '(__colcon_deb_words)'
