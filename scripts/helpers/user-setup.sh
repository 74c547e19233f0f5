#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make the user that the build runs as, so that its files belong to the caller. With arguments, run them as that user.
# It may run any number of times. It uses no other file: the C library returns this text as its generated setup script.
#
#   HOST_UID HOST_GID   numeric identity of the caller; for 0, no user is made
#   HOST_USER           name of a new user [builder]
#   NO_NEW_PRIVILEGES   1: sudo cannot work in this container, so write no sudoers file
set -eu

uid=${HOST_UID:-0}
gid=${HOST_GID:-$uid}
wanted=${HOST_USER:-builder}

fail() {
    echo "user-setup: $1" >&2
    exit 1
}

case $uid in '' | *[!0-9]*) fail "HOST_UID is not a number: $uid" ;; esac
case $gid in '' | *[!0-9]*) fail "HOST_GID is not a number: $gid" ;; esac
case $wanted in '' | [!a-z_]* | *[!a-z0-9_-]*) fail "HOST_USER is not a usable user name: $wanted" ;; esac

# lookup FILE FIELD VALUE WANTED: print field WANTED of the first line whose FIELD is VALUE.
# An image may have no getent, and only local accounts count in a container.
lookup() {
    awk -F: -v field="$2" -v value="$3" -v wanted="$4" '$field == value { print $wanted; exit }' "$1"
}

ensure_group() {
    [ -z "$(lookup /etc/group 3 "$gid" 1)" ] || return 0
    group=$wanted
    [ -z "$(lookup /etc/group 1 "$group" 1)" ] || group=$wanted-$gid
    if command -v groupadd >/dev/null 2>&1; then
        groupadd -g "$gid" "$group"
    else
        echo "$group:x:$gid:" >>/etc/group
    fi
}

# Sets $user and $home. An existing user with that uid is used as it is, whatever its name.
ensure_user() {
    user=$(lookup /etc/passwd 3 "$uid" 1)
    if [ -z "$user" ]; then
        user=$wanted
        [ -z "$(lookup /etc/passwd 1 "$user" 1)" ] || user=$wanted-$uid
        shell=/bin/sh
        [ ! -x /bin/bash ] || shell=/bin/bash
        if command -v useradd >/dev/null 2>&1; then
            # Without -l, a large uid makes lastlog a file of many gigabytes.
            useradd -l -M -u "$uid" -g "$gid" -d "/home/$user" -s "$shell" "$user" 2>/dev/null ||
                fail "useradd could not create $user with uid $uid and gid $gid"
        else
            echo "$user:x:$uid:$gid::/home/$user:$shell" >>/etc/passwd
        fi
    fi
    home=$(lookup /etc/passwd 3 "$uid" 6)
    if [ ! -d "$home" ]; then
        mkdir -p "$home"
        chown "$uid:$gid" "$home"
    fi
}

# For overrides, which may call sudo for apt and rosdep. colcon-deb itself does not.
ensure_sudoers() {
    [ -d /etc/sudoers.d ] || return 0
    # sudo skips files whose name has a dot or ends with a tilde.
    file=/etc/sudoers.d/$(echo "$user" | tr -c 'A-Za-z0-9_\n-' '_')
    if [ "${NO_NEW_PRIVILEGES:-0}" = 1 ]; then
        rm -f "$file"
        return 0
    fi
    rosdep=$(command -v agirosdep || command -v rosdep || echo /usr/bin/agirosdep)
    rule="$user ALL=(ALL) NOPASSWD: /usr/bin/apt, /usr/bin/apt-get, $rosdep"
    if [ -f "$file" ] && [ "$(cat "$file")" = "$rule" ]; then
        return 0
    fi
    umask 0337
    echo "$rule" >"$file.new~"
    mv "$file.new~" "$file"
    umask 022
}

if [ "$uid" -eq 0 ]; then
    user=root
    home=/root
else
    ensure_group
    ensure_user
    ensure_sudoers
fi

[ $# -gt 0 ] || exit 0
HOME=$home USER=$user LOGNAME=$user
export HOME USER LOGNAME
if [ "$uid" -eq 0 ] && [ "$gid" -eq 0 ]; then
    exec "$@"
fi
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups -- "$@"
