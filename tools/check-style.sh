#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The checks of the source text. They run side by side, and one that fails does not end the others.
#
# usage: tools/check-style.sh [CHECK...]     (default: docs format shell python layers headers clang tidy gcc)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

results=$CDD_BUILD_DIR/style-results
failed=0
logs=$CDD_BUILD_DIR/logs
# The tree is formatted by Debian 12's clang-format; on another release that version has a name of its own.
clang_format=clang-format
clang_tidy=clang-tidy
if have clang-format-14; then clang_format=clang-format-14; fi
if have clang-tidy-14; then clang_tidy=clang-tidy-14; fi

# tracked PATTERN...: files that git knows, and new files that it does not ignore
tracked()
{
    git ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
        if [ -e "$file" ]; then printf '%s\0' "$file"; fi
    done
}

check_docs()
{
    tracked '*.md' | xargs -0 -r "$CDD_TOP/tools/check-docs.py"
}

# The example workspace is in the style of ROS, as its users write.
check_format()
{
    tracked '*.c' '*.h' ':!examples' | xargs -0 -r "$clang_format" --dry-run -Werror
}

# Only the first line counts: a test may hold a script as text.
is_shell_script()
{
    head -c 64 "$1" | head -n 1 | grep -aqE '^#!.*\b(sh|bash)$'
}

check_shell()
{
    tracked . | sort -zu | while IFS= read -r -d '' file; do
        case $file in
        *.sh) printf '%s\0' "$file" ;;
        *) if is_shell_script "$file"; then printf '%s\0' "$file"; fi ;;
        esac
    done | xargs -0 -r shellcheck
}

# Compiling finds mistakes in code that no test runs. It writes no file. mypy.ini has the settings of mypy.
check_python()
{
    tracked '*.py' | xargs -0 -r "$(command -v /usr/bin/python3)" -c '
import ast, sys, warnings
warnings.simplefilter("error")
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as source:
        compile(ast.parse(source.read(), name), name, "exec")'
    tracked '*.py' | xargs -0 -r pyflakes3
    tracked 'scripts/*.py' 'tools/*.py' | xargs -0 -r mypy --cache-dir "$CDD_BUILD_DIR/mypy"
}

check_layers()
{
    local status=0
    system_python "$CDD_TOP/tools/check-layers.py" || status=1
    system_python "$CDD_TOP/tools/check-files.py" || status=1
    return "$status"
}

# Each public header must stand alone, as C and as C++, and say the unit of each time.
check_headers()
{
    local header status=0
    local -a flags
    read -ra flags < <(pkg-config --cflags gio-2.0)
    flags+=(-fsyntax-only -Wall -Wextra -Werror -Iinclude)
    while IFS= read -r -d '' header; do
        ${CC:-cc} -std=c17 -x c "${flags[@]}" -include "$header" /dev/null || status=1
        ${CXX:-c++} -std=c++17 -x c++ "${flags[@]}" -include "$header" /dev/null || status=1
    done < <(tracked 'include/*.h')
    tracked 'include/*.h' | xargs -0 -r "$CDD_TOP/tools/check-units.py" || status=1
    return "$status"
}

check_clang()
{
    "$CDD_TOP/tools/build.sh" clang
}

# The optimizer's warnings in the C tests, which are compiled for the sanitizers only else.
check_gcc()
{
    "$CDD_TOP/tools/build.sh" tests
}

# A file that passed before and is the same, with all that it includes, is not checked again (tools/tidy.py).
check_tidy()
{
    "$CDD_TOP/tools/build.sh" clang
    tracked 'src/*.c' | xargs -0 -r /usr/bin/python3 -B "$CDD_TOP/tools/tidy.py" "$clang_tidy" \
        "$CDD_BUILD_DIR/clang" "$CDD_CACHE_DIR/tidy"
}

run_check()
{
    local name=$1 start status=0
    start=$(date +%s)
    # A shell of its own: "set -e" does not hold in a function that is called as a condition.
    "$0" --one "$name" >"$logs/style-$name.log" 2>&1 || status=$?
    system_python "$CDD_TOP/tools/results.py" one "$results/$name.json" "style: $name" "$status"
    if [ "$status" -eq 0 ]; then
        printf '  ok   %4d s  %s\n' "$(elapsed_since "$start")" "$name"
    else
        printf '  FAIL %4d s  %s\n' "$(elapsed_since "$start")" "$name"
        tail -n 60 "$logs/style-$name.log"
    fi
    return "$status"
}

cd "$CDD_TOP"
case ${1:-} in
-h | --help)
    sed -n '3,5s/^# \{0,1\}//p' "$0"
    exit
    ;;
--one)
    "check_$2"
    exit
    ;;
--run)
    for check in "${@:2}"; do run_check "$check" || failed=1; done
    exit "$failed"
    ;;
esac
"$CDD_TOP/tools/install-deps.sh" build style test
mkdir -p "$logs" "$results"
rm -f "$results"/*.json
heading "Style checks"
[ $# -gt 0 ] || set -- docs format shell python layers headers clang tidy gcc
# Those that compile take both processors, and gcc's build is one that the tests may be waiting for: one after the other.
compiling=()
# shellcheck source=side-by-side.sh
. "$CDD_TOP/tools/side-by-side.sh"
for check in "$@"; do
    case $check in
    clang | tidy | gcc) compiling+=("$check") ;;
    *) begin "$0" --run "$check" ;;
    esac
done
[ ${#compiling[@]} -eq 0 ] || begin "$0" --run "${compiling[@]}"
finish
