#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a bare Debian container: install every package of the APT repository at /repository, as a robot would, then
# run a command with the installed prefix in its paths.
#
# usage: install-and-run.sh PREFIX COMMAND [ARGUMENT...]
set -eu

prefix=$1
shift

sed 's|^URIs: .*|URIs: file:/repository|' /repository/colcon-deb.sources >/etc/apt/sources.list.d/colcon-deb.sources
apt_quietly()
{
    if ! DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" >/tmp/apt.log 2>&1; then
        cat /tmp/apt.log >&2
        exit 1
    fi
}
apt_quietly update
packages=$(sed -n 's/^Package: //p' /repository/dists/*/main/binary-*/Packages | sort -u)
# shellcheck disable=SC2086 # one word per package
apt_quietly install -y --no-install-recommends $packages
# Ours by name; Debian's, which came as their dependencies, as a number.
listed=$(printf '%s\n' "$packages" | sed 's/.*/^Setting up & /')
grep -e "$listed" /tmp/apt.log || true
echo "and $(grep '^Setting up' /tmp/apt.log | grep -vc -e "$listed") packages of Debian that they depend on"

# Python modules are in either place, depending on the tool that installed them. The interpreter came just now.
python_version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
export PATH="$prefix/bin:$PATH" AMENT_PREFIX_PATH="$prefix"
# Without ROS's own setup.sh, which a workspace over a real ROS distribution would source.
LD_LIBRARY_PATH="$prefix/lib:$prefix/lib/$(basename "$(dirname "$(ls -d /usr/lib/*-linux-gnu*/ld-linux*)")")"
export LD_LIBRARY_PATH
export PYTHONPATH="$prefix/lib/python3/dist-packages:$prefix/lib/python$python_version/site-packages"
exec "$@"
