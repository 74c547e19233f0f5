#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Run a command with a container engine: the engine that answers, or else our own, which is stopped with the command.
#
# usage: tools/engine.sh run [--own] COMMAND [ARGUMENT...]
#        --own   start our own engine even if another answers
#
# The command gets DOCKER_HOST and CDD_TEST_HOST. An engine that ran before is never stopped or reconfigured.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=engine-lib.sh
. "$(dirname "$0")/engine-lib.sh"

run_dir='' data_dir='' docker0_before=''

usage()
{
    sed -n '3,8s/^# \{0,1\}//p' "$0"
}

# Print the socket of an engine that answers. Only unix sockets count: builds mount directories of this machine, which a
# remote engine does not have.
answering_socket()
{
    local socket
    case ${DOCKER_HOST:-} in
    unix://*) socket=${DOCKER_HOST#unix://} ;;
    '') socket=/var/run/docker.sock ;;
    *)
        warn "DOCKER_HOST=$DOCKER_HOST is not a unix socket; it is not used here"
        return 1
        ;;
    esac
    answers "$socket" && echo "$socket"
}

engine_pid()
{
    as_root cat "$run_dir/pid" 2>/dev/null || true
}

# Two engines on one data directory remove each other's mounts. The lock ends with this script; its children do not get it.
lock_data_dir()
{
    mkdir -p "$CDD_BUILD_DIR"
    exec 7>"$CDD_BUILD_DIR/engine.lock"
    flock -n 7 || die "another engine of ours already uses $data_dir: wait until it has stopped, or set CDD_BUILD_DIR"
}

start_engine()
{
    local network='' group=docker
    have dockerd || PATH=$PATH:/usr/sbin:/sbin
    have dockerd || die "no engine answers and dockerd is not installed: tools/install-deps.sh engine"
    data_dir=$(choose_data_dir data)
    lock_data_dir
    # Not below build/: the path of a socket has at most 107 characters, and that of a clone may be longer.
    run_dir=$(mktemp -d /tmp/cdd-engine.XXXXXX)
    chmod 711 "$run_dir"
    [ "$(id -u)" -eq 0 ] || group=$(id -gn)
    getent group "$group" >/dev/null || group=root
    # Builds use the network of this machine, so the engine needs no firewall rules; another engine keeps its own.
    network="--iptables=false --ip-forward=false"
    if ip link show docker0 >/dev/null 2>&1; then docker0_before=yes; fi
    mkdir -p "$CDD_BUILD_DIR/logs"
    say "Starting an engine of our own (data in $data_dir, log in $CDD_BUILD_DIR/logs/dockerd.log)"
    # In a session of its own it does not get the Ctrl-C that is meant for the command.
    # shellcheck disable=SC2086,SC2024 # two words; the log is ours to write
    as_root setsid dockerd --data-root "$data_dir" --exec-root "$run_dir/exec" --pidfile "$run_dir/pid" \
        -H "unix://$run_dir/docker.sock" --group "$group" $network \
        >"$CDD_BUILD_DIR/logs/dockerd.log" 2>&1 </dev/null 7>&- &
    await_engine "$run_dir/docker.sock" $! "$CDD_BUILD_DIR/logs/dockerd.log"
}

stop_engine()
{
    local pid
    [ -n "$run_dir" ] || return 0
    trap '' INT TERM HUP
    pid=$(engine_pid)
    if [ -n "$pid" ]; then
        remove_containers "$run_dir/docker.sock"
        as_root kill -TERM "$pid" 2>/dev/null || true
        if ! await_end "$pid"; then
            warn "our engine (process $pid) did not stop within 30 s; killing it"
            as_root kill -KILL "$pid" 2>/dev/null || true
        fi
    fi
    unmount_leftovers
    if [ -z "$docker0_before" ]; then as_root ip link delete docker0 2>/dev/null || true; fi
    as_root rm -rf "$run_dir"
    run_dir=''
}

unmount_leftovers()
{
    local mount
    awk -v a="$run_dir/" -v b="$data_dir/" 'index($2 "/", a) == 1 || index($2 "/", b) == 1 { print $2 }' /proc/mounts |
        sort -r | while read -r mount; do as_root umount -l "$mount" 2>/dev/null || true; done
}

run_with_engine()
{
    local own='' socket=''
    if [ "${1:-}" = --own ]; then
        own=yes
        shift
    fi
    [ $# -gt 0 ] || die "run what? (tools/engine.sh --help)"
    if [ -z "$own" ] && socket=$(answering_socket); then
        say "Using the engine at $socket"
    else
        trap stop_engine EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM HUP
        start_engine
        socket=$run_dir/docker.sock
    fi
    export DOCKER_HOST="unix://$socket" CDD_TEST_HOST="unix://$socket"
    "$@" 7>&-
}

case ${1:-} in
run)
    shift
    run_with_engine "$@"
    ;;
-h | --help) usage ;;
*)
    usage >&2
    exit 2
    ;;
esac
