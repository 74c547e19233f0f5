# SPDX-License-Identifier: Apache-2.0
"""Builds an image from a Dockerfile that is no file. docker-py has only the classic builder, which knows no secrets: this
program builds without one.
"""
import io
import sys

import docker

DOCKERFILE = b"""\
ARG BASE
FROM $BASE
RUN echo none | tee /fingerprint
"""


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: build-in-memory.py BASE NAME")
    try:
        image, output = docker.from_env().images.build(
            fileobj=io.BytesIO(DOCKERFILE), buildargs={"BASE": sys.argv[1]}, tag=sys.argv[2], rm=True)
    except docker.errors.BuildError as error:
        sys.exit("".join(entry.get("stream", "") for entry in error.build_log) + str(error))
    except docker.errors.DockerException as error:
        sys.exit(str(error))
    for entry in output:
        print(entry.get("stream", ""), end="", file=sys.stderr)
    print(image.id)


if __name__ == "__main__":
    main()
