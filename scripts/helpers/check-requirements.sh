#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Print what this image lacks to build packages, one line each: missing<TAB>WHAT<TAB>APT-PACKAGE.
# Exit 0 when nothing is missing, 1 otherwise. Plain sh, because the image may have no Python.
set -u

status=0
missing() {
    printf 'missing\t%s\t%s\n' "$1" "$2"
    status=1
}

# command:package
for need in \
    awk:mawk apt-get:apt dpkg-deb:dpkg setpriv:util-linux \
    python3:python3 dpkg-buildpackage:dpkg-dev dh:debhelper dh_python3:dh-python patch:patch \
    make:build-essential g++:build-essential readelf:binutils apt-ftparchive:apt-utils gzip:gzip; do
    command -v "${need%%:*}" >/dev/null 2>&1 || missing "${need%%:*}" "${need#*:}"
done
if [ "${HOST_UID:-0}" != 0 ]; then
    command -v useradd >/dev/null 2>&1 || missing useradd passwd
fi

if command -v python3 >/dev/null 2>&1; then
    # module:package; one process looks for all modules.
    lacking=$(python3 -B -c '
import importlib.util, sys
if sys.version_info < (3, 9):
    print("python3>=3.9:python3")
for need in sys.argv[1:]:
    if importlib.util.find_spec(need.partition(":")[0]) is None:
        print(need)
' catkin_pkg:python3-catkin-pkg bloom:python3-bloom em:python3-empy rosdistro:python3-rosdistro yaml:python3-yaml) ||
        lacking=python3-modules:python3
    for need in $lacking; do
        missing "python3 module ${need%%:*}" "${need#*:}"
    done
    # One of them is enough. agirosdep is the fork of rosdep for AGIROS.
    if ! command -v agirosdep >/dev/null 2>&1 && ! command -v rosdep >/dev/null 2>&1; then
        missing "rosdep or agirosdep" python3-rosdep2
    fi
fi
exit $status
