#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a container, keeps its two streams apart and ends with its exit code:

    run-container.py debian:bookworm sh -c 'echo hello; echo trouble >&2; exit 7'
"""
import sys

import gi

gi.require_version("Cdd", "0")
from gi.repository import Cdd, GLib  # noqa: E402


def on_output(stream, data, *_user_data):
    file = sys.stdout if stream == Cdd.OutputStream.STDOUT else sys.stderr
    file.buffer.write(data)
    file.flush()


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: run-container.py IMAGE COMMAND…")
    spec = Cdd.ContainerSpec.new(sys.argv[1], sys.argv[2:])
    spec.network_mode = Cdd.NetworkMode.HOST
    try:
        service = Cdd.Service.new(None)
        return service.run_container_sync(spec, Cdd.OutputHandler.new(on_output), None).exit_code
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 125


if __name__ == "__main__":
    sys.exit(main())
