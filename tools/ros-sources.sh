#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make a workspace of real ROS packages, as upstream released them, from Debian's source packages.
#
# usage: tools/ros-sources.sh WORKSPACE [SOURCE-PACKAGE...]
#
# The archives are fetched once, in a container, and kept in the cache. Packages that the mirror does not have are left out
# and named on stderr.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

case ${1:-} in
'' | -*)
    sed -n '3,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
workspace=$1
shift
[ $# -gt 0 ] || set -- ros2-rcutils ros2-rcpputils ros2-rosidl apriltag

sources=$CDD_CACHE_DIR/ros-sources
missing=()
for package in "$@"; do
    [ -e "$sources/$package/.upstream" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    say "Fetching ROS sources: ${missing[*]}"
    mkdir -p "$sources"
    docker run --rm --network host -v "$sources:/out" -v "$CDD_TOP/tools/container:/tools:ro" "$CDD_TEST_IMAGE" \
        sh /tools/fetch-ros-sources.sh "$(id -u):$(id -g)" "${missing[@]}"
fi

mkdir -p "$workspace/src"
for package in "$@"; do
    [ -e "$sources/$package/.upstream" ] || continue
    rm -rf "${workspace:?}/src/$package"
    cp -a "$sources/$package" "$workspace/src/$package"
    rm -f "$workspace/src/$package/.upstream"
    # Packages that only test the others, with message files that are missing here.
    find "$workspace/src/$package" -mindepth 1 -maxdepth 1 -type d -name '*_tests' -exec touch {}/COLCON_IGNORE \;
    count=$(find "$workspace/src/$package" -name package.xml | wc -l)
    say "$package: $(cat "$sources/$package/.upstream"), $count package(s)"
done
