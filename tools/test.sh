#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Set the machine up and run the tests. Suites run side by side; if one fails, the others run on.
#
# usage: tools/test.sh [unit] [scripts] [integration] [podman] [docker29] [engines] [-- TEST...]
#        tools/test.sh affected [BASE]
#        podman    the library and the program on Podman
#        docker29  the program on a Docker that is set up as Docker 29
#        engines   library and program on every engine of tools/engines.sh
#        TEST      run only these integration tests, e.g. test_bad_input or test_bad_input.TestEngine.test_no_engine
#        affected  run only what the files can affect that have changed since the work left BASE (main); tools/affected.py
#                  says how that is decided
#        The default is every suite but engines.
#
# The last line is the sum over the suites: N passed, N failed, N skipped.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

results=$CDD_BUILD_DIR/test-results
logs=$CDD_BUILD_DIR/logs
# One more than processors, because a test that waits for a container needs none.
jobs=${CDD_TEST_JOBS:-$(($(nproc) + 1))}
suites=()
# A file of lines "SUITE TEST": only these run. Without one, all of a suite runs.
selection=${CDD_TEST_SELECTION:-}

record()
{
    system_python "$CDD_TOP/tools/results.py" "$@"
}

# selected SUITE: its tests, one a line
selected()
{
    [ -z "$selection" ] || awk -v suite="$1" '$1 == suite { print $2 }' "$selection"
}

# is_wanted SUITE: whether any of its tests is to run
is_wanted()
{
    [ -z "$selection" ] || grep -q "^$1 " "$selection"
}

# meson_test NUMBER NAME SUITE [OPTION...]: C tests under the sanitizers; SUITE is their name in the table of results
meson_test()
{
    local out="$results/$1-$2.json" name=$2 suite=$3 status=0 log
    shift 3
    # A log of its own: two suites may run at the same time.
    log=$CDD_BUILD_DIR/asan/meson-logs/$name
    if ! "$CDD_TOP/tools/build.sh" asan; then
        record one "$out" "$suite (C; did not build)" 1
        return
    fi
    rm -f "$log.json"
    ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1 \
        UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        meson test -C "$CDD_BUILD_DIR/asan" --logbase "$name" --print-errorlogs --no-rebuild "$@" || status=$?
    if [ -e "$log.json" ]; then
        record meson "$log.json" "$out" "$suite (C, sanitized)"
        cp "$log.txt" "$logs/$name.txt"
    else
        record one "$out" "$suite (C; did not run)" 1
    fi
    if [ "$status" -ne 0 ]; then warn "tests failed; their whole output is in $logs/$name.txt"; fi
}

run_unit()
{
    heading "Unit tests of the C code, under ASan and UBSan"
    local -a tests
    mapfile -t tests < <(selected unit)
    meson_test 1 unit unit --no-suite engine "${tests[@]}"
}

# run_python NUMBER SUITE DIRECTORY
run_python()
{
    local out="$results/$1-$2.json" suite=$2 directory=$3
    local -a tests
    is_wanted "$suite" || return 0
    mapfile -t tests < <(selected "$suite")
    rm -f "$out"
    system_python "$CDD_TOP/tests/integration/run.py" --suite "$suite" --directory "$directory" --results "$out" \
        --jobs "$jobs" "${tests[@]}" || true
    # A runner that died has counted nothing.
    [ -e "$out" ] || record one "$out" "$suite (did not finish)" 1
}

run_scripts()
{
    heading "Unit tests of the container's scripts and of the tools"
    # The completions ask the program.
    "$CDD_TOP/tools/build.sh" release || warn "the program did not build; the tests that run it are skipped"
    export CDD_TEST_PROGRAM=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb
    run_python 2 scripts "$CDD_TOP/tests/unit/scripts"
    run_python 2 tools "$CDD_TOP/tests/unit/tools"
}

