# SPDX-License-Identifier: Apache-2.0
# Shared by tools/engine.sh and tools/engines.sh: where an engine keeps its data, whether it answers, what it leaves behind.
# shellcheck shell=bash

# Free space that the images and layers of a run need.
need_kib=$((6 * 1024 * 1024))

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

# choose_data_dir NAME: print a directory for one engine's data. The fast storage driver, overlay2, does not work on an
# overlay file system, which the root of a container is: then a volume or a tmpfs is used.
choose_data_dir()
{
    local candidate
    for candidate in "$CDD_STATE_DIR" /var/lib/colcon-deb-engine /var/tmp/colcon-deb-engine \
        /dev/shm/colcon-deb-engine; do
        as_root mkdir -p "$candidate" || continue
        if [ "$(filesystem_of "$candidate")" != overlayfs ] && [ "$(free_kib "$candidate")" -ge "$need_kib" ]; then
            echo "$candidate/$1"
            return
        fi
        as_root rmdir "$candidate" 2>/dev/null || true
    done
    warn "no file system here suits overlay2; the engine will use its slow vfs driver"
    echo "$CDD_STATE_DIR/$1"
}

# await_engine SOCKET PROCESS LOG: wait until the engine answers; if it ends before, print its last lines
await_engine()
{
    local i
    for ((i = 0; i < 300; i++)); do
        if answers "$1"; then return; fi
        [ -d "/proc/$2" ] || break
        sleep 0.2
    done
    tail -n 15 "$3" >&2
    die "the engine did not start; its last lines are above, the whole log is $3"
}

# await_end PROCESS: false if it still runs after 30 s
await_end()
{
    local i
    for ((i = 0; i < 150; i++)); do
        [ -d "/proc/$1" ] || return 0
        sleep 0.2
    done
    return 1
}

# remove_containers SOCKET: a container that outlives its command is a fault, so warn; it would also keep the engine
# from stopping
remove_containers()
{
    local left
    left=$(docker -H "unix://$1" ps -aq 2>/dev/null) || return 0
    [ -n "$left" ] || return 0
    warn "containers left behind, removed now: $(echo "$left" | tr '\n' ' ')"
    # shellcheck disable=SC2086 # one word per container
    docker -H "unix://$1" rm -f $left >/dev/null 2>&1 || true
}
