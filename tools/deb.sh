#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Build the Debian packages of colcon-deb itself. They are made of a copy of the tree, which nothing is written to.
#
# usage: tools/deb.sh
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

directory=$CDD_BUILD_DIR/deb
source=$directory/colcon-deb
log=$CDD_BUILD_DIR/logs/deb.log

# The objects of an earlier build are of use if they were compiled by the same rules.
remove_old_objects()
{
    if ! cmp -s "$CDD_TOP/debian/rules" "$source/debian/rules" || ! cmp -s "$CDD_TOP/debian/changelog" "$source/debian/changelog"; then
        rm -rf "$source"
    fi
    mkdir -p "$source"
    find "$source" -mindepth 1 -maxdepth 1 ! -name 'obj-*' -exec rm -rf {} +
}

# Outside of git, an archive of the sources has no files but the tree's and those of builds.
list_files()
{
    if [ -e "$CDD_TOP/.git" ]; then
        git -C "$CDD_TOP" ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
            if [ -e "$CDD_TOP/$file" ] || [ -L "$CDD_TOP/$file" ]; then printf '%s\0' "$file"; fi
        done
    else
        (cd "$CDD_TOP" && find . -path './build*' -prune -o ! -type d -print0)
    fi
}

have dpkg-buildpackage || die "dpkg-buildpackage is missing: run tools/install-deps.sh deb (on Debian or Ubuntu)"
start=$(date +%s)
mkdir -p "$directory" "$CDD_BUILD_DIR/logs"
exec 9>"$CDD_BUILD_DIR/logs/deb.lock"
flock 9
remove_old_objects
find "$directory" -maxdepth 1 -type f -delete
list_files | tar -C "$CDD_TOP" --null -T - -c | tar -C "$source" -x
if ! (cd "$source" && env -u DESTDIR DEB_BUILD_OPTIONS="nocheck ${DEB_BUILD_OPTIONS:-}" dpkg-buildpackage -us -uc -b -nc) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "the packages did not build (the whole output is in $log)"
fi
say "Built in $directory ($(elapsed_since "$start") s):"
(cd "$directory" && ls -- *.deb)
