#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make the images of the demo and the tests from a Debian mirror: one to build in, and a bare one to install the results
# in. Each is bootstrapped once and kept as a tar archive for the next engine.
#
# usage: tools/builder-image.sh [--refresh] [--runtime-only] [--archives-only]
#        --refresh         bootstrap again, with the packages that the mirror has today
#        --runtime-only    only the bare image, which is enough for the tests of the library
#        --archives-only   only the tar archives, for which no engine is needed
#
# Talks to the engine that DOCKER_HOST names (tools/engine.sh run tools/builder-image.sh).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=debian.sh
. "$(dirname "$0")/debian.sh"

# 'colcon-deb image create' uses these files too. This script works before the program is built.
image_files=$CDD_TOP/scripts/image
builder_packages=$(awk '!/^#/ && NF && ($2 == "" || $2 == "debian") { print $1 }' "$image_files/packages" | paste -s -d ,)
runtime_packages="ca-certificates"

recipe_label=org.colcon-deb.recipe
refresh='' runtime_only='' archives_only=''

image_label()
{
    docker image inspect -f "{{ index .Config.Labels \"$recipe_label\" }}" "$1" 2>/dev/null
}

# What 'colcon-deb image create' does, too: rosdep's lists, links for ccache, and bytecode of the helpers. With other helpers
# than those of today the image is as good, and a build in it takes a second more: they are no part of the recipe.
prepare_hook()
{
    # shellcheck disable=SC2016 # mmdebstrap expands "$1", the new root
    printf '%s' "cp -r '$CDD_TOP/scripts' \"\$1/tmp/colcon-deb\"" \
        ' && chroot "$1" sh /tmp/colcon-deb/image/prepare.sh && rm -r "$1/tmp/colcon-deb"'
}

# ensure_archive NAME IMAGE ARCHIVE PACKAGES [MMDEBSTRAP-OPTION...]: two suites may need the same archive at the same time
ensure_archive()
{
    local name=$1 image=$2 archive=$3 packages=$4 lock
    shift 4
    mkdir -p "$CDD_CACHE_DIR"
    exec {lock}>"$CDD_CACHE_DIR/$name.lock"
    flock "$lock"
    if [ -n "$refresh" ] || [ ! -s "$archive" ]; then
        say "Bootstrapping Debian $CDD_SUITE for $image (once; kept in $CDD_CACHE_DIR)"
        find "$CDD_CACHE_DIR" -maxdepth 1 -name "$name-*.tar*" -delete 2>/dev/null || true
        bootstrap "$CDD_SUITE" "$archive" tar minbase "$packages" "$@"
        as_root chown "$(id -u):$(id -g)" "$archive"
    fi
    exec {lock}>&-
}

# recipe_of PACKAGES [MMDEBSTRAP-OPTION...]: a digest of everything that decides the content of an image. "declare -f"
# leaves out comments: editing one makes no new image.
recipe_of()
{
    {
        declare -f own_mirrors bootstrap prepare_hook import
        printf '%s\n' "$CDD_SUITE" "$CDD_TEST_DISTRO" "${@//"$CDD_TOP"/}"
        cat "$image_files/packages" "$image_files/prepare.sh" "$image_files/rosdep-debian.yaml"
    } | sha256sum | cut -c 1-16
}

# ensure NAME IMAGE PACKAGES [MMDEBSTRAP-OPTION...]
ensure()
{
    local name=$1 image=$2 packages=$3 recipe archive label old start
    shift 3
    recipe=$(recipe_of "$packages" "$@")
    archive=$CDD_CACHE_DIR/$name-$recipe.tar
    if [ -n "$archives_only" ]; then
        ensure_archive "$name" "$image" "$archive" "$packages" "$@"
        return
    fi
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
    ensure_archive "$name" "$image" "$archive" "$packages" "$@"
    old=$(docker image inspect -f '{{ .Id }}' "$image" 2>/dev/null || true)
    import "$image" "$archive" "$recipe"
    # An image that somebody gave another name is theirs.
    if [ -n "$old" ] && [ -z "$(docker image inspect -f '{{ join .RepoTags " " }}' "$old" 2>/dev/null)" ]; then
        docker image rm "$old" >/dev/null 2>&1 || true
    fi
    say "Image $image is ready ($(du -h "$archive" | cut -f 1), $(elapsed_since "$start") s)"
}

import()
{
    docker import -c "LABEL $recipe_label=$3" -c 'CMD ["/bin/bash"]' -c "ENV ROS_DISTRO=$CDD_TEST_DISTRO" \
        "$2" "$1" >/dev/null
}

while [ $# -gt 0 ]; do
    case $1 in
    --refresh) refresh=yes ;;
    --runtime-only) runtime_only=yes ;;
    --archives-only) archives_only=yes ;;
    *)
        sed -n '3,11s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done

if [ -z "$runtime_only" ]; then
    ensure builder "$CDD_TEST_IMAGE" "$builder_packages" --customize-hook="$(prepare_hook)"
fi
ensure runtime "$CDD_TEST_RUNTIME_IMAGE" "$runtime_packages"
