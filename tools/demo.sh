#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Set this machine up, build examples/workspace into .debs and an APT repository, install them in a bare Debian container,
# and run the installed programs.
#
# usage: tools/demo.sh [WORKSPACE]
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

demo=$CDD_BUILD_DIR/demo
program=$CDD_BUILD_DIR/release/src/colcon-deb/colcon-deb

show_results()
{
    local deb
    heading "The packages"
    for deb in "$output"/debs/*.deb; do
        printf '  %-58s %8s   %s\n' "$(basename "$deb")" "$(du -h --apparent-size "$deb" | cut -f 1)" \
            "$(dpkg-deb -f "$deb" Description | head -n 1 | cut -c 1-60)"
    done
    heading "The APT repository"
    say "  $output/apt"
    say "  One line in /etc/apt/sources.list makes it usable:"
    say "  deb [trusted=yes] file:$output/apt $CDD_SUITE main"
}

# A script runs the programs of the example; of another workspace, the installed packages are listed.
install_and_run()
{
    local -a run=(sh /tools/run-example.sh)
    if [ "$example" != yes ]; then
        # shellcheck disable=SC2016 # dpkg-query expands these
        run=(dpkg-query -W -f '${Package} ${Version}\n' "ros-$CDD_TEST_DISTRO-*")
    fi
    heading "Installing all of it in a bare Debian $CDD_SUITE container, and running it"
    docker run --rm --network host -v "$output/apt:$output/apt:ro" -v "$CDD_TOP/tools/container:/tools:ro" \
        "$CDD_TEST_RUNTIME_IMAGE" sh /tools/install-and-run.sh "$output/apt" "/opt/ros/$CDD_TEST_DISTRO" "${run[@]}" 2>&1 |
        sed 's/^/  /'
}

with_engine()
{
    "$CDD_TOP/tools/builder-image.sh"
    heading "colcon-deb build"
    say_command "colcon-deb build $workspace --image $CDD_TEST_IMAGE --output-dir $output"
    COLCON_DEB_SCRIPTS=$CDD_TOP/scripts "$program" build "$workspace" --image "$CDD_TEST_IMAGE" \
        --debian-dirs "$workspace/debian_dirs" --output-dir "$output"
    show_results
    install_and_run
    heading "Done"
    say "  Logs, events.jsonl and summary.json are in $output; make clean removes all of it."
}

if [ "${1:-}" = --with-engine ]; then
    workspace=$2 output=$3 example=$4
    with_engine
    exit
fi

example=no
[ $# -gt 0 ] || example=yes
source_workspace=$(realpath "${1:-$CDD_TOP/examples/workspace}")
[ -d "$source_workspace/src" ] || die "$source_workspace has no src/"
start=$(date +%s)
"$CDD_TOP/tools/install-deps.sh" build engine
heading "Building colcon-deb"
"$CDD_TOP/tools/build.sh" release
# A copy, because a build saves generated files beside the sources.
rm -rf "$demo/workspace" "$demo/output"
mkdir -p "$demo"
cp -a "$source_workspace" "$demo/workspace"
"$CDD_TOP/tools/engine.sh" run "$0" --with-engine "$demo/workspace" "$demo/output" "$example"
say "  All of it took $(elapsed_since "$start") s."
