#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Build what is installed, and install it below PREFIX; with DESTDIR, below DESTDIR/PREFIX for a package.
#
# usage: tools/install.sh installed|library PREFIX
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

[ $# -eq 2 ] || die "usage: tools/install.sh installed|library PREFIX"
case $2 in
/*) ;;
*) die "PREFIX is $2; it must be an absolute path" ;;
esac
"$CDD_TOP/tools/build.sh" "$1" "$2"
meson install -C "$CDD_BUILD_DIR/$1" --no-rebuild --quiet
# The list of libraries is the machine's; whoever installs for a package, or for oneself, does not change it.
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" = 0 ]; then
    ldconfig
fi
say "Installed below ${DESTDIR:-}$2"
