#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fetch a registry for the tests of pulling, out of Debian's package, and print where its program is.
#
# usage: tools/registry.sh
#
# It is unpacked and not installed, since the package would start a service on this machine; and fetched in a container, so
# that the apt of this machine stays as it is.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

place=$CDD_CACHE_DIR/registry
program=$place/usr/bin/docker-registry
if [ ! -x "$program" ]; then
    mkdir -p "$place"
    # shellcheck disable=SC2016 # $1 is for the shell in the container
    docker run --rm --network host -v "$place:/out" "$CDD_TEST_IMAGE" sh -ec '
        cd /tmp
        apt-get update -q
        apt-get download -q docker-registry
        dpkg-deb -x docker-registry_*.deb /out
        chown -R "$1" /out' fetch "$(id -u):$(id -g)" >&2
fi
say "$program"
