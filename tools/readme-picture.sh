#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the picture in README.md, docs/run.svg, from a run of the example: build it, install it elsewhere, use it.
#
# usage: tools/engine.sh run tools/readme-picture.sh
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

program=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$CDD_TOP/examples/workspace" "$work/ros_ws"

# shellcheck disable=SC2016 # for the shell on the "robot"
use='set -- "$AMENT_PREFIX_PATH/lib/harbor_banner/harbor_banner" Aurora; echo; echo "robot\$ $*"; "$@"'

export COLCON_DEB_SCRIPTS=$CDD_TOP/scripts
{
    echo "\$ colcon-deb build ~/ros_ws"
    "$program" build "$work/ros_ws" --image "$CDD_TEST_IMAGE" 2>&1
    echo
    echo "robot\$ apt-get install 'ros-$CDD_TEST_DISTRO-*'"
    docker run --rm --network host -v "$work/ros_ws/output/apt:/repository:ro" \
        -v "$CDD_TOP/tools/container:/tools:ro" "$CDD_TEST_RUNTIME_IMAGE" sh /tools/install-and-run.sh \
        "/opt/ros/$CDD_TEST_DISTRO" sh -c "$use" 2>&1 |
        grep -v '^and [0-9]'
} | sed "s|$work|/home/you|g" >"$work/transcript"
"$CDD_TOP/tools/transcript-svg.py" "colcon-deb build ~/ros_ws" <"$work/transcript" >"$CDD_TOP/docs/run.svg"
cat "$work/transcript"
