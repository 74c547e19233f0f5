#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a bare Debian container, as a robot would: install every package of an APT repository, source the set-up of
# their prefix, and run a command. The repository is mounted where it was made.
#
# usage: install-and-run.sh REPOSITORY PREFIX COMMAND [ARGUMENT...]
set -eu

repository=$1
prefix=$2
shift 2

apt_quietly()
{
    if ! DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" >/tmp/apt.log 2>&1; then
        cat /tmp/apt.log >&2
        exit 1
    fi
}
cp "$repository/colcon-deb.sources" /etc/apt/sources.list.d/
apt_quietly update
packages=$(sed -n 's/^Package: //p' "$repository"/dists/*/main/binary-*/Packages | sort -u)
# shellcheck disable=SC2086 # one word per package
apt_quietly install -y --no-install-recommends $packages
# Ours by name; Debian's, which came as their dependencies, as a number.
listed=$(printf '%s\n' "$packages" | sed 's/.*/^Setting up & /')
grep -e "$listed" /tmp/apt.log || true
echo "and $(grep '^Setting up' /tmp/apt.log | grep -vc -e "$listed") packages of Debian that they depend on"

# ament's set-up files read variables that may be unset.
set +u
# shellcheck source=/dev/null
. "$prefix/setup.sh"
exec "$@"
