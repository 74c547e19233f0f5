#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a container, hands its output through and ends with its exit code:

    run-container.py debian:bookworm sh -c 'echo hello; exit 7'
"""
import sys

import gi

gi.require_version("Cdd", "0")
from gi.repository import Cdd, GLib  # noqa: E402


def on_output(stream, data, *_user_data):
    file = sys.stdout if stream == Cdd.OutputStream.STDOUT else sys.stderr
    file.buffer.write(data)
    file.flush()


def on_done(service, result, run):
    try:
        run["exit_code"] = service.run_container_finish(result).exit_code
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        run["exit_code"] = 125
    run["loop"].quit()


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: run-container.py IMAGE COMMAND…")
    spec = Cdd.ContainerSpec.new(sys.argv[1], sys.argv[2:])
    spec.network_mode = Cdd.NetworkMode.HOST
    run = {"loop": GLib.MainLoop()}
    try:
        service = Cdd.Service.new(None)
    except GLib.Error as error:
        sys.exit(error.message)
    service.run_container_async(spec, Cdd.OutputHandler.new(on_output), None, on_done, run)
    run["loop"].run()
    return run["exit_code"]


if __name__ == "__main__":
    sys.exit(main())
