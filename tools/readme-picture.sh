#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the picture in README.md, docs/run.svg, from a run of the example: build it, install it elsewhere, use it.
#
# usage: tools/engine.sh run tools/readme-picture.sh
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$CDD_TOP/examples/workspace" "$work/ros_ws"
workspace=$work/ros_ws repository=$work/ros_ws/output/apt
printf 'ros_distro: %s\ndocker:\n  image: %s\n' "$CDD_TEST_DISTRO" "$CDD_TEST_IMAGE" >"$workspace/colcon-deb.yaml"

# The program colours its output on a terminal only, so it gets one.
export COLCON_DEB_SCRIPTS=$CDD_TOP/scripts TERM=xterm NO_COLOR=
build="'$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb' build '$workspace'"
{
    echo "\$ colcon-deb build ~/ros_ws"
    script --quiet --return --command "$build" /dev/null </dev/null
    echo
    docker run --rm --network host -v "$repository:$repository:ro" -v "$CDD_TOP/tools/container:/tools:ro" \
        "$CDD_TEST_RUNTIME_IMAGE" bash /tools/robot-session.sh "$repository" "/opt/ros/$CDD_TEST_DISTRO" \
        "$CDD_TEST_DISTRO" 2>&1
} | sed "s|$work|/home/you|g" >"$work/transcript"
"$CDD_TOP/tools/transcript-svg.py" "colcon-deb build ~/ros_ws" <"$work/transcript" >"$CDD_TOP/docs/run.svg"
cat "$work/transcript"
