# SPDX-License-Identifier: Apache-2.0
"""Prints the last ten lines of a container's log and what follows, until the container ends."""
import sys

import docker


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: follow-logs.py CONTAINER")
    try:
        container = docker.from_env().containers.get(sys.argv[1])
        for data in container.logs(stream=True, follow=True, tail=10):
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
    except docker.errors.DockerException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
