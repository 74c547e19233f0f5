# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a container, keeps its two streams apart and ends with its exit code."""
import sys

import docker


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: run-container.py IMAGE COMMAND…")
    try:
        client = docker.from_env()
        container = client.containers.create(sys.argv[1], sys.argv[2:], network_mode="host")
        try:
            streams = container.attach(stream=True, demux=True)
            container.start()
            for out, err in streams:
                sys.stdout.buffer.write(out or b"")
                sys.stderr.buffer.write(err or b"")
            return container.wait()["StatusCode"]
        finally:
            container.remove(force=True)
    except docker.errors.DockerException as error:
        print(error, file=sys.stderr)
        return 125


if __name__ == "__main__":
    sys.exit(main())
