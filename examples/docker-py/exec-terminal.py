# SPDX-License-Identifier: Apache-2.0
"""Runs a command on a terminal in a running container, and tells it when the window is resized."""
import os
import selectors
import signal
import sys
import termios
import tty

import docker


def talk(api, command, stream):
    def resize(*_):
        size = os.get_terminal_size()
        api.exec_resize(command, size.lines, size.columns)

    before = termios.tcgetattr(0) if os.isatty(0) else None
    signal.signal(signal.SIGWINCH, resize)
    try:
        if before:
            tty.setraw(0)
            resize()
        with selectors.DefaultSelector() as selector:
            selector.register(0, selectors.EVENT_READ)
            selector.register(stream, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    data = os.read(key.fd, 65536)
                    if key.fd != 0 and not data:
                        return
                    if key.fd != 0:
                        os.write(1, data)
                    elif data:
                        stream.sendall(data)
                    else:
                        selector.unregister(0)
    finally:
        if before:
            termios.tcsetattr(0, termios.TCSANOW, before)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: exec-terminal.py CONTAINER COMMAND…")
    try:
        api = docker.from_env().api
        command = api.exec_create(sys.argv[1], sys.argv[2:], stdin=True, tty=True)["Id"]
        talk(api, command, api.exec_start(command, tty=True, socket=True)._sock)
        return api.exec_inspect(command)["ExitCode"]
    except docker.errors.DockerException as error:
        print(error, file=sys.stderr)
        return 125


if __name__ == "__main__":
    sys.exit(main())
