#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts a web server in a container, publishes its port on a free port of this machine, asks it for a page and removes
the container:

    published-port.py python:3 8000 python3 -m http.server 8000
"""
import sys
import time
import urllib.request

import gi

gi.require_version("Cdd", "0")
from gi.repository import Cdd, GLib  # noqa: E402

MAX_TRIES = 50


def use(service, container):
    service.start_container_sync(container, None)
    for _ in range(MAX_TRIES):
        info = service.inspect_container_sync(container, None)
        if not info.running:
            sys.exit(f"the server has ended with code {info.exit_code}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{info.ports[0].host_port}/") as answer:
                print(answer.status, answer.reason)
                return
        except OSError:
            # The port is open before the server listens.
            time.sleep(0.2)
    sys.exit("the server does not answer")


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: published-port.py IMAGE PORT COMMAND…")
    spec = Cdd.ContainerSpec.new(sys.argv[1], sys.argv[3:])
    try:
        spec.add_port(Cdd.PortBinding.parse("127.0.0.1::" + sys.argv[2]))
        service = Cdd.Service.new(None)
        container = service.create_container_sync(spec, None)
        try:
            use(service, container)
        finally:
            service.remove_container_sync(container, Cdd.RemoveFlags.FORCE, None)
    except GLib.Error as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