# make_foreign_images NAME: one image of an architecture that can be emulated, one of an architecture that cannot; NAME is
# for suites that run at the same time
make_foreign_images()
{
    local place busybox archives=$CDD_BUILD_DIR/test-work/images/$1
    place=$("$CDD_TOP/tools/unpack-package.sh" busybox-static:arm64) || return
    busybox=$place/bin/busybox
    mkdir -p "$archives"
    system_python "$CDD_TOP/tools/image-archive.py" "$busybox" arm64 cdd-test/arm64:1 "$archives/arm64.tar" || return
    system_python "$CDD_TOP/tools/image-archive.py" "$busybox" vax cdd-test/vax:1 "$archives/vax.tar" || return
    export CDD_TEST_FOREIGN_ARCHIVE=$archives/arm64.tar CDD_TEST_UNKNOWN_ARCHIVE=$archives/vax.tar
}

make_real_workspace()
{
    "$CDD_TOP/tools/ros-sources.sh" "$CDD_BUILD_DIR/test-work/real-packages" ||
        warn "the real ROS packages could not be fetched; their tests are skipped"
}

find_registry()
{
    local place
    if place=$("$CDD_TOP/tools/unpack-package.sh" docker-registry); then
        export CDD_TEST_REGISTRY=$place/usr/bin/docker-registry
    else
        warn "the registry could not be fetched; the tests that pull from one are skipped"
    fi
}

# Only one suite at a time makes images and fetches packages.
lock_cache()
{
    mkdir -p "$CDD_CACHE_DIR"
    exec 8>"$CDD_CACHE_DIR/lock"
    flock 8
}

unlock_cache()
{
    flock -u 8
    exec 8>&-
}

# The next three run in a shell of their own below tools/engine.sh, which gives them the engine.
with_engine()
{
    # shellcheck source=side-by-side.sh
    . "$CDD_TOP/tools/side-by-side.sh"
    begin "$CDD_TOP/tools/build.sh" release
    "$CDD_TOP/tools/builder-image.sh"
    make_foreign_images at-hand || warn "there is no busybox for arm64; the tests of other architectures are skipped"
    make_real_workspace
    find_registry
    unlock_cache
    # The library's tests need no more than the small image.
    if is_wanted library; then CDD_TEST_IMAGE=$CDD_TEST_RUNTIME_IMAGE begin "$0" --library; fi
    if is_wanted integration; then begin "$0" --program; fi
    finish || true
}

library_on_own_engine()
{
    local -a tests
    mapfile -t tests < <(selected library)
    heading "The library on the engine, under ASan and UBSan"
    meson_test 3 library library --suite engine "${tests[@]}"
}

program_on_engine()
{
    heading "The program on the engine"
    "$CDD_TOP/tools/build.sh" release || return
    export CDD_TEST_PROGRAM=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb
    export CDD_TEST_REAL_WORKSPACE=$CDD_BUILD_DIR/test-work/real-packages
    export CDD_TEST_WORK=$CDD_BUILD_DIR/test-work
    run_python 4 integration "$CDD_TOP/tests/integration"
}

run_integration()
{
    heading "Integration tests, on a container engine"
    local suite out
    lock_cache
    "$CDD_TOP/tools/engine.sh" run "$0" --with-engine || true
    for suite in library integration; do
        out=$(find "$results" -name "?-$suite.json")
        if is_wanted "$suite" && [ -z "$out" ]; then
            record one "$results/4-$suite.json" "$suite (did not start)" 1
        fi
    done
}

# library_on_engine ENGINE [MESON-OPTION...]: in a shell of its own below tools/engines.sh
library_on_engine()
{
    export CDD_TEST_IMAGE=$CDD_TEST_RUNTIME_IMAGE
    "$CDD_TOP/tools/builder-image.sh" --runtime-only
    make_foreign_images "$1" || warn "there is no busybox for arm64; the tests of other architectures are skipped"
    meson_test 5 "$1" "$1 ($CDD_ENGINE_VERSION)" --suite engine "${@:2}"
}

