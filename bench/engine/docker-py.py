#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is measured, by way of docker-py (Debian's python3-docker). The driver is engine.py."""
import os
import sys
import tarfile
import tempfile

import docker


def run(client, image, *command):
    """As its users must to lose nothing: attach before the start. containers.run() reads a log, which `none` lacks."""
    container = client.api.create_container(
        image, list(command),
        host_config=client.api.create_host_config(network_mode="host", log_config={"type": "none"}))["Id"]
    try:
        output = client.api.attach(container, stream=True, demux=True)
        client.api.start(container)
        for stdout, stderr in output:
            if stdout:
                sys.stdout.buffer.write(stdout)
            if stderr:
                sys.stderr.buffer.write(stderr)
        return client.api.wait(container)["StatusCode"]
    finally:
        client.api.remove_container(container, force=True)


def exec_(client, container, *command):
    code, output = client.containers.get(container).exec_run(list(command))
    sys.stdout.buffer.write(output)
    return code


def put(client, path, container, directory):
    with tempfile.TemporaryFile() as archive:
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.add(path, os.path.basename(path))
        archive.seek(0)
        return 0 if client.api.put_archive(container, directory, archive) else 1


class Stream:
    """A file of pieces, for tarfile."""

    def __init__(self, pieces):
        self.pieces, self.left = pieces, b""

    def read(self, size):
        while len(self.left) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.left += piece
        data, self.left = self.left[:size], self.left[size:]
        return data


def get(client, container, path, directory):
    pieces, _stat = client.api.get_archive(container, path)
    with tarfile.open(fileobj=Stream(pieces), mode="r|") as tar:
        tar.extractall(directory)
    return 0


def one_connection(client, container, count):
    for _i in range(int(count)):
        client.api.inspect_container(container)
    return 0


def many_connections(_client, container, count):
    for _i in range(int(count)):
        client = docker.from_env()
        client.api.inspect_container(container)
        client.close()
    return 0


MEASURES = {"run": run, "exec": exec_, "put": put, "get": get,
            "one-connection": one_connection, "many-connections": many_connections}

if __name__ == "__main__":
    sys.exit(MEASURES[sys.argv[1]](docker.from_env(), *sys.argv[2:]))
