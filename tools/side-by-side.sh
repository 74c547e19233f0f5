# SPDX-License-Identifier: Apache-2.0
# Commands that run at the same time, each with its output in one piece.
# shellcheck shell=bash

declare -A side_by_side=()
side_by_side_logs=$(mktemp -d "${TMPDIR:-/tmp}/cdd-side-by-side.XXXXXX")
trap 'wait; rm -rf "$side_by_side_logs"' EXIT
# A Ctrl-C of the terminal reaches the commands too: wait until they have tidied up.
trap 'trap "" INT; wait; exit 130' INT
trap 'trap "" TERM; for process in "${!side_by_side[@]}"; do terminate "$process"; done; wait; exit 143' TERM

# terminate PROCESS: its children first, since a shell hears a signal only when its command has ended. A process with a
# session of its own, like an engine, is the business of the one that started it.
terminate()
{
    local child
    for child in $(pgrep -P "$1" -s 0); do terminate "$child"; done
    kill -TERM "$1" 2>/dev/null || true
}

# begin COMMAND [ARGUMENT...]
begin()
{
    local log
    log=$(mktemp "$side_by_side_logs/XXXXXX")
    # The shell lets its background commands ignore SIGINT, and every process of the tests would inherit that.
    env --default-signal=INT,QUIT "$@" >"$log" 2>&1 </dev/null &
    side_by_side[$!]=$log
}

# finish: print the output of each command when it ends; false if one of them failed
finish()
{
    local process status=0
    while [ ${#side_by_side[@]} -gt 0 ]; do
        wait -n -p process "${!side_by_side[@]}" || status=1
        cat "${side_by_side[$process]}"
        rm -f "${side_by_side[$process]}"
        unset "side_by_side[$process]"
    done
    return "$status"
}
