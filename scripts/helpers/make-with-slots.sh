#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make, for the builds of packages: runs as many jobs as there are free slots in the build (colcon_deb/building/slots.py), not as many
# as its caller says. debhelper runs what $MAKE names, and always with a -j of its own.
#
# environment: COLCON_DEB_SLOTS, path of the pipe with the tokens
set -eu

jobs=''
for argument; do
    shift
    case $jobs$argument in
    -j | --jobs) jobs=number: ;;
    -j[0-9]* | --jobs=* | number:[0-9]*) jobs='' ;;
    *)
        jobs=''
        set -- "$@" "$argument"
        ;;
    esac
done
unset MAKE
MAKEFLAGS='-j --jobserver-auth=8,9' exec make "$@" 8<>"$COLCON_DEB_SLOTS" 9>&8
