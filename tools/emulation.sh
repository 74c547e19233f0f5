#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Let this machine's kernel run programs of other architectures by qemu-user-static, until the next boot.
#
# usage: tools/emulation.sh
#
# systemd does the same when a machine with binfmt-support boots. This is for machines without systemd.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

directory=/proc/sys/fs/binfmt_misc
have update-binfmts || PATH=$PATH:/usr/sbin:/sbin
have update-binfmts || die "binfmt-support is not installed"
if [ ! -e "$directory/register" ]; then
    as_root mount -t binfmt_misc none "$directory" || die "this kernel has no binfmt_misc"
fi
as_root update-binfmts --import >/dev/null
as_root update-binfmts --enable >/dev/null
grep -q '^enabled' "$directory/qemu-aarch64" || die "qemu-aarch64 could not be registered"
