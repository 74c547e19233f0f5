#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In a container of an engine without a network: replace apt's sources by a repository in the container itself, with empty
# packages of the names that the tests install.
#
# usage: local-packages.sh PACKAGE...
set -eu

repository=/var/local/packages
mkdir -p "$repository"
for name in "$@"; do
    mkdir -p "/tmp/$name/DEBIAN"
    printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nDescription: test\n' \
        "$name" >"/tmp/$name/DEBIAN/control"
    dpkg-deb --build "/tmp/$name" "$repository"
    rm -r "/tmp/${name:?}"
done
(cd "$repository" && apt-ftparchive packages . >Packages)
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*
echo "deb [trusted=yes] file:$repository ./" >/etc/apt/sources.list
