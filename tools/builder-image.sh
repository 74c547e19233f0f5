#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the images that the demo and the tests need, from a Debian mirror and nothing else: one to build in, and a bare
# one to install the results in. Each is bootstrapped once and kept as a tar archive for the next engine.
#
# usage: tools/builder-image.sh [--refresh]
#        --refresh   bootstrap anew, with what the mirror has today
#
# Talks to the engine that DOCKER_HOST names (tools/engine.sh run tools/builder-image.sh).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# What a build needs, then (last line) what builds often ask for, so that they need not ask the mirror.
builder_packages="ca-certificates,build-essential,cmake,debhelper,dpkg-dev,fakeroot,dh-python,apt-utils,sudo"
builder_packages+=",lsb-release,python3-all,python3-setuptools,python3-bloom,python3-rosdep2,python3-catkin-pkg"
builder_packages+=",python3-pytest"
builder_packages+=",ament-cmake,ament-cmake-python,python3-empy,python3-numpy,libpython3-dev,pkg-config"
runtime_packages="ca-certificates"

recipe_label=org.colcon-deb.recipe
refresh=''

# The mirrors that this machine itself uses: they are known to work here. One that runs another release of Debian uses
# its mirror for ours; one that runs Ubuntu has none to offer, and mmdebstrap takes the one it was made with.
own_mirrors()
{
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format \
        '$(ORIGIN) $(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk -v suite="$CDD_SUITE" '
            $1 != "Debian" { next }
            $2 == suite || index($2, suite "-") == 1 { if (!seen[$0]++) print "deb", $3, $4, $5; found = 1 }
            $2 !~ /-/ && $5 == "main" && other == "" { other = $3 }
            END { if (!found && other != "") print "deb", other, suite, "main" }'
}

image_label()
{
    docker image inspect -f "{{ index .Config.Labels \"$recipe_label\" }}" "$1" 2>/dev/null
}

# rosdep in the image reads files only: Debian's list and ours. Its default list names files on a host that a machine
# with nothing but a Debian mirror cannot reach.
rosdep_hook()
{
    local list=etc/ros/rosdep/sources.list.d share=usr/share/colcon-deb
    # shellcheck disable=SC2016 # mmdebstrap expands "$1", the new root
    printf '%s' "mkdir -p \"\$1/$share\"" \
        " && cp '$CDD_TOP/tools/rosdep/debian.yaml' \"\$1/$share/rosdep-debian.yaml\"" \
        " && echo 'yaml file:///$share/rosdep-debian.yaml debian' >\"\$1/$list/15-colcon-deb.list\"" \
        " && rm -f \"\$1/$list/20-default.list\""
}

# bootstrap ARCHIVE PACKAGES [MMDEBSTRAP-OPTION...]
bootstrap()
{
    local archive=$1 packages=$2 mirrors
    local -a from=()
    shift 2
    mkdir -p "$CDD_CACHE_DIR"
    mirrors=$(own_mirrors)
    [ -z "$mirrors" ] || from=("-")
    as_root rm -f "$archive.new"
    if ! printf '%s\n' "$mirrors" | as_root mmdebstrap --format=tar --variant=minbase --include="$packages" \
        --aptopt='APT::Install-Recommends "false"' "$@" "$CDD_SUITE" "$archive.new" "${from[@]}" \
        >"$archive.log" 2>&1; then
        tail -n 20 "$archive.log" >&2
        die "mmdebstrap could not make $archive; its last words are above"
    fi
    as_root chown "$(id -u):$(id -g)" "$archive.new"
    mv "$archive.new" "$archive"
}

# ensure NAME IMAGE PACKAGES [MMDEBSTRAP-OPTION...]
ensure()
{
    local name=$1 image=$2 packages=$3 recipe archive label old start
    shift 3
    recipe=$(cat "$0" "$CDD_TOP/tools/rosdep/debian.yaml" - <<<"$CDD_SUITE" | sha256sum | cut -c 1-16)
    archive=$CDD_CACHE_DIR/$name-$recipe.tar
    if label=$(image_label "$image"); then
        if [ -z "$label" ]; then
            say "Image $image is there and was not made by this script: used as it is"
            return
        fi
        if [ "$label" = "$recipe" ] && [ -z "$refresh" ]; then
            return
        fi
    fi
    start=$(date +%s)
    if [ -n "$refresh" ] || [ ! -s "$archive" ]; then
        say "Bootstrapping Debian $CDD_SUITE for $image (once; kept in $CDD_CACHE_DIR)"
        find "$CDD_CACHE_DIR" -maxdepth 1 -name "$name-*.tar*" -delete 2>/dev/null || true
        bootstrap "$archive" "$packages" "$@"
    fi
    old=$(docker image inspect -f '{{ .Id }}' "$image" 2>/dev/null || true)
    import "$image" "$archive" "$recipe"
    [ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
    say "Image $image is ready ($(du -h "$archive" | cut -f 1), $(elapsed_since "$start") s)"
}

import()
{
    docker import -c "LABEL $recipe_label=$3" -c 'CMD ["/bin/bash"]' -c "ENV ROS_DISTRO=$CDD_TEST_DISTRO" \
        "$2" "$1" >/dev/null
}

case ${1:-} in
--refresh) refresh=yes ;;
'') ;;
*)
    sed -n '3,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

ensure builder "$CDD_TEST_IMAGE" "$builder_packages" --customize-hook="$(rosdep_hook)"
ensure runtime "$CDD_TEST_RUNTIME_IMAGE" "$runtime_packages"
