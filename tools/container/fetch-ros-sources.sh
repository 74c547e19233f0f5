#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a container of the builder image: fetch what upstream released of some Debian source packages into /out.
#
# usage: fetch-ros-sources.sh OWNER PACKAGE...          (OWNER is uid:gid of the files)
#
# Only the upstream archive of a source package is taken, not Debian's patches or debian/: what is wanted is what the
# ROS people released. apt checks it against the signed index. A mirror may lack a file of one release and have that of
# the next, so two releases are asked.
set -eu

owner=$1
shift
suites='bookworm trixie'
work=$(mktemp -d)
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
mirror=$(awk '$1 == "deb" && $2 !~ /security/ { print $2; exit }' /etc/apt/sources.list)
for suite in $suites; do
    echo "deb-src $mirror $suite main"
done >"$work/sources.list"

private_apt()
{
    apt-get -q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root "$@"
}

fetch()
{
    rm -rf "$work/download"
    mkdir "$work/download"
    cd "$work/download"
    for suite in $suites; do
        if private_apt source --download-only --tar-only "$1/$suite" >>"$work/log" 2>&1; then
            return 0
        fi
    done
    return 1
}

unpack()
{
    rm -rf "/out/$1" "/out/$1.new"
    mkdir "/out/$1.new"
    for archive in "$work/download"/*.orig.tar.*; do
        tar -xf "$archive" -C "/out/$1.new" --strip-components=1 --no-same-owner
        basename "$archive" >"/out/$1.new/.upstream"
    done
    rm -rf "/out/$1.new/debian"
    chown -R "$owner" "/out/$1.new"
    mv "/out/$1.new" "/out/$1"
}

private_apt update >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
for package; do
    if fetch "$package"; then
        unpack "$package"
    else
        echo "$package: the mirror has its upstream archive in none of: $suites" >&2
    fi
done
rm -rf "$work"