# These engines have no network: what their tests need of the mirror is fetched before, with the engine at hand.
fetch_for_engines()
{
    lock_cache
    if [ ! -d "$CDD_CACHE_DIR/unpacked/busybox-static-arm64" ]; then
        "$CDD_TOP/tools/engine.sh" run "$0" --fetch || warn "there is no busybox for arm64"
    fi
    unlock_cache
}

fetch_with_engine()
{
    export CDD_TEST_IMAGE=$CDD_TEST_RUNTIME_IMAGE
    "$CDD_TOP/tools/builder-image.sh" --runtime-only
    "$CDD_TOP/tools/unpack-package.sh" busybox-static:arm64
}

# What engines do in their own ways: image ids, layers, the order of lists, removals, and how a container ends.
program_modules=(test_clean test_layers.DependencyLayers test_layers.ExpiringLayers test_image_commands.ListAndRemove
    test_interrupt.TestInterrupt test_container_end.TestKilledProgram.test_what_was_only_created_goes_with_the_next_build)

# The wanted ones of them, one a line.
program_modules_wanted()
{
    local module
    for module in "${program_modules[@]}"; do
        if [ -z "$selection" ] || grep -q "^integration ${module%%.*}\b" "$selection"; then echo "$module"; fi
    done
}

# These engines have no network. apt finds the packages that the tests install in the image.
use_local_packages()
{
    local container
    container=$(docker create --network none -v "$CDD_TOP/tools/container/local-packages.sh:/local-packages.sh:ro" \
        "$CDD_TEST_IMAGE" sh /local-packages.sh hello sl)
    docker start "$container" >/dev/null
    [ "$(docker wait "$container")" = 0 ] || die "the image with local packages could not be made"
    # Not "docker commit", which sends no body: Podman 4.3 needs one.
    curl -sSf --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{}' -o /dev/null \
        "http://engine/commit?container=$container&repo=${CDD_TEST_IMAGE%:*}&tag=${CDD_TEST_IMAGE##*:}&changes=CMD%20bash"
    docker rm "$container" >/dev/null
}

# program_on_other_engine ENGINE: in a shell of its own below tools/engines.sh
program_on_other_engine()
{
    local out=$results/6-$1.json
    local -a tests
    mapfile -t tests < <(program_modules_wanted)
    export CDD_TEST_PROGRAM=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb CDD_TEST_WORK=$CDD_BUILD_DIR/test-work/$1
    "$CDD_TOP/tools/builder-image.sh"
    use_local_packages
    system_python "$CDD_TOP/tests/integration/run.py" --suite "program on $1" --directory "$CDD_TOP/tests/integration" \
        --results "$out" --jobs "$jobs" "${tests[@]}" || true
}

# on_engine ENGINE PARTS [MESON-OPTION...]: in a shell of its own below tools/engines.sh
on_engine()
{
    # In a shell of its own: it uses another image.
    case $2 in *library*) (library_on_engine "$1" "${@:3}") ;; esac
    case $2 in *program*) program_on_other_engine "$1" ;; esac
}

# expect_result NAME SUITE
expect_result()
{
    [ -e "$results/$1.json" ] || record one "$results/$1.json" "$2 (did not start)" 1
}

# run_on_engine ENGINE PARTS [MESON-OPTION...]; PARTS: library, program, or both
run_on_engine()
{
    local engine=$1 parts=$2 builds=()
    heading "On $engine: $parts"
    rm -f "$results/5-$engine.json" "$results/6-$engine.json"
    case $parts in *library*) builds+=(asan) && fetch_for_engines ;; esac
    case $parts in *program*) builds+=(release) ;; esac
    if for_each "$CDD_TOP/tools/build.sh" "${builds[@]}"; then
        "$CDD_TOP/tools/engines.sh" run "$engine" "$0" --on-engine "$@" || true
    fi
    case $parts in *library*) expect_result "5-$engine" "$engine" ;; esac
    case $parts in *program*) expect_result "6-$engine" "program on $engine" ;; esac
}

# for_each COMMAND ARGUMENT...: run it with each
for_each()
{
    local argument
    for argument in "${@:2}"; do "$1" "$argument" || return; done
}

