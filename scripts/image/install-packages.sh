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
unpack_essential() {
    set --
    for path in $MMDEBSTRAP_ESSENTIAL; do set -- "$@" "$root$path"; done
    "$dpkg" --unpack "$@"
}

# ---- programs of this machine's architecture
#
# Scripts of packages start thousands of small programs: the shell, sed, debconf, Python's compiler. The same programs of the
# same source version for this machine's architecture do the same without an emulator. They stand in the place of the root's
# while packages are installed. If the mirrors do not have exactly these, or they do not run in the root, all is emulated.

native=/tmp/colcon-deb-native
python='' links=''

is_foreign() {
    [ "$(dpkg --print-architecture)" != "$(head -n 1 "$root/var/lib/dpkg/arch")" ]
}

# Programs that know no architecture: uname and arch would name the wrong one.
list_programs() {
    # shellcheck disable=SC2046 # one name a line
    dpkg-query --admindir="$root/var/lib/dpkg" --listfiles $(echo "$fitting" | grep -v -e '^dpkg$' -e '^perl' -e '^python') |
        grep -E '^(/usr)?/bin/[^/]+$' | grep -Ev '/(arch|uname)$'
    ! is_fitting dpkg || echo /usr/bin/update-alternatives
}

# "NAME VERSION" of their packages; the last is Python's, if it will be installed. The versions are those of the sources.
list_packages() {
    {
        # shellcheck disable=SC2016 # dpkg-query expands it
        dpkg-query --admindir="$root/var/lib/dpkg" --show --showformat='${Package} ${Version}\n' \
            coreutils dash dpkg findutils grep mawk perl-base sed
        run_apt --simulate --fix-broken install "$@" |
            sed -n 's/^Inst \(python3[.][0-9]*-minimal\) (\([^ ]*\) .*/\1 \2/p' | head -n 1
    } | source_versions
}

# A rebuild for one architecture adds to the version of the package.
source_versions() {
    sed 's/+b[0-9]*$//'
}

is_fitting() {
    echo "$fitting" | grep -qx "$1"
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

# Sets $fitting: the packages that have the same version here and there.
unpack_native() {
    mkdir -p "$root$native/state/lists/partial" "$root$native/cache/archives/partial" "$root$native/root" || return 1
    : >"$root$native/state/status" || return 1
    write_native_configuration >"$root$native/apt.conf" || return 1
    list_packages "$@" >"$root$native/wanted" || return 1
    # shellcheck disable=SC2046 # words without spaces
    APT_CONFIG=$root$native/apt.conf apt-get --error-on=any update &&
        APT_CONFIG=$root$native/apt.conf apt-get --yes --download-only install $(cut -d ' ' -f 1 "$root$native/wanted") ||
        return 1
    for deb in "$root$native"/cache/archives/*.deb; do
        # shellcheck disable=SC2016 # dpkg-deb expands it
        dpkg-deb --show --showformat='${Package} ${Version}\n' "$deb" | source_versions >>"$root$native/found" ||
            return 1
        dpkg-deb --extract "$deb" "$root$native/root" || return 1
    done
    fitting=$(grep -Fxf "$root$native/wanted" "$root$native/found" | cut -d ' ' -f 1)
    python=$(echo "$fitting" | sed -n 's/^\(python3.*\)-minimal$/\1/p')
    echo "I: programs of this machine stand in for: $(echo "$fitting" | tr '\n' ' ')"
    [ -n "$fitting" ]
}

# Where the programs look for them. The root has no such directories.
add_libraries() {
    link=$(find "$root$native/root" -type l -name 'ld-linux*.so.*' | head -n 1)
    directory=/usr/lib/$(basename "$(dirname "$(find "$root$native/root" -type f -name 'ld-linux*.so.*' | head -n 1)")")
    loader=${link#"$root$native/root"}
    loader=${loader#/usr}
    if [ -z "$link" ] || [ -e "$root$directory" ] || [ -e "$root$loader" ]; then return 1; fi
    links="$loader $directory"
    mkdir -p "$root$directory" "$root${loader%/*}" || return 1
    for path in "$root$native/root${directory#/usr}" "$root$native/root$directory"; do
        [ ! -d "$path" ] || cp -a "$path/." "$root$directory" || return 1
    done
    ln -s "$directory/${loader##*/}" "$root$loader"
}

