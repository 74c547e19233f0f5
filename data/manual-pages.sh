#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the manual pages that the program has into man1 and man5 of a directory.
#
# usage: manual-pages.sh PROGRAM DIRECTORY
set -eu

program=$1
directory=$2
# A command that is gone has no page.
rm -rf "$directory/man1" "$directory/man5"
mkdir "$directory/man1" "$directory/man5"
"$program" help --pages >"$directory/manual-pages"
while read -r page topic; do
    # shellcheck disable=SC2086 # the topic "image build" is two words
    "$program" help --roff $topic >"$directory/man${page##*.}/$page"
done <"$directory/manual-pages"
