#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Turn a root file system that has the packages into a builder image. Usage: prepare.sh, as root, in the image.
#
# Uses no set-user-id program and no network, so it also works in an emulated system.
set -eu

scripts=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# Where a build has the helpers, and where their package looks for bytecode (helpers/colcon_deb/__init__.py).
helpers=/helpers
bytecode=/usr/lib/colcon-deb/bytecode

check() {
    # The build user is not root.
    lacking=$(HOST_UID=1000 sh "$scripts/helpers/check-requirements.sh") || true
    [ -n "$lacking" ] || return 0
    echo "The root file system lacks what a build needs:" >&2
    echo "$lacking" | awk -F'\t' '{ print "  " $2 " (package " $3 ")" }' >&2
    exit 1
}

# With a list that is a file, no build depends on a remote host. Ubuntu's own list stays: its rules are those of ROS's
# archive.
prepare_rosdep() {
    lists=/etc/ros/rosdep/sources.list.d share=/usr/share/colcon-deb
    [ -d "$lists" ] && grep -qs '^ID=debian$' /etc/os-release || return 0
    mkdir -p "$share"
    cp "$scripts/image/rosdep-debian.yaml" "$share/rosdep-debian.yaml"
    chmod 644 "$share/rosdep-debian.yaml"
    echo "yaml file://$share/rosdep-debian.yaml debian" >"$lists/15-colcon-deb.list"
    rm -f "$lists/20-default.list"
}

# A build mounts the volume at this directory. Compilers that were installed after ccache have no links yet.
prepare_ccache() {
    mkdir -p /var/cache/colcon-deb/ccache
    if command -v update-ccache-symlinks >/dev/null 2>&1; then update-ccache-symlinks; fi
}

# The bytecode names the hashes of the sources, so a build with other helpers does not use it.
compile_helpers() {
    rm -rf "$helpers" "$bytecode"
    mkdir -p "$bytecode"
    cp -r "$scripts/helpers" "$helpers"
    python3 -X pycache_prefix="$bytecode" -m compileall -q --invalidation-mode checked-hash "$helpers/colcon_deb"
    rm -rf "$helpers"
    # Remove the bytecode of modules that the compiler itself has imported.
    find "$bytecode" -mindepth 1 -maxdepth 1 ! -path "$bytecode$helpers" -exec rm -rf {} +
}

check
prepare_rosdep
prepare_ccache
compile_helpers
