#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Run a command with one of the engines that the library is tested on. The engine is started for the command in its own
# namespaces, and nothing of it stays. Another engine on this machine is not affected.
#
# usage: tools/engines.sh list
#        tools/engines.sh prepare ENGINE                     install it from a Debian mirror; "run" does this, too
#        tools/engines.sh run ENGINE COMMAND [ARGUMENT...]
#
# The command gets DOCKER_HOST, CDD_TEST_HOST and CDD_ENGINE_VERSION (the version that the engine reports).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=debian.sh
. "$(dirname "$0")/debian.sh"
# shellcheck source=engine-lib.sh
. "$(dirname "$0")/engine-lib.sh"

run_dir='' data_dir='' log=''

# Print the kind of an engine and the Debian release that it comes from; "host" means installed on this machine by apt.
describe()
{
    case $1 in
    docker-20.10) echo docker host ;;
    docker-26.1) echo docker trixie ;;
    docker-28.5) echo docker sid ;;
    docker-28.5-like-29) echo docker_like_29 sid ;;
    podman-4.3) echo podman host ;;
    podman-5.4) echo podman trixie ;;
    *) die "unknown engine $1: $(list | tr '\n' ' ')" ;;
    esac
}

list()
{
    printf '%s\n' docker-20.10 docker-26.1 docker-28.5 docker-28.5-like-29 podman-4.3 podman-5.4
}

# ensure_root KIND SUITE: print a root directory with the engine of that release; made once
ensure_root()
{
    local kind=$1 suite=$2 packages root start
    case $kind in
    docker*) packages=docker.io,iptables,ca-certificates,mount,procps ;;
    podman) packages=podman,catatonit,netavark,nftables,aardvark-dns,runc,ca-certificates,mount,procps,iproute2 ;;
    esac
    local -a options=()
    # sid changes every day, and a mirror may be behind.
    [ "$suite" != sid ] || options+=(--aptopt='Acquire::Check-Valid-Until "false"')
    root=$CDD_CACHE_DIR/engine-$suite-$(echo "$packages" | sha256sum | cut -c 1-8)
    if [ ! -d "$root" ]; then
        start=$(date +%s)
        say "Bootstrapping the engine of Debian $suite (once; kept in $CDD_CACHE_DIR)" >&2
        bootstrap "$suite" "$root" directory apt "$packages" "${options[@]}"
        say "It is ready ($(elapsed_since "$start") s)" >&2
    fi
    echo "$root"
}

# The process that holds the namespaces, and the first process in them.
holder()
{
    as_root cat "$run_dir/holder" 2>/dev/null || true
}

first_process()
{
    local pid
    pid=$(holder)
    [ -z "$pid" ] || as_root cat "/proc/$pid/task/$pid/children" 2>/dev/null || true
}

# Print the root directory of an engine; nothing for one that is installed on this machine.
prepare()
{
    local kind suite
    read -r kind suite < <(describe "$1")
    [ "$suite" = host ] || ensure_root "$kind" "$suite"
}

start_engine()
{
    local name=$1 kind root
    read -r kind _ < <(describe "$name")
    root=$(prepare "$name")
    data_dir=$(choose_data_dir "$name")
    # Two runs of one engine, from the same tree, follow each other.
    exec 7>"$CDD_BUILD_DIR/$name.lock"
    flock 7
    as_root rm -rf "$data_dir"
    as_root mkdir -p "$data_dir"
    run_dir=$(mktemp -d /tmp/cdd-engine.XXXXXX)
    chmod 711 "$run_dir"
    mkdir -p "$CDD_BUILD_DIR/logs"
    log=$CDD_BUILD_DIR/logs/$name.log
    # In a session of its own it does not get the Ctrl-C that is meant for the command. The end of the namespaces'
    # process ends all processes in them.
    # shellcheck disable=SC2016,SC2024 # the inner shell expands these; the log is ours to write
    as_root setsid sh -c 'echo $$ >"$1" && shift && exec "$@"' sh "$run_dir/holder" \
        unshare --mount --net --pid --fork --kill-child --propagation private \
        bash "$CDD_TOP/tools/engine-in-namespaces.sh" "$kind" "$run_dir" "$data_dir" "$(id -g)" "$CDD_TOP" "$root" \
        >"$log" 2>&1 </dev/null 7>&- &
    await_engine "$run_dir/docker.sock" $! "$log"
}

stop_engine()
{
    local pid first
    [ -n "$run_dir" ] || return 0
    trap '' INT TERM HUP
    pid=$(holder)
    if [ -n "$pid" ] && [ -d "/proc/$pid" ]; then
        if answers "$run_dir/docker.sock"; then remove_containers "$run_dir/docker.sock"; fi
        first=$(first_process)
        # shellcheck disable=SC2086 # one process
        [ -z "$first" ] || as_root kill -TERM $first 2>/dev/null || true
        if ! await_end "$pid"; then
            warn "the engine did not stop within 30 s; killing it"
            as_root kill -KILL "$pid" 2>/dev/null || true
            await_end "$pid" || true
        fi
    fi
    as_root rm -rf "$run_dir" "$data_dir"
    run_dir=''
}

engine_version()
{
    curl -sS --max-time 30 --unix-socket "$run_dir/docker.sock" http://engine/version |
        system_python -c 'import json, sys; print(json.load(sys.stdin)["Version"])'
}

run_with_engine()
{
    local name=$1 version
    shift
    [ $# -gt 0 ] || die "run what? (tools/engines.sh --help)"
    describe "$name" >/dev/null
    trap stop_engine EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    start_engine "$name"
    CDD_ENGINE_VERSION=$(engine_version)
    # Debian's version changes.
    version=${name#*-} version=${version%%-*}
    case $CDD_ENGINE_VERSION in
    "$version"*) ;;
    *) warn "$name is version $CDD_ENGINE_VERSION on this machine" ;;
    esac
    export DOCKER_HOST="unix://$run_dir/docker.sock" CDD_TEST_HOST="unix://$run_dir/docker.sock" CDD_ENGINE_VERSION
    "$@"
}

case ${1:-} in
list) list ;;
prepare)
    [ $# -eq 2 ] || die "which engine? (tools/engines.sh list)"
    describe "$2" >/dev/null
    prepare "$2" >/dev/null
    ;;
run)
    [ $# -ge 2 ] || die "which engine? (tools/engines.sh list)"
    shift
    run_with_engine "$@"
    ;;
-h | --help) sed -n '3,10s/^# \{0,1\}//p' "$0" ;;
*)
    sed -n '3,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
