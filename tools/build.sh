#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configure, if need be, and compile one flavour of the tree.
#
# usage: tools/build.sh release|asan|clang|tests
#        tools/build.sh installed|library PREFIX
#        release   what is used and shipped, and what the integration tests run
#        asan      the C tests, under gcc's address and undefined-behaviour sanitizers
#        clang     all objects by the other compiler, for its warnings and for the compile_commands.json of clang-tidy
#        tests     release, and the objects of the C tests as optimized code: gcc warns of more there
#        installed what "make install" installs below PREFIX: the library and the program
#        library   the same without the program
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

name=${1:-} first=()
# What is compiled for its warnings only is not linked: asan links the same programs, and runs them.
case $name in
release) options=() targets=(programs) ;;
tests) name=release options=() targets=(programs objects) ;;
# For a stack trace -g1 is enough; it compiles in half the time of -O2 -g. The tests that take longest wait for release.
asan)
    first=(nice -n 5)
    options=("-Db_sanitize=address,undefined" -Db_lundef=false -Doptimization=1 -Ddebug=false -Dc_args=-g1)
    targets=(meson-test-prereq)
    ;;
# Nobody runs it, and clang warns of the same things at every level of optimization.
clang)
    export CC=clang CXX=clang++
    options=(-Db_lundef=false -Doptimization=0 -Ddebug=false)
    targets=(objects)
    ;;
installed | library)
    options=("-Dprefix=${2:-/usr/local}" -Dtests=false) targets=(all)
    [ "$name" = installed ] || options+=(-Dprogram=false)
    ;;
*)
    sed -n '3,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

directory=$CDD_BUILD_DIR/$name
log=$CDD_BUILD_DIR/logs/meson-$name.log
mkdir -p "$CDD_BUILD_DIR/logs"
# Two suites may ask for the same build at the same time.
exec 9>"$CDD_BUILD_DIR/logs/build-$name.lock"
flock 9

# The directory of an earlier run is of use if that run finished, and if it had the same options.
is_configured()
{
    [ -e "$directory/build.ninja" ] && [ "$(cat "$directory/options" 2>/dev/null)" = "${options[*]}" ] &&
        meson introspect --buildoptions "$directory" >/dev/null 2>&1
}

# find_objects: the object files of every target
find_objects()
{
    ninja -C "$directory" -t targets rule c_COMPILER | grep -v '^ninja: '
}

# find_programs: all that is built by default but the C tests, which run under the sanitizers only. Meson's target "all" has
# them too.
find_programs()
{
    ninja -C "$directory" -t query all | sed -n '/^  outputs:/q; s/^    //p' |
        grep -vE '^(meson-(test|benchmark)-prereq|tests/(unit|fuzz|integration)/.*)$'
}

if ! is_configured; then
    rm -rf "$directory"
    if ! meson setup "$directory" "$CDD_TOP" "${options[@]}" >"$log" 2>&1; then
        cat "$log" >&2
        die "meson could not configure $directory"
    fi
    echo "${options[*]}" >"$directory/options"
fi
# A directory that was configured before these tools were installed lacks the introspection data and the reference.
if [ "$name" = release ] && pkg-config --exists gobject-introspection-1.0 && have gi-docgen &&
    ! grep -q gi-docgen "$directory/build.ninja"; then
    meson setup --reconfigure "$directory" "$CDD_TOP" >"$log" 2>&1 || die "meson could not configure $directory again"
fi
start=$(date +%s)
# After a change of meson's files the graph is another one.
ninja -C "$directory" build.ninja >"$log" 2>&1 || true
files=()
for target in "${targets[@]}"; do
    case $target in
    objects) mapfile -t -O "${#files[@]}" files < <(find_objects) ;;
    programs) mapfile -t -O "${#files[@]}" files < <(find_programs) ;;
    *) files+=("$target") ;;
    esac
done
[ ${#files[@]} -gt 0 ] || die "ninja lists nothing to build in $directory"
if ! "${first[@]}" ninja -C "$directory" "${files[@]}" >"$log" 2>&1; then
    # The steps that went well would hide the errors.
    grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" >&2
    die "$1 did not build (the whole output is in $log)"
fi
say "Built $1 in $directory ($(elapsed_since "$start") s)"
