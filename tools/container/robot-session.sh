#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a bare Debian container for the README's picture: what a user types on a robot. Each command is shown, then run.
#
# usage: robot-session.sh REPOSITORY PREFIX DISTRIBUTION
set -eu

repository=$1
prefix=$2
distro=$3

show()
{
    printf 'robot$ %s\n' "$*"
}

# Runs a line as it was shown; its output is kept for an error.
quietly()
{
    show "$1"
    if ! DEBIAN_FRONTEND=noninteractive sh -c "$1" >/tmp/log 2>&1; then
        cat /tmp/log >&2
        exit 1
    fi
}

quietly "cp $repository/colcon-deb.sources /etc/apt/sources.list.d/"
quietly "apt-get update"
quietly "apt-get install -y 'ros-$distro-*'"
# The packages of Debian that came as dependencies would fill the picture.
grep "^Setting up ros-$distro-" /tmp/log
libraries=$prefix/lib
for directory in "$prefix"/lib/*-linux-gnu*; do
    libraries=$libraries:$directory
done
show "export LD_LIBRARY_PATH=$libraries"
export LD_LIBRARY_PATH="$libraries"
program=$prefix/lib/harbor_banner/harbor_banner
show "$program Aurora"
"$program" Aurora
