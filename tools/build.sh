#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configure, if need be, and compile one flavour of the tree.
#
# usage: tools/build.sh release|asan|clang
#        release   what is used and shipped; asan: gcc's address and undefined-behaviour sanitizers, for the unit tests;
#        clang     the other compiler, whose warnings and compile_commands.json the style checks use
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

case ${1:-} in
release) options=() ;;
asan) options=("-Db_sanitize=address,undefined" -Db_lundef=false) ;;
clang) options=(-Db_lundef=false) && export CC=clang CXX=clang++ ;;
*)
    sed -n '3,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

directory=$CDD_BUILD_DIR/$1
log=$CDD_BUILD_DIR/logs/meson-$1.log
mkdir -p "$CDD_BUILD_DIR/logs"
# A directory that a half-done or older set-up left behind is configured anew.
if [ ! -e "$directory/build.ninja" ] || ! meson introspect --buildoptions "$directory" >/dev/null 2>&1; then
    rm -rf "$directory"
    if ! meson setup "$directory" "$CDD_TOP" "${options[@]}" >"$log" 2>&1; then
        cat "$log" >&2
        die "meson could not configure $directory"
    fi
fi
# Set up before their tools were there, it lacks the description for other languages or the reference.
if [ "$1" = release ] && pkg-config --exists gobject-introspection-1.0 && have gi-docgen &&
    ! grep -q gi-docgen "$directory/build.ninja"; then
    meson setup --reconfigure "$directory" "$CDD_TOP" >"$log" 2>&1 || die "meson could not configure $directory anew"
fi
start=$(date +%s)
if ! ninja -C "$directory" >"$log" 2>&1; then
    # What went well is not what is looked for now.
    grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" >&2
    die "$1 did not build (all of it is in $log)"
fi
say "Built $1 in $directory ($(elapsed_since "$start") s)"
