#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Remove what was built.
#
# usage: tools/clean.sh [--all]     (--all: the downloads, the images and our engine's data too)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

[ -d "$CDD_BUILD_DIR" ] || exit 0
keep=(-name "$(basename "$CDD_CACHE_DIR")" -o -name "$(basename "$CDD_STATE_DIR")")
case ${1:-} in
'') find "$CDD_BUILD_DIR" -mindepth 1 -maxdepth 1 ! \( "${keep[@]}" \) -exec rm -rf {} + ;;
# The engine's data belongs to root.
--all) as_root rm -rf "$CDD_BUILD_DIR" ;;
*) die "unknown argument $1 (--all)" ;;
esac
