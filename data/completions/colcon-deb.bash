# SPDX-License-Identifier: Apache-2.0
# Completion for bash. Flags are asked for from the program itself, so they are those of its version.

# _colcon_deb_flags PROGRAM COMMAND [VERB]
_colcon_deb_flags()
{
    "$@" --help 2>/dev/null | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'
}

_colcon_deb_image()
{
    local words
    if [ "$COMP_CWORD" -eq 2 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'build create ls rm --help' -- "$current")
        return
    fi
    case $previous in
    --builder) words='auto classic buildkit' ;;
    --compress) words='auto none gzip zstd' ;;
    --network) words='default host none' ;;
    --progress) words='auto plain' ;;
    --suite) words='bookworm trixie jammy noble' ;;
    --arch) words='amd64 arm64 armhf i386 ppc64el riscv64 s390x' ;;
    --platform) words='linux/amd64 linux/arm64 linux/arm/v7' ;;
    --file | -f | --config | -c | --root-archive | --output | -o | --cache) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    --tag | -t | --build-arg | --target | --label | --cache-from | --add-host | --secret | --ssh | --package | --mirror | --bootstrap-image | --ros-distro | --host | --context) ;;
    *)
        case $current in
        -*) words=$(_colcon_deb_flags "${COMP_WORDS[@]:0:3}") ;;
        *)
            case ${COMP_WORDS[2]} in
            build) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            rm | remove) words=$("${COMP_WORDS[0]}" image ls --all --quiet 2>/dev/null) ;;
            esac
            ;;
        esac
        ;;
    esac
    [ -z "$words" ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

_colcon_deb()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()

    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'build list validate image help --help --version' -- "$current")
        return
    fi
    if [ "${COMP_WORDS[1]}" = image ]; then
        _colcon_deb_image
        compopt -o filenames 2>/dev/null
        return
    fi
    case $previous in
    --build-type) mapfile -t COMPREPLY < <(compgen -W 'Release RelWithDebInfo MinSizeRel Debug None' -- "$current") ;;
    --pull) mapfile -t COMPREPLY < <(compgen -W 'always missing never' -- "$current") ;;
    --network) mapfile -t COMPREPLY < <(compgen -W 'host bridge none' -- "$current") ;;
    --config | -c | --dockerfile | --signing-key-file | --passphrase-file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    --image | --ros-distro | --jobs | -j | --retry | --package-timeout | --package-prefix | --env | -e | --signing-key | --host | --context | --packages-*) ;;
    help) mapfile -t COMPREPLY < <(compgen -W 'build list validate image configuration' -- "$current") ;;
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
