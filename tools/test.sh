#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Set the machine up and run the tests. A suite that fails does not keep the next from running.
#
# usage: tools/test.sh [unit] [scripts] [integration] [podman] [engines] [-- TEST...]
#        podman    the library on Podman; engines: on every engine that tools/engines.sh has, podman included
#        TEST      run only these of the integration tests, e.g. test_bad_input or test_bad_input.Engine.test_none
#        No suite: all but engines.
#
# The last line is the sum over the suites: N passed, N failed, N skipped.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

results=$CDD_BUILD_DIR/test-results
suites=() selected=()

record()
{
    system_python "$CDD_TOP/tools/results.py" "$@"
}

# meson_test NUMBER NAME SUITE [OPTION...]: C tests, under the sanitizers; SUITE is what the table of results calls them
meson_test()
{
    local out="$results/$1-$2.json" name=$2 suite=$3 status=0 log
    shift 3
    log=$CDD_BUILD_DIR/asan/meson-logs/testlog
    if ! "$CDD_TOP/tools/build.sh" asan; then
        record one "$out" "$suite (C; did not build)" 1
        return
    fi
    rm -f "$log.json"
    ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1 \
        UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        meson test -C "$CDD_BUILD_DIR/asan" --print-errorlogs --no-rebuild "$@" || status=$?
    if [ -e "$log.json" ]; then
        record meson "$log.json" "$out" "$suite (C, sanitized)"
        cp "$log.txt" "$CDD_BUILD_DIR/logs/$name.txt"
    else
        record one "$out" "$suite (C; did not run)" 1
    fi
    if [ "$status" -ne 0 ]; then warn "tests failed; all they said is in $CDD_BUILD_DIR/logs/$name.txt"; fi
}

run_unit()
{
    heading "Unit tests of the C code, under ASan and UBSan"
    meson_test 1 unit unit --no-suite engine
}

# run_python NUMBER SUITE DIRECTORY [TEST...]
run_python()
{
    local out="$results/$1-$2.json" suite=$2 directory=$3
    shift 3
    rm -f "$out"
    system_python "$CDD_TOP/tests/integration/run.py" --suite "$suite" --directory "$directory" --results "$out" "$@" ||
        true
    # A runner that died has counted nothing.
    [ -e "$out" ] || record one "$out" "$suite (did not finish)" 1
}

run_scripts()
{
    heading "Unit tests of what runs in the container, and of the tools"
    run_python 2 scripts "$CDD_TOP/tests/unit/scripts"
    run_python 2 tools "$CDD_TOP/tests/unit/tools"
}

# Images of an architecture that can be emulated, and of one that cannot.
make_foreign_images()
{
    local place busybox archives=$CDD_BUILD_DIR/test-work/images
    place=$("$CDD_TOP/tools/unpack-package.sh" busybox-static:arm64) || return
    busybox=$place/bin/busybox
    mkdir -p "$archives"
    system_python "$CDD_TOP/tools/image-archive.py" "$busybox" arm64 cdd-test/arm64:1 "$archives/arm64.tar" || return
    system_python "$CDD_TOP/tools/image-archive.py" "$busybox" vax cdd-test/vax:1 "$archives/vax.tar" || return
    export CDD_TEST_FOREIGN_ARCHIVE=$archives/arm64.tar CDD_TEST_UNKNOWN_ARCHIVE=$archives/vax.tar
}

# In a shell of its own below tools/engine.sh, which gives it the engine.
integration_with_engine()
{
    local place
    "$CDD_TOP/tools/builder-image.sh"
    "$CDD_TOP/tools/ros-sources.sh" "$CDD_BUILD_DIR/test-work/real-packages" ||
        warn "the real ROS packages could not be fetched; their tests will say so"
    if place=$("$CDD_TOP/tools/unpack-package.sh" docker-registry); then
        export CDD_TEST_REGISTRY=$place/usr/bin/docker-registry
    else
        warn "the registry could not be fetched; the tests that pull from one are skipped"
    fi
    make_foreign_images || warn "there is no busybox for arm64; the tests of other architectures are skipped"
    export CDD_TEST_PROGRAM=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb
    export CDD_TEST_REAL_WORKSPACE=$CDD_BUILD_DIR/test-work/real-packages
    export CDD_TEST_WORK=$CDD_BUILD_DIR/test-work
    if [ $# -eq 0 ]; then
        heading "The library on the engine, under ASan and UBSan"
        meson_test 3 library library --suite engine
        heading "The program on the engine"
    fi
    run_python 4 integration "$CDD_TOP/tests/integration" "$@"
}

run_integration()
{
    heading "Integration tests, on a container engine"
    rm -f "$results/4-integration.json"
    if "$CDD_TOP/tools/build.sh" release; then
        "$CDD_TOP/tools/engine.sh" run "$0" --with-engine "${selected[@]}" || true
    fi
    [ -e "$results/4-integration.json" ] || record one "$results/4-integration.json" "integration (did not start)" 1
}

# library_on_engine ENGINE [MESON-OPTION...], in a shell of its own below tools/engines.sh. The tests of the library need a small image only.
library_on_engine()
{
    export CDD_TEST_IMAGE=$CDD_TEST_RUNTIME_IMAGE
    "$CDD_TOP/tools/builder-image.sh" --runtime-only
    make_foreign_images || warn "there is no busybox for arm64; the tests of other architectures are skipped"
    meson_test 5 "$1" "$1 ($CDD_ENGINE_VERSION)" --suite engine "${@:2}"
}

# run_on_engine ENGINE [MESON-OPTION...]
run_on_engine()
{
    local out=$results/5-$1.json
    heading "The library on $1, under ASan and UBSan"
    rm -f "$out"
    if "$CDD_TOP/tools/build.sh" asan; then
        "$CDD_TOP/tools/engines.sh" run "$1" "$0" --on-engine "$@" || true
    fi
    [ -e "$out" ] || record one "$out" "$1 (did not start)" 1
}

# Two hundred containers are as many here as on the engine at hand, and take longest.
run_podman()
{
    run_on_engine podman-4.3 --no-suite long
}

# These engines have no network: what their tests want of the mirror is fetched before, with the engine at hand.
fetch_for_engines()
{
    export CDD_TEST_IMAGE=$CDD_TEST_RUNTIME_IMAGE
    "$CDD_TOP/tools/builder-image.sh" --runtime-only
    "$CDD_TOP/tools/unpack-package.sh" busybox-static:arm64
}

run_engines()
{
    local engine
    if [ ! -d "$CDD_CACHE_DIR/unpacked/busybox-static-arm64" ]; then
        "$CDD_TOP/tools/engine.sh" run "$0" --fetch || warn "there is no busybox for arm64"
    fi
    for engine in $("$CDD_TOP/tools/engines.sh" list); do run_on_engine "$engine"; done
}

case ${1:-} in
--with-engine)
    shift
    integration_with_engine "$@"
    exit
    ;;
--fetch)
    fetch_for_engines
    exit
    ;;
--on-engine)
    library_on_engine "${@:2}"
    exit
    ;;
esac

while [ $# -gt 0 ]; do
    case $1 in
    unit | scripts | integration | podman | engines) suites+=("$1") ;;
    --)
        shift
        selected=("$@")
        break
        ;;
    *)
        sed -n '3,11s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done
[ ${#suites[@]} -gt 0 ] || suites=(unit scripts integration podman)

"$CDD_TOP/tools/install-deps.sh" build engine test podman
rm -rf "$results"
mkdir -p "$results"
for suite in "${suites[@]}"; do
    "run_$suite"
done
record total "$results"
