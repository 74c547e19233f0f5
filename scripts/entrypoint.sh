#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# First process of a build container, as root. Usage: entrypoint.sh [build|list|check|shell] [SECONDS]
#
# With SECONDS this is a standby (docs/warm.md): it gets ready, and waits so long for the host to begin the build.
#
# This part must work in an image without Python: it checks that the image has everything for a build, and makes the
# build user. Then build-supervisor.py takes over as process 1.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
helpers=/helpers
[ -f "$helpers/build-supervisor.py" ] || helpers=$here/helpers
mode=${1:-build}
standby=${2:-}
started=$(date +%s)

event() {
    sh "$helpers/progress-reporter.sh" "$@"
}

# finish CODE: emit the last event of the run, and exit.
finish() {
    success=false
    [ "$1" -ne 0 ] || success=true
    event progress type=build_complete success=$success built=0 failed=0 skipped=0 "ms=$(milliseconds)"
    exit "$1"
}

milliseconds() {
    echo $((($(date +%s) - started) * 1000))
}

stopped() {
    event log level=warning msg="Stopped."
    finish 130
}
trap stopped TERM INT

hello() {
    os=unknown codename=unknown
    if [ -r /etc/os-release ]; then
        # shellcheck source=/dev/null
        os=$(. /etc/os-release && echo "${ID:-unknown}")
        # shellcheck source=/dev/null
        codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-${VERSION_ID:-unknown}}")
    fi
    arch=$(dpkg --print-architecture 2>/dev/null || uname -m)
    event progress type=hello proto=1 "mode=$mode" "distro=${ROS_DISTRO:-}" "arch=$arch" "os=$os" "codename=$codename"
}

# In an accelerated image, put the emulated programs back.
stop_acceleration() {
    restore=/usr/lib/colcon-deb/accelerator/restore.sh
    [ "${ACCELERATE:-1}" = 0 ] && [ -f "$restore" ] || return 0
    sh "$restore" && return 0
    event log level=error msg="The emulated programs of the accelerated image could not be put back in their places."
    finish 1
}

check() {
    event progress type=stage value=check
    lacking=$(sh "$helpers/check-requirements.sh")
    if [ -n "$lacking" ]; then
        names=$(echo "$lacking" | awk -F'\t' '{ printf "%s%s", (NR > 1 ? ", " : ""), $2 }')
        packages=$(echo "$lacking" | awk -F'\t' '!seen[$3]++ { printf " %s", $3 }')
        event log level=error msg="The image cannot build ROS packages: it lacks $names. \
Add to the image: apt-get install$packages. Or use an image that has them (docs/packaging.md)."
        check_complete false
        finish 1
    fi
    # Also become that user: that fails in a container without the capability.
    if ! complaint=$(sh "$helpers/user-setup.sh" true 2>&1); then
        event log level=error msg="Making the build user in the container, and becoming it, failed: $complaint. \
The container needs the capabilities CHOWN, DAC_OVERRIDE, FOWNER, SETGID and SETUID."
        check_complete false
        finish 1
    fi
    check_complete true
}

check_complete() {
    event progress type=stage_complete value=check "success=$1" "ms=$(milliseconds)"
}

prepare() {
    stop_acceleration
    hello
    check
}

case $mode in
build | list | check | shell) ;;
*)
    event log level=error msg="entrypoint.sh: unknown command '$mode'; it knows build, list, check and shell."
    finish 1
    ;;
esac
if [ -n "$standby" ]; then
    # No host reads yet: what it is to read first goes along.
    said=$(prepare 2>&1) || exit 1
    exec python3 -B "$helpers/build-supervisor.py" "$mode" "$standby" "$said"
fi
prepare
if [ "$mode" = check ]; then
    event progress type=stage value=overrides
    if python3 -B "$helpers/overrides-checker.py"; then success=true; else success=false; fi
    event progress type=stage_complete value=overrides success=$success "ms=$(milliseconds)"
    [ $success = true ] || finish 1
    finish 0
fi
exec python3 -B "$helpers/build-supervisor.py" "$mode"
