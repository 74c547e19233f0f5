#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs where examples/workspace was installed (install-and-run.sh): every executable, each checked against what it must
# say. The C++ side and the Python side were written apart, so that one reads what the other writes.
set -eu

expect()
{
    wanted=$1
    shift
    printf '$ %s\n' "$*" | sed "s|$AMENT_PREFIX_PATH|\$PREFIX|g"
    said=$("$@")
    printf '%s\n' "$said"
    case $said in
    *"$wanted"*) ;;
    *)
        printf 'expected: %s\n' "$wanted" >&2
        exit 1
        ;;
    esac
}

lib=$AMENT_PREFIX_PATH/lib
expect '... --- ...' "$lib/lantern_signal/lantern_signal" sos
expect 'SHIP AHOY' "$lib/lantern_py/read_lantern" "$("$lib/lantern_signal/lantern_signal" ship ahoy)"
expect 'red' "$lib/harbor_charts/harbor_lights"
expect 'Welcome, Aurora.' "$lib/harbor_banner/harbor_banner" Aurora
echo 'all of the example runs'
