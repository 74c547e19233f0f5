# SPDX-License-Identifier: Apache-2.0
"""A filter that runs in a container: standard input goes in, standard output comes out."""
import shutil
import socket
import sys
import threading

import docker
from docker.utils.socket import demux_adaptor, frames_iter


def feed(stream):
    try:
        with stream.makefile("wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        stream.shutdown(socket.SHUT_WR)
    except BrokenPipeError:
        pass


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: pipe-through.py IMAGE COMMAND…")
    try:
        client = docker.from_env()
        container = client.containers.create(
            sys.argv[1], sys.argv[2:], network_mode="none", stdin_open=True)
        try:
            params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            stream = container.attach_socket(params=params)
            container.start()
            threading.Thread(target=feed, args=(stream._sock,), daemon=True).start()
            trouble = b""
            for frame in frames_iter(stream, tty=False):
                out, err = demux_adaptor(*frame)
                sys.stdout.buffer.write(out or b"")
                trouble += err or b""
            code = container.wait()["StatusCode"]
            if code != 0:
                sys.exit(f"the container ended with exit code {code}: {trouble.decode(errors='replace')}")
        finally:
            container.remove(force=True)
    except docker.errors.DockerException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
