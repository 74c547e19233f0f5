#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Print one event of the progress protocol (docs/protocol.md):
#
#     progress-reporter.sh progress type=stage value=check
#     progress-reporter.sh log level=error msg='the image lacks python3'
#
# For shell scripts, which also report from an image without Python; colcon_deb/base/protocol.py is the emitter for
# Python. Arguments are key=value in the order of the line. The caller encodes nothing.
set -eu

# Percent-encode standard input. It ends with an X, which protects a final newline and is removed.
encode() {
    LC_ALL=C awk '
        BEGIN { for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("%%%02X", i)
                code[sprintf("%c", 127)] = "%7F"; code["%"] = "%25"; code[","] = "%2C" }
        { line = NR > 1 ? line "%0A" : ""
          for (i = 1; i <= length($0); i++) { c = substr($0, i, 1); line = line ((c in code) ? code[c] : c) } }
        END { printf "%s", substr(line, 1, length(line) - 1) }'
}

case ${1-} in
progress | log) line=::$1:: ;;
*)
    echo "usage: progress-reporter.sh progress|log key=value..." >&2
    exit 2
    ;;
esac
shift
separator=
for pair in "$@"; do
    case $pair in
    [a-z]*=*) ;;
    *)
        echo "progress-reporter.sh: not key=value: $pair" >&2
        exit 2
        ;;
    esac
    line=$line$separator${pair%%=*}=$(printf '%sX' "${pair#*=}" | encode)
    separator=,
done
printf '%s\n' "$line"