# replace PROGRAM: by the file that comes from standard input.
replace() {
    mkdir -p "$root$native/saved${1%/*}" || return 1
    mv "$root$1" "$root$native/saved$1" || return 1
    cat >"$root$1" || return 1
    chmod 755 "$root$1"
}

replace_programs() {
    list_programs >"$root$native/programs" || return 1
    while read -r program; do
        if [ -f "$root$native/root$program" ] && [ ! -L "$root$program" ]; then
            replace "$program" <"$root$native/root$program" || return 1
        fi
    done <"$root$native/programs"
    is_fitting perl-base || return 0
    # Modules of other packages are of the root's architecture. These scripts use none.
    replace /usr/bin/perl <<END
#!/bin/sh
case " \$* " in
*' /usr/share/debconf/frontend '* | *'/deb-systemd-helper '* | *'/update-rc.d '*) exec $native/root/usr/bin/perl "\$@" ;;
esac
exec $native/saved/usr/bin/perl "\$@"
END
}

# Before dpkg unpacks the root's own.
divert_python() {
    [ -n "$python" ] || return 0
    dpkg-divert --root="$root" --local --no-rename --divert "/usr/bin/$python.emulated" --add "/usr/bin/$python"
    cp "$root$native/root/usr/bin/$python" "$root/usr/bin/$python.native"
    # py3compile asks for the format of the bytecode, which is the same on all architectures.
    cat >"$root/usr/bin/$python" <<END
#!/bin/sh
case " \$* " in
*py_compile* | */py3compile* | \
    *'print(importlib.util.MAGIC_NUMBER)'* | *'print(sys.implementation.cache_tag)'* | *'print(imp.get_magic())'* | *'print(imp.get_tag())'*)
    exec /usr/bin/$python.native "\$@"
    ;;
esac
exec /usr/bin/$python.emulated "\$@"
END
    chmod 755 "$root/usr/bin/$python"
}

# The condition switches "set -e" off in the functions, so each step of theirs that may fail says "|| return 1".
use_native_programs() {
    is_foreign || return 0
    if unpack_native "$@" && add_libraries && replace_programs &&
        chroot "$root" /bin/sh -c "cat </dev/null"; then
        divert_python
    else
        restore_programs
        echo "W: there are no programs of the same versions for this machine: scripts of packages are emulated"
    fi
}

restore_programs() {
    if [ -e "$root$native/saved" ]; then
        (cd "$root$native/saved" && find . -type f) | while read -r program; do
            mv "$root$native/saved/$program" "$root/$program"
        done
    fi
    for path in $links; do rm -rf "${root:?}$path"; done
    # /lib64, unless that is a directory of the root's.
    [ -z "$links" ] || rmdir "$root${loader%/*}" 2>/dev/null || true
    links=''
}

restore_python() {
    [ -e "$root/usr/bin/$python.native" ] || return 0
    rm "$root/usr/bin/$python" "$root/usr/bin/$python.native"
    dpkg-divert --root="$root" --local --rename --remove "/usr/bin/$python"
}

# ---- all together

# An index of the manual pages would be made now, by an emulated program, and again whenever a build installs packages.
leave_manual_pages_unindexed() {
    [ ! -e "$root/usr/bin/debconf-set-selections" ] ||
        echo "man-db man-db/auto-update boolean false" | chroot "$root" debconf-set-selections
}

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
unpack_essential
# In Debian 12, usrmerge moves /bin, and asks the root's ldd about the programs there: nothing stands in for them before.
[ -L "$root/bin" ] || run_apt --fix-broken install
use_native_programs "$@"
run_apt --fix-broken install
leave_manual_pages_unindexed
run_apt install "$@"
"$dpkg" --triggers-only --pending
restore_programs
restore_python
check_state
rm -rf "$configuration" "$dpkg" "${root:?}$native"
