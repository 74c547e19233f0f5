#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Run a command with a container engine: the one that answers, else one of our own that lives as long as the command.
#
# usage: tools/engine.sh run [--own] COMMAND [ARGUMENT...]
#        --own   start our own engine even if another answers
#
# The command sees DOCKER_HOST and CDD_TEST_HOST. An engine that was running before is never stopped or reconfigured.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# What a file system must have to spare for the images and the layers of a run.
need_kib=$((6 * 1024 * 1024))
run_dir='' data_dir='' docker0_before=''

usage()
{
    sed -n '3,8s/^# \{0,1\}//p' "$0"
}

# The socket of an engine that answers us, if there is one. Only unix sockets count: the builds mount directories of
# this machine, which an engine elsewhere does not have.
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

answers()
{
    [ -S "$1" ] && [ "$(curl -sS --max-time 10 --unix-socket "$1" http://engine/_ping 2>/dev/null)" = OK ]
}

filesystem_of()
{
    stat -f -c %T "$1"
}

free_kib()
{
    df -Pk "$1" | awk 'NR == 2 { print $4 }'
}

# overlay2, the only fast storage driver, cannot stand on an overlay file system: that is what the root of a container
# is. Then a volume or a tmpfs is looked for.
choose_data_dir()
{
    local candidate
    for candidate in "$CDD_STATE_DIR" /var/lib/colcon-deb-engine /var/tmp/colcon-deb-engine \
        /dev/shm/colcon-deb-engine; do
        as_root mkdir -p "$candidate" || continue
        if [ "$(filesystem_of "$candidate")" != overlayfs ] && [ "$(free_kib "$candidate")" -ge "$need_kib" ]; then
            echo "$candidate/data"
            return
        fi
        as_root rmdir "$candidate" 2>/dev/null || true
    done
    warn "no file system here suits overlay2; the engine will use its slow vfs driver"
    echo "$CDD_STATE_DIR/data"
}

engine_pid()
{
    as_root cat "$run_dir/pid" 2>/dev/null || true
}

start_engine()
{
    local i network='' group=docker
    have dockerd || PATH=$PATH:/usr/sbin:/sbin
    have dockerd || die "no engine answers and dockerd is not installed: tools/install-deps.sh engine"
    data_dir=$(choose_data_dir)
    # A socket's path may have 107 characters at most, a checkout's may be longer: hence not below build/.
    run_dir=$(mktemp -d /tmp/cdd-engine.XXXXXX)
    chmod 711 "$run_dir"
    [ "$(id -u)" -eq 0 ] || group=$(id -gn)
    getent group "$group" >/dev/null || group=root
    # Builds use the network of this machine. So the engine needs no rule in its firewall, and one that runs beside it
    # keeps its own.
    network="--iptables=false --ip-forward=false"
    if ip link show docker0 >/dev/null 2>&1; then docker0_before=yes; fi
    mkdir -p "$CDD_BUILD_DIR/logs"
    say "Starting an engine of our own (data in $data_dir, log in $CDD_BUILD_DIR/logs/dockerd.log)"
    # A session of its own keeps the Ctrl-C that is meant for the command away from it.
    # shellcheck disable=SC2086,SC2024 # two words; the log is ours to write
    as_root setsid dockerd --data-root "$data_dir" --exec-root "$run_dir/exec" --pidfile "$run_dir/pid" \
        -H "unix://$run_dir/docker.sock" --group "$group" $network \
        >"$CDD_BUILD_DIR/logs/dockerd.log" 2>&1 </dev/null &
    for ((i = 0; i < 300; i++)); do
        if answers "$run_dir/docker.sock"; then return; fi
        [ -d /proc/$! ] || break
        sleep 0.2
    done
    tail -n 15 "$CDD_BUILD_DIR/logs/dockerd.log" >&2
    die "our engine did not start; its last words are above"
}

stop_engine()
{
    local i pid
    [ -n "$run_dir" ] || return 0
    trap '' INT TERM HUP
    pid=$(engine_pid)
    if [ -n "$pid" ]; then
        remove_containers
        as_root kill -TERM "$pid" 2>/dev/null || true
        for ((i = 0; i < 150; i++)); do
            [ -d "/proc/$pid" ] || break
            sleep 0.2
        done
        if [ -d "/proc/$pid" ]; then
            warn "our engine (process $pid) did not stop within 30 s; killing it"
            as_root kill -KILL "$pid" 2>/dev/null || true
        fi
    fi
    unmount_leftovers
    if [ -z "$docker0_before" ]; then as_root ip link delete docker0 2>/dev/null || true; fi
    as_root rm -rf "$run_dir"
    run_dir=''
}

# A container that outlived its command is a fault worth seeing; it must not keep the engine from stopping either way.
remove_containers()
{
    local left
    left=$(docker -H "unix://$run_dir/docker.sock" ps -aq 2>/dev/null) || return 0
    [ -n "$left" ] || return 0
    warn "containers left behind, removed now: $(echo "$left" | tr '\n' ' ')"
    # shellcheck disable=SC2086 # one word per container
    docker -H "unix://$run_dir/docker.sock" rm -f $left >/dev/null 2>&1 || true
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
    "$@"
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
