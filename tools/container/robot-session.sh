#!/bin/bash
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

# Runs a line as it is shown; its output is kept for an error.
quietly()
{
    show "$1"
    if ! DEBIAN_FRONTEND=noninteractive bash -c "$1" >/tmp/log 2>&1; then
        cat /tmp/log >&2
        exit 1
    fi
}

quietly "cp $repository/colcon-deb.sources /etc/apt/sources.list.d/"
quietly "apt-get update"
quietly "apt-get install -y ros-$distro-harbor-banner ros-$distro-harbor-charts"
# The packages of Debian that came as dependencies would fill the picture.
grep "^Setting up ros-$distro-" /tmp/log
show "source $prefix/setup.bash"
# ament's set-up files read variables that may be unset.
set +u
# shellcheck source=/dev/null
source "$prefix/setup.bash"
program=$prefix/lib/harbor_banner/harbor_banner
show "$program Aurora"
"$program" Aurora
