# SPDX-License-Identifier: Apache-2.0
"""Copies a file or a directory tree into or out of a container."""
import os
import sys
import tarfile
import tempfile

import docker


def copy_in(client, path, container, directory):
    with tempfile.TemporaryFile() as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(path, os.path.basename(os.path.abspath(path)))
        file.seek(0)
        client.containers.get(container).put_archive(directory, file)


def copy_out(client, container, path, directory):
    chunks, _ = client.containers.get(container).get_archive(path)
    with tempfile.TemporaryFile() as file:
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            archive.extractall(directory, filter="data")


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in ("in", "out"):
        sys.exit("usage: copy-files.py in PATH CONTAINER DIRECTORY\n"
                 "       copy-files.py out CONTAINER PATH DIRECTORY")
    try:
        (copy_in if sys.argv[1] == "in" else copy_out)(docker.from_env(), *sys.argv[2:])
    except (docker.errors.DockerException, OSError, tarfile.TarError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
