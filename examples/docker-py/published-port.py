# SPDX-License-Identifier: Apache-2.0
"""Starts a web server in a container, publishes its port on a free port of this machine, asks it for a page and removes
the container.
"""
import sys
import time
import urllib.request

import docker

MAX_TRIES = 50


def use(container, port):
    for _ in range(MAX_TRIES):
        container.reload()
        if container.status != "running":
            sys.exit(f"the server has ended with code {container.attrs['State']['ExitCode']}")
        published = container.ports[port][0]["HostPort"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{published}/") as answer:
                print(answer.status, answer.reason)
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: published-port.py IMAGE PORT COMMAND…")
    port = sys.argv[2] + "/tcp"
    try:
        client = docker.from_env()
        container = client.containers.run(
            sys.argv[1], sys.argv[3:], ports={port: ("127.0.0.1", None)}, detach=True)
        try:
            use(container, port)
        finally:
            container.remove(force=True)
    except docker.errors.DockerException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