# The long test of 200 containers runs on the engine at hand only.
run_podman()
{
    local parts='' tests
    mapfile -t tests < <(selected library | grep -vx pool)
    if [ -z "$selection" ] || [ ${#tests[@]} -gt 0 ]; then parts=library; fi
    [ -z "$(program_modules_wanted)" ] || parts="$parts program"
    [ -z "$parts" ] || run_on_engine podman-4.3 "$parts" --no-suite long "${tests[@]}"
}

run_docker29()
{
    local engine=docker-28.5-like-29
    [ -n "$(program_modules_wanted)" ] || return 0
    # On some days Debian sid cannot be installed.
    if "$CDD_TOP/tools/engines.sh" prepare "$engine"; then
        run_on_engine "$engine" program
    else
        warn "Debian sid could not be bootstrapped; the tests of the program on $engine are skipped"
        record one "$results/6-$engine.json" "program on $engine" 77
    fi
}

run_engines()
{
    local engine
    for engine in $("$CDD_TOP/tools/engines.sh" list); do run_on_engine "$engine" "library program"; done
}

run_side_by_side()
{
    local suite
    # sudo asks for its password now, not once for each suite.
    case " ${suites[*]} " in
    *" integration "* | *" podman "* | *" docker29 "* | *" engines "*) as_root true ;;
    esac
    # shellcheck source=side-by-side.sh
    . "$CDD_TOP/tools/side-by-side.sh"
    say "Running ${suites[*]} side by side; the output of each suite follows when the suite ends"
    for suite in "${suites[@]}"; do begin "$0" --suite "$suite"; done
    finish || true
}

# select_affected [BASE]
select_affected()
{
    selection=$CDD_BUILD_DIR/selection
    export CDD_TEST_SELECTION=$selection
    "$CDD_TOP/tools/build.sh" asan
    system_python "$CDD_TOP/tools/affected.py" "$CDD_BUILD_DIR/asan" "$@" >"$selection"
    if is_wanted unit; then suites+=(unit); fi
    if is_wanted scripts || is_wanted tools; then suites+=(scripts); fi
    if is_wanted library || is_wanted integration; then suites+=(integration); fi
    if is_wanted library || [ -n "$(program_modules_wanted)" ]; then suites+=(podman); fi
    if [ -n "$(program_modules_wanted)" ]; then suites+=(docker29); fi
    awk '{ tests[$1] = tests[$1] " " $2 } END { for (suite in tests) print suite ":" tests[suite] }' "$selection" | sort
    if [ ${#suites[@]} -eq 0 ]; then
        say "No test is affected"
        exit 0
    fi
}

case ${1:-} in
--suite)
    "run_$2"
    exit
    ;;
--with-engine)
    with_engine
    exit
    ;;
--library)
    library_on_own_engine
    exit
    ;;
--program)
    program_on_engine
    exit
    ;;
--fetch)
    fetch_with_engine
    exit
    ;;
--on-engine)
    on_engine "${@:2}"
    exit
    ;;
esac

base=() affected=''
while [ $# -gt 0 ]; do
    case $1 in
    unit | scripts | integration | podman | docker29 | engines) suites+=("$1") ;;
    affected)
        affected=yes
        base=("${@:2:1}")
        break
        ;;
    --)
        shift
        selection=$CDD_BUILD_DIR/selection
        export CDD_TEST_SELECTION=$selection
        mkdir -p "$CDD_BUILD_DIR"
        printf 'integration %s\n' "$@" >"$selection"
        [ ${#suites[@]} -gt 0 ] || suites=(integration)
        break
        ;;
    *)
        sed -n '3,15s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done

"$CDD_TOP/tools/install-deps.sh" build engine test podman
if [ -n "$affected" ]; then select_affected "${base[@]}"; fi
[ ${#suites[@]} -gt 0 ] || suites=(unit scripts integration podman docker29)
rm -rf "$results"
mkdir -p "$results" "$logs"
if [ ${#suites[@]} -eq 1 ]; then "run_${suites[0]}"; else run_side_by_side; fi
record total "$results"
