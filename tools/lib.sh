# SPDX-License-Identifier: Apache-2.0
# For every script of tools/: where things are, how to print, how to become root.
# shellcheck shell=bash

set -euo pipefail

# Under sudo all files are root's, also those that a build leaves: no directory has files of two owners.
unset SUDO_UID SUDO_GID SUDO_USER SUDO_COMMAND

# A make that a test starts must not take itself for a part of the make that called us: it would print other lines.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

CDD_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CDD_BUILD_DIR=${CDD_BUILD_DIR:-$CDD_TOP/build}
CDD_CACHE_DIR=${CDD_CACHE_DIR:-$CDD_BUILD_DIR/cache}
CDD_STATE_DIR=${CDD_STATE_DIR:-$CDD_BUILD_DIR/engine}
# The images have one Debian release on every machine, so that results are the same everywhere.
CDD_SUITE=bookworm
CDD_TEST_DISTRO=rolling
CDD_TEST_IMAGE=${CDD_TEST_IMAGE:-colcon-deb-builder:$CDD_TEST_DISTRO}
CDD_TEST_RUNTIME_IMAGE=${CDD_TEST_RUNTIME_IMAGE:-colcon-deb-runtime:$CDD_SUITE}
export CDD_TOP CDD_BUILD_DIR CDD_CACHE_DIR CDD_STATE_DIR CDD_SUITE CDD_TEST_DISTRO
export CDD_TEST_IMAGE CDD_TEST_RUNTIME_IMAGE

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    _bold=$(printf '\033[1m') _dim=$(printf '\033[2m') _plain=$(printf '\033[0m')
else
    _bold='' _dim='' _plain=''
fi

heading()
{
    printf '\n%s== %s%s\n' "$_bold" "$*" "$_plain"
}

say()
{
    printf '%s\n' "$*"
}

# Print a command that is about to run, so that the reader can repeat it.
say_command()
{
    printf '%s$ %s%s\n' "$_dim" "$*" "$_plain"
}

warn()
{
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

die()
{
    warn "$*"
    exit 1
}

have()
{
    command -v "$1" >/dev/null 2>&1
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "this needs root: run it as root, or install sudo ($*)"
    fi
}

# Debian's Python, which has Debian's modules; another may come first in PATH.
system_python()
{
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$@"
}

elapsed_since()
{
    printf '%d' $(($(date +%s) - $1))
}
