#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make a builder image of a root file system that has the packages. Usage: prepare.sh, as root, in the image, with scripts/ beside it.
#
# The same in a system that is emulated: no set-user-id program, no network.
set -eu

scripts=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# Where the helpers are in a build, and where their package looks for bytecode (helpers/colcon_deb/__init__.py).
helpers=/helpers
bytecode=/usr/lib/colcon-deb/bytecode

check() {
    # Somebody who is not root builds.
    lacking=$(HOST_UID=1000 sh "$scripts/helpers/check-requirements.sh") || true
    [ -n "$lacking" ] || return 0
    echo "The root file system lacks what a build needs:" >&2
    echo "$lacking" | awk -F'\t' '{ print "  " $2 " (package " $3 ")" }' >&2
    exit 1
}

# Lists that are files, so that no build asks a host that it may not reach. Ubuntu's list is left as it is: its rules are those of
# ROS's own archive.
prepare_rosdep() {
    lists=/etc/ros/rosdep/sources.list.d share=/usr/share/colcon-deb
    [ -d "$lists" ] && grep -qs '^ID=debian$' /etc/os-release || return 0
    mkdir -p "$share"
    cp "$scripts/image/rosdep-debian.yaml" "$share/rosdep-debian.yaml"
    chmod 644 "$share/rosdep-debian.yaml"
    echo "yaml file://$share/rosdep-debian.yaml debian" >"$lists/15-colcon-deb.list"
    rm -f "$lists/20-default.list"
}

# The directory is where a build mounts the volume. Of the compilers there are links only where they were there before ccache.
prepare_ccache() {
    mkdir -p /var/cache/colcon-deb/ccache
    if command -v update-ccache-symlinks >/dev/null 2>&1; then update-ccache-symlinks; fi
}

# With the sources' hashes in it, bytecode of other helpers than those of the build is not used.
compile_helpers() {
    rm -rf "$helpers" "$bytecode"
    mkdir -p "$bytecode"
    cp -r "$scripts/helpers" "$helpers"
    python3 -X pycache_prefix="$bytecode" -m compileall -q --invalidation-mode checked-hash "$helpers/colcon_deb"
    rm -rf "$helpers"
    # What the compiler itself has imported lands there too.
    find "$bytecode" -mindepth 1 -maxdepth 1 ! -path "$bytecode$helpers" -exec rm -rf {} +
}

check
prepare_rosdep
prepare_ccache
compile_helpers
