# SPDX-License-Identifier: Apache-2.0
# What tools/engine.sh and tools/engines.sh have in common: where an engine's data may be, whether it answers, what it
# leaves behind.
# shellcheck shell=bash

# What a file system must have to spare for the images and the layers of a run.
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

# choose_data_dir NAME: a directory for one engine's data, below one that suits. overlay2, the only fast storage driver,
# cannot stand on an overlay file system: that is what the root of a container is. Then a volume or a tmpfs is looked for.
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

# await_engine SOCKET PROCESS LOG: until it answers; its last words if it ends before that
await_engine()
{
    local i
    for ((i = 0; i < 300; i++)); do
        if answers "$1"; then return; fi
        [ -d "/proc/$2" ] || break
        sleep 0.2
    done
    tail -n 15 "$3" >&2
    die "the engine did not start; its last words are above, all of them in $3"
}

# await_end PROCESS: false if it still runs after half a minute
await_end()
{
    local i
    for ((i = 0; i < 150; i++)); do
        [ -d "/proc/$1" ] || return 0
        sleep 0.2
    done
    return 1
}

# remove_containers SOCKET: a container that outlived its command is a fault worth seeing; it must not keep the engine
# from stopping either way
remove_containers()
{
    local left
    left=$(docker -H "unix://$1" ps -aq 2>/dev/null) || return 0
    [ -n "$left" ] || return 0
    warn "containers left behind, removed now: $(echo "$left" | tr '\n' ' ')"
    # shellcheck disable=SC2086 # one word per container
    docker -H "unix://$1" rm -f $left >/dev/null 2>&1 || true
}
