# SPDX-License-Identifier: Apache-2.0
"""Pulls an image and draws a bar for each layer."""
import sys

import docker

WIDTH = 30


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: pull-with-bars.py IMAGE")
    layers = []
    try:
        for progress in docker.from_env().api.pull(sys.argv[1], stream=True, decode=True):
            if "error" in progress:
                sys.exit(progress["error"])
            if "id" not in progress:
                continue
            if progress["id"] not in layers:
                layers.append(progress["id"])
                print()
            detail = progress.get("progressDetail", {})
            current, total = detail.get("current", 0), detail.get("total", 0)
            full = "#" * (WIDTH * min(current, total) // max(total, 1))
            up = len(layers) - layers.index(progress["id"])
            print(f"\033[{up}A\r{progress['id']:12} [{full:{WIDTH}}] {progress['status']}\033[K\033[{up}B\r", end="", flush=True)
    except docker.errors.DockerException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
