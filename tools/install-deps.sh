#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Install missing packages by apt. Nothing is upgraded, and apt does not run if nothing is missing.
#
# usage: tools/install-deps.sh [bootstrap] [build] [engine] [test] [podman] [docs] [deb] [ci] [style]     (no argument: build engine)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

packages_of()
{
    case $1 in
    build)
        echo gcc libc6-dev meson ninja-build pkg-config libarchive-dev libglib2.0-dev libjson-glib-dev libyaml-dev \
            libnghttp2-dev libprotobuf-c-dev protobuf-c-compiler
        ;;
    # For the archives of images, without an engine. Ubuntu, too, needs the keyring to check Debian's signatures.
    bootstrap) echo ca-certificates debian-archive-keyring mmdebstrap ;;
    engine) echo curl iproute2 iptables python3 util-linux "$(packages_of bootstrap)" ;;
    test)
        echo libsoup-3.0-dev python3-bloom python3-catkin-pkg python3-rosdep2 python3-yaml \
            busybox-static groff-base lintian dpkg-dev debhelper apt-utils shellcheck glib-networking gnupg openssh-client openssl \
            g++ python3-gi zsh fish tmux "$(packages_of docs)" \
            valgrind "$(if is_debian; then echo chromium-headless-shell; fi)"
        ;;
    docs) echo gobject-introspection libgirepository1.0-dev gi-docgen ;;
    # What debian/control wants for building.
    deb) echo debhelper dpkg-dev "$(packages_of build)" "$(packages_of docs)" ;;
    # netavark is not in older releases, where podman's own dependencies make its networks.
    podman) echo podman catatonit uidmap "$(if is_available netavark; then echo netavark aardvark-dns; fi)" ;;
    # Only for CI: these start an ssh server and let the kernel run programs of other architectures.
    ci) echo openssh-server binfmt-support qemu-user-static ;;
    style) echo clang clang-format clang-tidy mypy python3-typeshed pyflakes3 shellcheck ;;
    *) die "unknown group $1: bootstrap, build, engine, test, podman, docs, deb, ci or style" ;;
    esac
}

is_installed()
{
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

# Ubuntu has Chromium as a snap only.
is_debian()
{
    grep -qx 'ID=debian' /etc/os-release
}

is_available()
{
    apt-cache show --no-all-versions "$1" >/dev/null 2>&1
}

# Look for the commands, not the packages: Debian's package would remove an engine that was installed from elsewhere. In
# Debian 13 the client is a package of its own.
missing_engine_packages()
{
    have dockerd || [ -x /usr/sbin/dockerd ] || echo docker.io
    if ! have docker; then
        if is_available docker-cli; then echo docker-cli; else echo docker.io; fi
    fi
    if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null || true)" = Y ] && ! have apparmor_parser; then
        echo apparmor
    fi
}

missing_packages()
{
    local group package
    for group in "$@"; do
        for package in $(packages_of "$group"); do
            is_installed "$package" || echo "$package"
        done
    done
}

have apt-get || die "only Debian 12 and Ubuntu 24.04 or later are supported here; see docs/dependencies.md for the list"
[ $# -gt 0 ] || set -- build engine
missing=$(missing_packages "$@")
case " $* " in
*" engine "*)
    # Without package lists, apt finds no package.
    if ! have docker && ! is_available docker.io; then
        as_root apt-get update -q
    fi
    missing="$missing $(missing_engine_packages)"
    ;;
esac
# shellcheck disable=SC2086 # one word per package is wanted
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
if [ -z "${missing// /}" ]; then
    exit 0
fi

heading "Installing by apt: $missing"
as_root apt-get update -q
# shellcheck disable=SC2086
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
