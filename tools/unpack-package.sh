#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fetch a Debian package of any architecture for the tests, unpack it, and print the directory.
#
# usage: tools/unpack-package.sh PACKAGE[:ARCHITECTURE]
#
# It is not installed: a package may start a service. It is fetched in a container, so that this machine's apt
# configuration stays the same.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

[ $# -eq 1 ] || die "unpack which package? (tools/unpack-package.sh PACKAGE[:ARCHITECTURE])"
package=$1
place=$CDD_CACHE_DIR/unpacked/${package//:/-}
if [ ! -d "$place" ]; then
    mkdir -p "$place.new"
    # shellcheck disable=SC2016 # $1 and the rest are for the shell in the container
    docker run --rm --network host -v "$place.new:/out" "$CDD_TEST_IMAGE" sh -ec '
        cd /tmp
        case $1 in *:*) dpkg --add-architecture "${1#*:}" ;; esac
        apt-get update -q
        apt-get download -q "$1"
        dpkg-deb -x "${1%%:*}"_*.deb /out
        chown -R "$2" /out' fetch "$package" "$(id -u):$(id -g)" >&2
    mv "$place.new" "$place"
fi
say "$place"
