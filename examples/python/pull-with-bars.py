#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pulls an image and draws a bar for each layer:

    pull-with-bars.py debian:bookworm
"""
import sys

import gi

gi.require_version("Cdd", "0")
from gi.repository import Cdd, GLib  # noqa: E402

WIDTH = 30


class Bars:
    """A layer keeps the line on which it appeared; the cursor stays below the last one."""

    def __init__(self):
        self.layers = []

    def draw(self, progress, *_user_data):
        if progress.id is None:
            return
        if progress.id not in self.layers:
            self.layers.append(progress.id)
            print()
        up = len(self.layers) - self.layers.index(progress.id)
        full = "#" * (WIDTH * min(progress.current, progress.total) // max(progress.total, 1))
        print(f"\033[{up}A\r{progress.id:12} [{full:{WIDTH}}] {progress.message}\033[K\033[{up}B\r", end="", flush=True)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: pull-with-bars.py IMAGE")
    handler = Cdd.OutputHandler.new(None)
    handler.set_progress_func(Bars().draw)
    try:
        Cdd.Service.new(None).pull_image_sync(sys.argv[1], None, handler, None)
    except GLib.Error as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
