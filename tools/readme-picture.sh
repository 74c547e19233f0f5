#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the pictures of the documents from a run of the example in a terminal (tmux): docs/run.svg, its end and its use on
# a robot, for README.md; and docs/live.svg, while it builds, for docs/watching.md.
#
# usage: tools/engine.sh run tools/readme-picture.sh
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'tmux -S "$work/tmux" kill-server 2>/dev/null; rm -rf "$work"' EXIT
workspace=$work/ros_ws repository=$work/ros_ws/output/apt
program=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb
cp -a "$CDD_TOP/examples/workspace" "$work/ros_ws"
printf 'ros_distro: %s\ndocker:\n  image: %s\n' "$CDD_TEST_DISTRO" "$CDD_TEST_IMAGE" >"$workspace/colcon-deb.yaml"
export COLCON_DEB_SCRIPTS=$CDD_TOP/scripts LC_ALL=C.UTF-8
unset NO_COLOR GITHUB_ACTIONS TMUX

# What the window shows, with its colours, from its first line on.
capture()
{
    tmux -u -S "$work/tmux" capture-pane -p -e -J -S - | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

wait_until()
{
    local tries
    for ((tries = 0; tries < 3000; tries++)); do
        ! "$@" || return 0
        sleep 0.1
    done
    die "waiting for '$*' took too long; the window shows: $(capture)"
}

shows()
{
    capture | grep -q "$1"
}

# A session that ends when the file "go" is there, so that the end can be captured.
build()
{
    rm -f "$work/ended" "$work/go"
    tmux -u -f /dev/null -S "$work/tmux" new-session -d -x 110 -y 60 \
        "'$program' build '$workspace'; touch '$work/ended'; until [ -e '$work/go' ]; do sleep 0.1; done"
}

picture()
{
    sed -e "s|$work|/home/you|g" -e 's/ *$//' | "$CDD_TOP/tools/transcript-svg.py" "colcon-deb build ~/ros_ws" >"$1"
}

build
wait_until test -e "$work/ended"
{
    echo "\$ colcon-deb build ~/ros_ws"
    capture
    echo
    docker run --rm --network host -v "$repository:$repository:ro" -v "$CDD_TOP/tools/container:/tools:ro" \
        "$CDD_TEST_RUNTIME_IMAGE" bash /tools/robot-session.sh "$repository" "/opt/ros/$CDD_TEST_DISTRO" \
        "$CDD_TEST_DISTRO" 2>&1
} | tee "$work/transcript" | picture "$CDD_TOP/docs/run.svg"
touch "$work/go"
cat "$work/transcript"

# A second build knows how long the first one took.
echo "// changed" >>"$workspace/src/lantern_core/src/flashes.cpp"
echo "/* changed */" >>"$workspace/src/morse_table/src/morse_table.c"
wait_until sh -c "! tmux -S '$work/tmux' has-session 2>/dev/null"
build
wait_until shows 'lantern_core.*compile.*%'
{
    echo "\$ colcon-deb build ~/ros_ws"
    capture
} | tee "$work/transcript" | picture "$CDD_TOP/docs/live.svg"
cat "$work/transcript"
wait_until test -e "$work/ended"
touch "$work/go"
