#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The first process in the namespaces of an engine, started by tools/engines.sh. Its network is isolated, and nobody else
# sees its mounts. SIGTERM ends the engine; the end of this process ends all other processes in the namespaces.
#
# usage: engine-in-namespaces.sh KIND RUN-DIRECTORY DATA-DIRECTORY GROUP TREE [ROOT]
set -euo pipefail

kind=$1 run_dir=$2 data_dir=$3 group=$4 tree=$5 root=${6:-} engine=''
PATH=$PATH:/usr/sbin:/sbin

# Not a chroot: an import remounts /. The socket and the directories of the tests are below /tmp. Containers mount the
# scripts of this tree.
enter_root()
{
    local directory
    mount --bind "$root" "$root"
    for directory in sys dev tmp; do mount --rbind "/$directory" "$root/$directory"; done
    mount -t proc proc "$root/proc"
    mkdir -p "$root/var/lib/engine" "$root/$tree"
    mount --bind "$tree" "$root/$tree"
    mount --bind "$data_dir" "$root/var/lib/engine"
    data_dir=/var/lib/engine
    cd "$root"
    pivot_root . mnt
    cd /
    umount -l /mnt
}

# /etc/resolv.conf may be a link into /run, which is hidden here.
keep_resolv_conf()
{
    local target
    [ ! -e /etc/resolv.conf ] || return 0
    target=$(readlink -m /etc/resolv.conf)
    mkdir -p "$(dirname "$target")"
    : >"$target"
}

start_docker()
{
    # No packet leaves the namespace, so no firewall rule is needed.
    dockerd --data-root "$data_dir" --exec-root "$run_dir/exec" --pidfile "$run_dir/pid" \
        -H "unix://$run_dir/docker.sock" --group "$group" --iptables=false --ip-forward=false "$@" &
    engine=$!
}

# What Docker 29 has by default: the oldest API is 1.44, and images are in the store of containerd.
start_docker_like_29()
{
    echo '{"features": {"containerd-snapshotter": true}}' >"$run_dir/daemon.json"
    export DOCKER_MIN_API_VERSION=1.44
    start_docker --config-file "$run_dir/daemon.json"
}

# Without systemd there is neither its cgroup manager nor its journal. Limits above those of this machine would be refused.
configure_podman()
{
    mkdir -p "$run_dir/containers" /var/lib/containers
    cp -a /etc/containers/. "$run_dir/containers"
    cat >"$run_dir/containers/containers.conf" <<END
[containers]
default_ulimits=["nofile=1024:1024","nproc=1024:1024"]
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
[network]
network_backend="netavark"
END
    mount --bind "$run_dir/containers" /etc/containers
    mount --bind "$data_dir" /var/lib/containers
}

start_podman()
{
    configure_podman
    podman system service --time=0 "unix://$run_dir/docker.sock" &
    engine=$!
    until [ -S "$run_dir/docker.sock" ] || [ ! -d "/proc/$engine" ]; do sleep 0.1; done
    chgrp "$group" "$run_dir/docker.sock"
    chmod 660 "$run_dir/docker.sock"
}

stop()
{
    trap '' TERM
    kill -TERM "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    exit 0
}

ip link set lo up
if [ -n "$root" ]; then enter_root; else mount -t proc proc /proc; fi
mount -t tmpfs -o mode=755 tmpfs /run
keep_resolv_conf
trap stop TERM
"start_$kind"
# The first process inherits all orphans; the shell reaps them while it waits.
wait "$engine"
