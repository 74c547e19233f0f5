#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The checks that look at the text: every one runs, then the first word of each line says how it went.
#
# usage: tools/check-style.sh [CHECK...]     (docs, format, shell, python, layers, headers, clang, tidy; none: all of them)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

results=$CDD_BUILD_DIR/test-results
logs=$CDD_BUILD_DIR/logs
failed=0
# Machines differ in the version that comes as clang-format; the tree is formatted by that of Debian 12.
clang_format=clang-format
clang_tidy=clang-tidy
if have clang-format-14; then clang_format=clang-format-14; fi
if have clang-tidy-14; then clang_tidy=clang-tidy-14; fi

# tracked PATTERN...: what git knows, and what is new and not ignored
tracked()
{
    git ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
        if [ -e "$file" ]; then printf '%s\0' "$file"; fi
    done
}

check_docs()
{
    tracked '*.md' ':!docs/testing.md' | xargs -0 -r "$CDD_TOP/tools/check-docs.py"
}

# The example is as its users write: in the style of ROS.
check_format()
{
    tracked '*.c' '*.h' ':!examples' | xargs -0 -r "$clang_format" --dry-run -Werror
}

# By the first line, since a test may hold a script as text.
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

# Compiling finds mistakes in code that no test runs; it writes nothing. mypy.ini has the settings of mypy.
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
    system_python "$CDD_TOP/tools/check-layers.py"
}

# Each public header must stand alone, as C and as C++.
check_headers()
{
    local header status=0
    while IFS= read -r -d '' header; do
        # shellcheck disable=SC2046 # one word per flag
        ${CC:-cc} -std=c17 -fsyntax-only -Wall -Wextra -Werror -x c -Iinclude $(pkg-config --cflags gio-2.0) \
            -include "$header" /dev/null || status=1
        # shellcheck disable=SC2046
        ${CXX:-c++} -std=c++17 -fsyntax-only -Wall -Wextra -Werror -x c++ -Iinclude \
            $(pkg-config --cflags gio-2.0) -include "$header" /dev/null || status=1
    done < <(tracked 'include/*.h')
    return "$status"
}

check_clang()
{
    "$CDD_TOP/tools/build.sh" clang
}

check_tidy()
{
    "$CDD_TOP/tools/build.sh" clang
    tracked 'src/*.c' | xargs -0 -r -n 1 -P "$(nproc)" "$clang_tidy" --quiet -p "$CDD_BUILD_DIR/clang" 2>&1 |
        { grep -vE '^[0-9]+ warnings? (generated|treated as error)|^Suppressed |^Use -header-filter' || true; }
}

run_check()
{
    local name=$1 start status=0
    start=$(date +%s)
    # A shell of its own: "set -e" does not hold in a function that is called as a condition.
    "$0" --one "$name" >"$logs/style-$name.log" 2>&1 || status=$?
    system_python "$CDD_TOP/tools/results.py" one "$results/5-style-$name.json" "style: $name" "$status"
    if [ "$status" -eq 0 ]; then
        printf '  ok   %4d s  %s\n' "$(elapsed_since "$start")" "$name"
    else
        printf '  FAIL %4d s  %s\n' "$(elapsed_since "$start")" "$name"
        tail -n 60 "$logs/style-$name.log"
        failed=1
    fi
}

cd "$CDD_TOP"
if [ "${1:-}" = --one ]; then
    "check_$2"
    exit
fi
"$CDD_TOP/tools/install-deps.sh" build style test
mkdir -p "$logs" "$results"
rm -f "$results"/5-style-*.json
heading "Style checks"
[ $# -gt 0 ] || set -- docs format shell python layers headers clang tidy
for check in "$@"; do
    run_check "$check"
done
exit "$failed"
