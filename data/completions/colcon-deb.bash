# SPDX-License-Identifier: Apache-2.0
# Completion for bash. Flags are asked for from the program itself, so they are those of its version.

_colcon_deb_flags()
{
    "$1" "$2" --help 2>/dev/null | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'
}

_colcon_deb()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()

    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'build list validate help --help --version' -- "$current")
        return
    fi
    case $previous in
    --build-type) mapfile -t COMPREPLY < <(compgen -W 'Release RelWithDebInfo MinSizeRel Debug None' -- "$current") ;;
    --pull) mapfile -t COMPREPLY < <(compgen -W 'always missing never' -- "$current") ;;
    --network) mapfile -t COMPREPLY < <(compgen -W 'host bridge none' -- "$current") ;;
    --config | -c | --signing-key-file | --passphrase-file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    --image | --ros-distro | --jobs | -j | --retry | --package-timeout | --package-prefix | --env | -e | --signing-key | --host | --context | --packages-*) ;;
    help) mapfile -t COMPREPLY < <(compgen -W 'build list validate configuration' -- "$current") ;;
    *)
        case $current in
        -*) mapfile -t COMPREPLY < <(compgen -W "$(_colcon_deb_flags "${COMP_WORDS[0]}" "${COMP_WORDS[1]}")" -- "$current") ;;
        *) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        esac
        ;;
    esac
    compopt -o filenames 2>/dev/null
}

complete -F _colcon_deb colcon-deb
