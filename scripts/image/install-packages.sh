#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install packages in a root directory from outside: apt and dpkg are those of this machine, and only the packages' own
# scripts run in the root, so that a root of another architecture is emulated as little as possible.
#
# Usage: install-packages.sh ROOT PACKAGE..., as an extract hook of mmdebstrap, which has downloaded and unpacked the
# essential packages ($MMDEBSTRAP_ESSENTIAL), mounted /proc, and kept services from starting.
set -eu
exec >&2

root=$1
shift
configuration=$root/tmp/colcon-deb-apt.conf
dpkg=$root/tmp/colcon-deb-dpkg

# This machine's dpkg takes a package for all architectures for one of this machine's, not of the root's. It then finds no
# dependency between such a package and one of the root's architecture. With --force-depends it goes on, but it would
# configure packages in a wrong order. apt knows the order, so dpkg is given one package at a time.
#
# This machine's settings of dpkg may leave out documentation. Nothing needs to be synchronized with the disk, because an
# interrupted root is not kept.
write_dpkg() {
    cat <<'END'
#!/bin/sh
root=${0%/tmp/*}
dpkg() {
    command dpkg --root="$root" --log="$root/var/log/dpkg.log" --path-include='/*' --force-unsafe-io --force-depends "$@"
}
# apt: OPTION... --configure PACKAGE..., with "--status-fd NUMBER" as the only option that has an argument.
case " $* " in
*" --configure "*) ;;
*) dpkg "$@"; exit ;;
esac
options=
while [ "$1" != --configure ]; do
    options="$options $1"
    shift
done
shift
for package; do
    # shellcheck disable=SC2086 # words without spaces
    dpkg $options --configure "$package" || exit
done
END
}

# apt's configuration in the root names programs of the root, which this machine's apt would start here. So only
# mmdebstrap's own files count.
write_configuration() {
    cat "$MMDEBSTRAP_APT_CONFIG" "$root"/etc/apt/apt.conf.d/*mmdebstrap
    cat <<END
Dir::Etc::parts "/dev/null";
Dir::Bin::dpkg "$dpkg";
Dpkg::Use-Pty "false";
# Name the packages to be configured, in order, instead of "--configure --pending".
PackageManager::Configure "all";
DPkg::ConfigurePending "false";
END
}

run_apt() {
    APT_CONFIG=$configuration apt-get --yes "$@"
}

# apt would not unpack base-passwd early enough. The paths are separated by spaces and begin at the root.
install_essential() {
    set --
    for path in $MMDEBSTRAP_ESSENTIAL; do set -- "$@" "$root$path"; done
    "$dpkg" --unpack "$@"
    run_apt --fix-broken install
}

# ---- bytecode
#
# Packages with Python modules compile them when they are installed: emulated, that would be half of the time. The Python of
# the same version for this machine's architecture writes the same bytecode. If the mirrors do not have exactly that one,
# or it does not run in the root, the emulated one does everything.

native=/tmp/colcon-deb-native

# Sets $python, such as python3.13, and its $version; fails if the architectures are the same, or no package needs Python.
find_python() {
    [ "$(dpkg --print-architecture)" != "$(head -n 1 "$root/var/lib/dpkg/arch")" ] || return 1
    found=$(run_apt --simulate install "$@" | sed -n 's/^Inst \(python3[.][0-9]*\)-minimal (\([^ ]*\) .*/\1 \2/p' | head -n 1)
    python=${found% *}
    version=${found#* }
    [ -n "$found" ]
}

# With another state and cache than the root's, whose architecture is another one.
write_native_configuration() {
    cat "$configuration"
    cat <<END
Apt::Architecture "$(dpkg --print-architecture)";
Apt::Architectures "$(dpkg --print-architecture)";
Dir::State "$root$native/state";
Dir::State::status "$root$native/state/status";
Dir::Cache "$root$native/cache";
END
}

unpack_native_python() {
    mkdir -p "$root$native/state/lists/partial" "$root$native/cache/archives/partial" "$root$native/root"
    : >"$root$native/state/status"
    write_native_configuration >"$root$native/apt.conf"
    APT_CONFIG=$root$native/apt.conf apt-get --error-on=any update &&
        APT_CONFIG=$root$native/apt.conf apt-get --yes --download-only install "$python-minimal=$version" || return 1
    for deb in "$root$native"/cache/archives/*.deb; do dpkg-deb --extract "$deb" "$root$native/root" || return 1; done
}

# Sets $command: how the native Python is started in the root.
find_native_command() {
    loader=$(find "$root$native/root" -type f -name 'ld-linux*.so.*' | head -n 1)
    directory=${loader%/*}
    command="${loader#"$root"} --library-path $native/root/lib/${directory##*/}:$native/root/usr/lib/${directory##*/}"
    command="$command --argv0 /usr/bin/$python $native/root/usr/bin/$python"
    # shellcheck disable=SC2086 # words without spaces
    [ -n "$loader" ] && PYTHONHOME=$native/root/usr chroot "$root" $command -S -c pass
}

divert_python() {
    dpkg-divert --root="$root" --local --no-rename --divert "/usr/bin/$python.emulated" --add "/usr/bin/$python"
    cat >"$root/usr/bin/$python" <<END
#!/bin/sh
case " \$* " in
*py_compile* | */py3compile*) exec $command "\$@" ;;
esac
exec /usr/bin/$python.emulated "\$@"
END
    chmod +x "$root/usr/bin/$python"
}

compile_natively() {
    diverted=
    find_python "$@" || return 0
    if unpack_native_python && find_native_command; then
        divert_python
        diverted=yes
    else
        echo "W: there is no $python $version for this machine: Python modules are compiled under emulation, which takes minutes"
    fi
}

restore_python() {
    [ -n "$diverted" ] || return 0
    rm "$root/usr/bin/$python"
    dpkg-divert --root="$root" --local --rename --remove "/usr/bin/$python"
}

# ---- all together

# With --force-depends, dpkg could end well with a package unconfigured.
check_state() {
    # shellcheck disable=SC2016 # dpkg-query expands it
    broken=$(dpkg-query --admindir="$root/var/lib/dpkg" --show --showformat='${db:Status-Abbrev} ${binary:Package}\n' |
        grep -v '^ii ' || true)
    [ -z "$broken" ] || {
        printf 'E: these packages are not completely installed:\n%s\n' "$broken"
        exit 1
    }
}

write_dpkg >"$dpkg"
chmod +x "$dpkg"
write_configuration >"$configuration"
install_essential
compile_natively "$@"
run_apt install "$@"
"$dpkg" --triggers-only --pending
restore_python
check_state
rm -rf "$configuration" "$dpkg" "${root:?}$native"
