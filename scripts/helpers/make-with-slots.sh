#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make for the builds of packages. It runs as many jobs as the build has free slots (colcon_deb/building/slots.py),
# whatever -j its caller gives. debhelper runs the program that $MAKE names, always with its own -j.
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
